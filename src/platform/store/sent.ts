import type { Tx } from './transaction.ts';

/** The statements of a transaction that nobody waits for one by one. */
export function createSent(): { alongside: Tx['alongside']; ended(): Promise<void> } {
  const sent: Array<Promise<unknown>> = [];
  return {
    alongside(statement) {
      statement.catch(() => {}); // `ended` tells
      sent.push(statement);
    },
    /** @throws the first failure: what came after it failed because of it */
    async ended() {
      for (const statement of sent) await statement;
    },
  };
}
