import type { Message } from '../../src/messages/message.ts';

/** What an agent says of a message it took; undefined: nothing, so that its lease ends. */
export type Said = { result?: unknown; error?: string; retry?: boolean } | undefined;

/** An agent outside that takes its messages itself, in the hands of a test. */
export interface Puller {
  /** Every message it took, oldest first, with those that were handed out again. */
  taken: Message[];
  /** Ids of messages it acknowledged, with what it was answered. */
  answers: Map<string, Message>;
  stop(): Promise<void>;
}

/**
 * Takes whatever comes, and handles messages side by side, so that one that is held does not make the agent silent.
 * `handle` may wait for as long as the test needs. `call` runs an operation, over any door.
 */
export function startPuller(
  call: <T>(operation: 'agents.take' | 'messages.ack', input: Record<string, unknown>) => Promise<T>,
  agentId: string,
  handle: (message: Message) => Said | Promise<Said>,
  leaseMs = 30_000,
): Puller {
  const taken: Message[] = [];
  const answers = new Map<string, Message>();
  let going = true;
  const carryOut = async (message: Message): Promise<void> => {
    const said = await handle(message);
    if (said) answers.set(message.id, await call<Message>('messages.ack', { id: message.id, ...said }));
  };
  const loop = (async () => {
    while (going) {
      // The server may be away for a moment.
      const { messages } = await call<{ messages: Message[] }>('agents.take', {
        id: agentId,
        waitMs: 300,
        leaseMs,
      }).catch(() => ({ messages: [] as Message[] }));
      taken.push(...messages);
      for (const message of messages) void carryOut(message).catch(() => undefined); // the test looks at the rest
      if (messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    taken,
    answers,
    async stop() {
      going = false;
      await loop;
    },
  };
}
