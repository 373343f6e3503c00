import { expect, it } from 'vitest';
import { claimRuns } from '../../src/platform/store/runs.ts';
import { createTestEngine, until } from '../support/engine.ts';
import { addTenant, createTestDatabase, onEveryStore } from '../support/stores.ts';

const PENDING = 5_000;
const IN_FLIGHT = 500;
const PLACES = 16;

/** P30 in short: a house with much queued and much in flight goes down and comes back. */
onEveryStore('recovery (P30)', (dialect) => {
  it('opens with everything claimable, loses nothing, and does not stampede', async () => {
    const database = await createTestDatabase(dialect);
    let store = await database.open();
    const tenantId = await addTenant(store);
    const before = createTestEngine(store);
    const ids: string[] = [];
    for (let n = 0; n < PENDING + IN_FLIGHT; n += 500) {
      const runs = Array.from({ length: 500 }, () => ({ kind: 'heavy', tenantId, taskId: 'one' }));
      ids.push(...(await store.write(tenantId, (tx) => before.runs.enqueue(tx, runs))));
    }
    // A worker that takes 500 and is gone before it renews: its leases have ended by the time the house is back.
    const taken = await store.writeAll((tx) => claimRuns(tx, ids.slice(0, IN_FLIGHT), 'gone', 1));
    expect(taken).toHaveLength(IN_FLIGHT);
    await store.close();

    store = await database.open();
    const engine = createTestEngine(store);
    const times = new Map<string, number>();
    let running = 0;
    let most = 0;
    const worker = engine.worker(
      {
        heavy: {
          async work(attempt) {
            running += 1;
            most = Math.max(most, running);
            await Promise.resolve();
            running -= 1;
            return { commit: async () => void times.set(attempt.runId, (times.get(attempt.runId) ?? 0) + 1) };
          },
        },
      },
      { concurrency: PLACES, alone: dialect === 'sqlite' },
    );
    await worker.start();
    await until(async () => times.size === ids.length && worker.busy === 0, 'all done', 50_000);
    await worker.stop();
    const states = await store.readAll((tx) =>
      tx.db
        .selectFrom('run')
        .select(['state', 'attempts', ({ fn }) => fn.countAll().as('count')])
        .groupBy(['state', 'attempts'])
        .execute(),
    );
    const counts = states.map((row) => [row.state, Number(row.attempts), Number(row.count)]);
    // Those in flight lost their attempt with their worker; the others needed one.
    expect(counts.sort()).toEqual([
      ['completed', 1, PENDING],
      ['completed', 2, IN_FLIGHT],
    ]);
    expect([...times.keys()].sort()).toEqual([...ids].sort());
    // No herd: however much is due, no more is claimed than there are places.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(PLACES);
    await store.close();
    await database.drop();
  });

  it('twin: a lease that has not ended is left alone', async () => {
    const database = await createTestDatabase(dialect);
    const store = await database.open();
    const tenantId = await addTenant(store);
    const engine = createTestEngine(store);
    const done: string[] = [];
    const enqueue = () =>
      store.write(tenantId, (tx) => engine.runs.enqueue(tx, [{ kind: 'heavy', tenantId, taskId: 'one' }]));
    const [held = ''] = await enqueue();
    await store.writeAll((tx) => claimRuns(tx, [held], 'another process', 600_000));
    const worker = engine.worker({
      heavy: { work: async (attempt) => ({ commit: async () => void done.push(attempt.runId) }) },
    });
    await worker.start();
    const [free = ''] = await enqueue();
    await until(async () => done.includes(free), 'the free one');
    await worker.stop();
    expect([done, (await engine.run(held))?.lease_owner]).toEqual([[free], 'another process']);
    await store.close();
    await database.drop();
  });
});
