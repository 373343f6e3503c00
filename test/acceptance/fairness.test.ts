import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/platform/store/transaction.ts';
import { createTestEngine, until } from '../support/engine.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

/** Jain's index: 1 when all have the same, 1/n when one has all. (sum x)^2 / (n * sum x^2). */
function jain(shares: number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum ** 2 / (shares.length * shares.reduce((total, share) => total + share ** 2, 0));
}

/** P10: a tenant that queues much cannot keep out one that queues little. Order of claims, no clock. */
onEveryStore('fair tenants (P10)', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  beforeEach(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
  });
  afterEach(async () => {
    await store?.close();
    await database?.drop();
  });

  /** Tenants with so many queued runs each, in this order; answers the tenants in the order of claims. */
  async function claimsOf(
    tenants: Array<{ name: string; weight: number; runs: number }>,
    concurrency: number,
  ): Promise<string[]> {
    const engine = createTestEngine(store);
    const names = new Map<string, string>();
    for (const { name, weight, runs } of tenants) {
      const tenantId = await addTenant(store, name, weight);
      names.set(tenantId, name);
      await store.write(tenantId, (tx) =>
        engine.runs.enqueue(
          tx,
          Array.from({ length: runs }, () => ({ kind: 'fair', tenantId })),
        ),
      );
    }
    const order: string[] = [];
    const worker = engine.worker(
      {
        fair: {
          async work(attempt) {
            order.push(names.get(attempt.tenantId) ?? '');
            return {};
          },
        },
      },
      { concurrency },
    );
    await worker.start();
    const all = tenants.reduce((sum, { runs }) => sum + runs, 0);
    await until(async () => order.length === all && worker.busy === 0, 'all', 40_000);
    await worker.stop();
    return order;
  }

  // With one place nobody is running when the next is chosen; the share must come from somewhere else.
  describe.each([4, 1])('with %i places', (concurrency) => {
    it('one to one: ten runs behind three hundred are done after twenty', async () => {
      const order = await claimsOf(
        [
          { name: 'a', weight: 1, runs: 300 },
          { name: 'b', weight: 1, runs: 10 },
        ],
        concurrency,
      );
      expect(order.lastIndexOf('b')).toBeLessThan(20 + concurrency);
      // The twin: in order of age alone the first of them would have been the 301st.
      expect(order.indexOf('b')).toBeLessThan(300);
    });

    it('three to one: the weights are the shares while both have work', async () => {
      const order = await claimsOf(
        [
          { name: 'a', weight: 3, runs: 300 },
          { name: 'b', weight: 1, runs: 10 },
        ],
        concurrency,
      );
      const both = order.slice(0, order.lastIndexOf('b') + 1);
      const ofA = both.filter((name) => name === 'a').length;
      expect(ofA / 10).toBeGreaterThan(2.4);
      expect(ofA / 10).toBeLessThan(3.6);
    });
  });

  it('six tenants over four places: Jain index at least 0.95', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const order = await claimsOf(
      names.map((name) => ({ name, weight: 1, runs: 40 })),
      4,
    );
    const early = order.slice(0, 120);
    const shares = names.map((name) => early.filter((one) => one === name).length);
    expect(jain(shares)).toBeGreaterThanOrEqual(0.95);
  });

  it('twin: with one heavy tenant the same index is far below', async () => {
    const order = await claimsOf(
      ['a', 'b', 'c'].map((name) => ({ name: `heavy ${name}`, weight: name === 'a' ? 20 : 1, runs: 60 })),
      4,
    );
    const early = order.slice(0, 40);
    const shares = ['a', 'b', 'c'].map((name) => early.filter((one) => one === `heavy ${name}`).length);
    expect(jain(shares)).toBeLessThan(0.7);
  });
});
