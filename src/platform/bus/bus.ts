/**
 * The bus says "look now" and nothing else. Losing a hint costs latency, never data: every reader also looks by
 * itself now and then.
 */
export type Topic = 'runs' | 'events' | 'control';

export interface Bus {
  /** Tells everybody who listens, here and in other processes. Never throws, never waits. */
  hint(topic: Topic): void;
  /** Calls back at each hint; answers the function that ends it. */
  on(topic: Topic, listener: () => void): () => void;
  close(): Promise<void>;
}
