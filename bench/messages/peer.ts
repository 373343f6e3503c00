/** What a benchmarked mailbox offers. One adapter per system in this folder, all behind this interface. */

/** Where a system may keep its data. Everything in it is thrown away afterwards. */
export interface MailboxContext {
  /** An empty PostgreSQL database of its own. */
  postgresUrl: string;
  /** A Redis of the bench alone, appendonly with `appendfsync always`. */
  redisPort: number;
  /** One that keeps everything in memory. */
  redisMemoryPort: number;
  /** An empty folder of its own. */
  directory: string;
  agents: number;
  /** Called when the handler of an agent begins; the message counts as handled when it returns. */
  handle: (agent: number, message: number) => void;
}

export interface MailboxPeer {
  name: string;
  /** What is on disk when `send` has resolved. */
  durability: string;
  /** Every agent is ready to receive when it resolves. */
  start(): Promise<void>;
  /** Resolves when the message is as durable as the system says. */
  send(from: number, to: number, message: number): Promise<void>;
  /** Messages that the system's own store holds as handled. */
  count(): Promise<number>;
  stop(): Promise<void>;
}

export type OpenMailbox = (context: MailboxContext) => MailboxPeer;
