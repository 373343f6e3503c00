import { expect, it } from 'vitest';
import { isLong } from '../support/long.ts';
import { onEveryStore } from '../support/stores.ts';
import { isSound, runMailboxOrder } from './mailbox-order.ts';

/**
 * P6 in short: 12 agents, 50 messages each, kills. The long form, 100 agents with 1,000 each: npm run guarantees -- P6.
 */
onEveryStore('mailboxes are in order and without holes (P6)', (store) => {
  it('through kills, messages sent twice and odd hints', async () => {
    const report = await runMailboxOrder({ store, agents: 12, messages: 50, kills: 2, seed: 6 });
    process.stdout.write(`P6 ${JSON.stringify(report)}\n`);
    expect(report).toMatchObject({ inversions: 0, gaps: 0, doubled: 0, lost: 0 });
  }, 240_000);

  // What a twin shows is that the judge finds fault, which is the same judge on every store.
  const twin = it.runIf(isLong || store === 'sqlite');

  twin(
    'twin: where only the order of claiming counts, messages overtake one another',
    async () => {
      const report = await runMailboxOrder({
        store,
        agents: 6,
        messages: 15,
        kills: 0,
        seed: 6,
        handlerMs: 2_000,
        faults: 'no-mailbox-order',
      });
      expect(report.inversions + report.gaps).toBeGreaterThan(0);
      expect(isSound(report)).toBe(false);
    },
    240_000,
  );

  twin(
    'twin: where the messageId is not kept, what is sent twice is handled twice',
    async () => {
      const report = await runMailboxOrder({
        store,
        agents: 6,
        messages: 30,
        kills: 0,
        seed: 6,
        faults: 'no-inbox',
      });
      expect(report.doubled).toBeGreaterThan(0);
    },
    240_000,
  );
});
