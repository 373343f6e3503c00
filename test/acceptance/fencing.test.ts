import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Attempt, Handler } from '../../src/platform/runs/run.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { createTestEngine, until } from '../support/engine.ts';
import { gate } from '../support/operator.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

/**
 * P5: a worker that was stopped and wakes after its lease cannot overwrite its successor. Deterministic: the stop is
 * a handler that waits for the test, deaf to its signal, while its lease ends in the database. Real SIGSTOPs: storm.
 */
onEveryStore('a worker that wakes late (P5)', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let tenantId: string;
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
    tenantId = await addTenant(store);
  });
  afterAll(async () => {
    await store?.close();
    await database?.drop();
  });

  /** Plays one round; answers which attempts had an effect, and what the log says. */
  async function round(fencingOff: boolean) {
    const engine = createTestEngine(store);
    const begun: Attempt[] = [];
    const effects: number[] = [];
    const sleeping = gate();
    let woken = false;
    const handler = (deaf: boolean): Handler => ({
      async work(attempt) {
        begun.push(attempt);
        if (deaf) await sleeping.passed;
        if (deaf) woken = true;
        return { result: attempt.fence, commit: async () => void effects.push(attempt.fence) };
      },
    });
    const stopped = engine.worker({ nap: handler(true) }, { concurrency: 1, fencingOff });
    await stopped.start();
    const [id = ''] = await store.write(tenantId, (tx) =>
      engine.runs.enqueue(tx, [{ kind: 'nap', tenantId, taskId: `task ${fencingOff}` }]),
    );
    await until(async () => begun.length === 1, 'the first attempt');
    await store.writeAll((tx) =>
      tx.db.updateTable('run').set({ lease_until: 0, lease_owner: 'stopped' }).where('id', '=', id).execute(),
    );
    const successor = engine.worker({ nap: handler(false) });
    await successor.start();
    const before = await until(async () => {
      const run = await engine.run(id);
      return run?.state === 'completed' && run;
    }, 'the successor has finished');
    expect(effects).toEqual([2]);
    sleeping.open();
    await until(async () => woken && stopped.busy === 0, 'the late attempt has ended');
    const after = await engine.run(id);
    await stopped.stop();
    await successor.stop();
    // A last event to wait for: on PostgreSQL readers stay behind what is not settled yet.
    await store.write(tenantId, (tx) =>
      engine.events.append(tx, [{ tenantId, type: 'outcome.recorded', runId: id, data: {} }]),
    );
    const events = await until(async () => {
      const own = (await engine.allEvents(tenantId)).filter((event) => event.runId === id);
      return own.at(-1)?.type === 'outcome.recorded' && own.slice(0, -1);
    }, 'the whole log');
    return { effects, before, after, events, begun };
  }

  it('has no effect, and its late result is in the log as fenced', async () => {
    const { effects, before, after, events, begun } = await round(false);
    expect(begun.map((attempt) => attempt.fence)).toEqual([1, 2]);
    expect(effects).toEqual([2]);
    expect(after).toEqual(before);
    expect(events.map((event) => event.type)).toEqual([
      'run.claimed',
      'run.lease-expired',
      'run.claimed',
      'run.fenced',
    ]);
    expect(events.at(-1)?.data).toMatchObject({ fence: 1, now: 2 });
  });

  it('twin: with fencing switched off its effect is applied late and a second time', async () => {
    const { effects, events } = await round(true);
    expect(effects).toEqual([2, 1]);
    expect(events.some((event) => event.type === 'run.fenced')).toBe(false);
  });
});
