import { afterAll, beforeAll, expect, it } from 'vitest';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import type { Attempt, GivenUp } from '../../src/platform/runs/run.ts';
import { createSettler } from '../../src/platform/runs/settler.ts';
import { createStarter } from '../../src/platform/runs/starter.ts';
import { completeRuns, renewLeases, selectSteps } from '../../src/platform/store/runs.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { createTestEngine, until } from '../support/engine.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

onEveryStore('the engine', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let engine: ReturnType<typeof createTestEngine>;
  let tenantId: string;
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
    engine = createTestEngine(store);
    tenantId = await addTenant(store);
  });
  afterAll(async () => {
    await store?.close();
    await database?.drop();
  });
  const enqueue = async (kind: string, extra: object = {}): Promise<string> => {
    const [id] = await store.write(tenantId, (tx) => engine.runs.enqueue(tx, [{ kind, tenantId, ...extra }]));
    return id ?? '';
  };
  const ended = (id: string, state: string) =>
    until(async () => {
      const run = await engine.run(id);
      return run?.state === state && run;
    }, `run ${state}`);

  it('carries out steps once and settles with what the handler commits', async () => {
    let calls = 0;
    const committed: string[] = [];
    const worker = engine.worker({
      steps: {
        async work(attempt) {
          const one = await attempt.step('one', async (key) => {
            calls += 1;
            return key;
          });
          const two = await attempt.transact('two', async () => 2);
          return { result: [one, two], commit: async () => void committed.push(attempt.runId) };
        },
      },
    });
    await worker.start();
    const id = await enqueue('steps');
    const run = await ended(id, 'completed');
    expect(JSON.parse(run.result ?? '')).toEqual([`${id}:one`, 2]);
    expect([calls, committed]).toEqual([1, [id]]);
    await worker.stop();
  });

  it('stores the last step with the settlement, and by itself when settling fails: it is not done again', async () => {
    let calls = 0;
    let settlings = 0;
    const worker = engine.worker({
      last: {
        async work(attempt) {
          const done = await attempt.last('done', async (key) => {
            calls += 1;
            return key;
          });
          return {
            result: done,
            async commit() {
              settlings += 1;
              if (settlings === 1) throw new CadreError('store/unavailable', { detail: 'once' });
            },
          };
        },
      },
    });
    await worker.start();
    const first = await enqueue('last');
    expect(JSON.parse((await ended(first, 'completed')).result ?? '')).toBe(`${first}:done`);
    expect([calls, settlings]).toEqual([1, 2]);
    const second = await enqueue('last');
    await ended(second, 'completed');
    expect(calls).toBe(2);
    const steps = await Promise.all([first, second].map((id) => store.readAll((tx) => selectSteps(tx, id))));
    expect(steps.flat().map(({ name, result }) => [name, JSON.parse(result ?? '')])).toEqual([
      ['done', `${first}:done`],
      ['done', `${second}:done`],
    ]);
    await worker.stop();
  });

  it('renews and completes many runs at the same time, in whatever order they are named: nobody waits in a circle', async () => {
    const count = 60;
    const owner = 'in order';
    for (let round = 0; round < 20; round += 1) {
      const ids = await store.write(tenantId, (tx) =>
        engine.runs.enqueue(
          tx,
          Array.from({ length: count }, () => ({ kind: `in order ${round}`, tenantId })),
        ),
      );
      const lease = { state: 'running', lease_owner: owner, fence: 1, lease_until: Date.now() + 60_000 };
      await store.writeAll((tx) => tx.db.updateTable('run').set(lease).where('id', 'in', ids).execute());
      const leases = ids.map((id) => ({ id, fence: 1 }));
      const some = leases.slice(0, count / 2).reverse();
      const [held, completed] = await Promise.all([
        store.writeAll((tx) => renewLeases(tx, leases, owner, 60_000)),
        store.writeAll((tx) =>
          completeRuns(
            tx,
            some.map(({ id, fence }) => ({ run_id: id, fence, result: null })),
          ),
        ),
      ]);
      expect(completed.sort()).toEqual(some.map(({ id }) => id).sort());
      expect(held.length).toBeGreaterThanOrEqual(count / 2);
      await store.writeAll((tx) => tx.db.deleteFrom('run').where('id', 'in', ids).execute());
    }
  });

  it('takes the step and the end of the newer of two attempts that end together; the older one is told, nobody waits', async () => {
    const ids = await store.write(tenantId, (tx) =>
      engine.runs.enqueue(tx, [
        { kind: 'twice', tenantId },
        { kind: 'neighbour', tenantId },
      ]),
    );
    const [twice = '', neighbour = ''] = ids;
    const lease = { state: 'running', lease_owner: 'two attempts', lease_until: Date.now() + 60_000 };
    await store.writeAll((tx) =>
      tx.db
        .updateTable('run')
        .set({ ...lease, fence: 2 })
        .where('id', 'in', ids)
        .execute(),
    );
    const attempts = [
      { runId: twice, fence: 1 },
      { runId: twice, fence: 2 },
      { runId: neighbour, fence: 2 },
    ];
    const starter = createStarter(store);
    const begun = await Promise.allSettled(
      attempts.map(({ runId, fence }) =>
        starter({ tenantId, runId, name: 'step', fence, work: async () => fence }),
      ),
    );
    expect(begun).toMatchObject([{ reason: { code: 'run/fenced' } }, { value: 2 }, { value: 2 }]);

    const settle = createSettler(store, {});
    const settled = await Promise.all(
      attempts.map(({ runId, fence }) =>
        settle({ tenantId, end: { run_id: runId, fence, result: `${fence}` }, commit: async () => {} }),
      ),
    );
    expect(settled).toEqual([false, true, true]);
    expect(await engine.run(twice)).toMatchObject({ state: 'completed', result: '2' });
    const steps = await store.writeAll((tx) => selectSteps(tx, twice));
    expect(steps.map(({ name, fence }) => [name, fence])).toEqual([['step', 2]]);
    await store.writeAll((tx) => tx.db.deleteFrom('run').where('id', 'in', ids).execute());
  });

  it('retries what may pass, keeps stored steps, and gives up after the last attempt', async () => {
    let first = 0;
    const given: GivenUp[] = [];
    const worker = engine.worker({
      shaky: {
        async work(attempt) {
          await attempt.step('first', async () => {
            first += 1;
          });
          throw new Error(`attempt ${attempt.attempt}`);
        },
        giveUp: async (_tx, failure) => void given.push(failure),
      },
      hopeless: {
        work: async () => {
          throw new CadreError('task/no-goal', {});
        },
        giveUp: async (_tx, failure) => void given.push(failure),
      },
    });
    await worker.start();
    const shaky = await enqueue('shaky');
    const hopeless = await enqueue('hopeless');
    const dead = await ended(shaky, 'dead');
    const failed = await ended(hopeless, 'failed');
    expect([dead.attempts, first, failed.attempts]).toEqual([3, 1, 1]);
    expect(given.map(({ state, error }) => [state, error.code])).toEqual(
      expect.arrayContaining([
        ['failed', 'task/no-goal'],
        ['dead', 'internal/error'],
      ]),
    );
    await worker.stop();
  });

  it('renews leases one at a time, however many hints come', async () => {
    let open = 0;
    let most = 0;
    let renewals = 0;
    const counting: Store = {
      ...store,
      async single(work) {
        open += 1;
        renewals += 1;
        most = Math.max(most, open);
        return store.single(work).finally(() => {
          open -= 1;
        });
      },
    };
    const own = createTestEngine(counting);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let began = false;
    const worker = own.worker({
      held: {
        async work() {
          began = true;
          await held;
          return { commit: async () => {} };
        },
      },
    });
    await worker.start();
    const id = await enqueue('held');
    await until(async () => began, 'the run is in hand');
    renewals = 0;
    for (let hint = 0; hint < 200; hint += 1) own.bus.hint('control');
    await until(async () => open === 0 && renewals >= 2, 'the renewals');
    expect(most).toBe(1);
    expect(renewals).toBeLessThan(10);
    release();
    await ended(id, 'completed');
    await worker.stop();
  });

  it('hands a run of a stalled worker to another, and refuses the late result', async () => {
    const started: Attempt[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const effects: number[] = [];
    const stalled = engine.worker(
      {
        slow: {
          async work(attempt) {
            started.push(attempt);
            await attempt.step('before', async () => 'kept');
            await gate; // deaf to its signal, like a stopped process
            return { commit: async () => void effects.push(attempt.fence) };
          },
        },
      },
      // A lease that is never renewed in time: the renewal timer is longer than the lease another worker sees.
      { leaseTtlMs: 600, name: 'stalled' },
    );
    await stalled.start();
    const id = await enqueue('slow');
    await until(async () => started.length === 1, 'the first attempt');
    await stalled.stop(0); // it neither renews nor sweeps any more, and its handler goes on
    await store.writeAll((tx) =>
      tx.db.updateTable('run').set({ lease_until: 0, lease_owner: 'nobody' }).where('id', '=', id).execute(),
    );
    const successor = engine.worker({
      slow: {
        async work(attempt) {
          started.push(attempt);
          await attempt.step('before', async () => 'again');
          return { result: 'new', commit: async () => void effects.push(attempt.fence) };
        },
      },
    });
    await successor.start();
    const run = await ended(id, 'completed');
    release();
    await until(
      async () =>
        (await engine.allEvents(tenantId)).some(
          (event) => event.type === 'run.lease-expired' && event.runId === id,
        ),
      'the take-over in the log',
    );
    expect([run.fence, effects, JSON.parse(run.result ?? '')]).toEqual([2, [2], 'new']);
    await successor.stop();
  });

  it('counts a crash only when no step was stored since the last one', async () => {
    const crash = async (id: string) =>
      store.writeAll((tx) =>
        tx.db.updateTable('run').set({ lease_until: 0, lease_owner: 'gone' }).where('id', '=', id).execute(),
      );
    // Handlers that never end stand for a process that was killed.
    let step = 0;
    const worker = engine.worker({
      healthy: {
        async work(attempt) {
          step += 1;
          await attempt.step(`step ${step}`, async () => step);
          await crash(attempt.runId);
          return new Promise(() => {});
        },
      },
      poison: {
        async work(attempt) {
          await crash(attempt.runId);
          return new Promise(() => {});
        },
      },
    });
    await worker.start();
    const poison = await enqueue('poison');
    const healthy = await enqueue('healthy');
    const dead = await ended(poison, 'dead');
    expect([dead.attempts, JSON.parse(dead.error ?? '{}').code]).toEqual([3, 'run/crashed']);
    await until(async () => step >= 5, 'five crashes with progress');
    expect((await engine.run(healthy))?.state).not.toBe('dead');
    await store.writeAll((tx) => tx.db.deleteFrom('run').where('id', '=', healthy).execute());
    await worker.stop(0);
  });

  it('waits as a row for a signal or a time', async () => {
    const worker = engine.worker({
      waits: {
        async work(attempt) {
          const value = await attempt.wait('word');
          const nothing = await attempt.wait('time', { timeoutMs: 30 });
          return { result: { value, timedOut: nothing === undefined } };
        },
      },
    });
    await worker.start();
    const id = await enqueue('waits');
    await ended(id, 'waiting');
    await until(async () => worker.busy === 0, 'no place is held'); // its row may be seen a moment before
    const signal = (name: string, value: unknown) =>
      store.writeAll((tx) => engine.runs.signal(tx, id, name, value));
    expect(await signal('other', 1)).toBe(true); // kept, should it ever wait for that
    expect((await engine.run(id))?.state).toBe('waiting');
    expect(await signal('word', { a: 1 })).toBe(true);
    const run = await ended(id, 'completed');
    expect(JSON.parse(run.result ?? '')).toEqual({ value: { a: 1 }, timedOut: true });
    expect(await signal('word', { a: 2 })).toBe(false); // it has ended
    await worker.stop();
  });

  it('keeps a signal that comes before its wait: before the claim, between look and wait, and while paused', async () => {
    let looked = () => {};
    const looking = new Promise<void>((resolve) => {
      looked = resolve;
    });
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const id = await enqueue('early');
    const signal = (name: string, value: unknown) =>
      store.writeAll((tx) => engine.runs.signal(tx, id, name, value));
    expect(await signal('first', 1)).toBe(true);
    const worker = engine.worker({
      early: {
        async work(attempt) {
          const first = await attempt.wait('first');
          await attempt.step('look', async () => {
            looked();
            await gate;
            return null;
          });
          const second = await attempt.wait('second');
          return { result: { first, second } };
        },
      },
    });
    await worker.start();
    await looking;
    expect(await signal('second', 2)).toBe(true);
    expect(await signal('second', 3)).toBe(true); // the first one stays
    goOn();
    const run = await ended(id, 'completed');
    expect(JSON.parse(run.result ?? '')).toEqual({ first: 1, second: 2 });
    await worker.stop();
  });

  it('puts a run off without spending an attempt, and calls it back', async () => {
    const seen: Array<[fence: number, attempt: number]> = [];
    const worker = engine.worker({
      away: {
        async work(attempt) {
          seen.push([attempt.fence, attempt.attempt]);
          return attempt.fence < 3 ? attempt.postpone(attempt.fence === 1 ? 20 : 3_600_000) : {};
        },
      },
    });
    await worker.start();
    const id = await enqueue('away', { agentId: 'agent-away', maxAttempts: 1 });
    const off = await until(async () => {
      const run = await engine.run(id);
      return run?.fence === 2 && run.state === 'pending' && run;
    }, 'put off for an hour');
    expect([off.attempts, off.due_at > off.created_at + 3_000_000]).toEqual([0, true]);
    await store.write(tenantId, (tx) => engine.runs.recall(tx, 'agent-away'));
    await ended(id, 'completed');
    expect(seen).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    await worker.stop();
  });

  it('pauses at a step boundary, resumes, and terminates by aborting', async () => {
    const seen: string[] = [];
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const worker = engine.worker({
      controlled: {
        async work(attempt) {
          await attempt.step('one', async () => {
            seen.push('one');
            await gate;
          });
          await attempt.step('two', async () => void seen.push('two'));
          return {};
        },
      },
      endless: {
        work: (attempt) =>
          new Promise((_, reject) =>
            attempt.signal.addEventListener('abort', () => reject(attempt.signal.reason)),
          ),
      },
    });
    await worker.start();
    const id = await enqueue('controlled', { taskId: 'task-1' });
    await until(async () => seen.length === 1, 'step one');
    await store.write(tenantId, (tx) => engine.runs.control(tx, ['task-1'], 'pause'));
    await new Promise((resolve) => setTimeout(resolve, 60));
    open();
    await ended(id, 'paused');
    expect(seen).toEqual(['one']);
    await store.write(tenantId, (tx) => engine.runs.resume(tx, ['task-1']));
    await ended(id, 'completed');
    expect(seen).toEqual(['one', 'two']);
    const endless = await enqueue('endless', { taskId: 'task-2' });
    await ended(endless, 'running');
    await store.write(tenantId, (tx) => engine.runs.control(tx, ['task-2'], 'terminate'));
    await ended(endless, 'terminated');
    await worker.stop();
  });

  it('runs as many runs of an agent at once as it allows, by priority', async () => {
    let busy = 0;
    let most = 0;
    const order: number[] = [];
    const handler = {
      async work(attempt: Attempt) {
        busy += 1;
        most = Math.max(most, busy);
        order.push(Number(attempt.payload.n));
        await new Promise((resolve) => setTimeout(resolve, 10));
        busy -= 1;
        return {};
      },
    };
    const ids = await store.write(tenantId, (tx) =>
      engine.runs.enqueue(
        tx,
        Array.from({ length: 8 }, (_, n) => ({
          kind: 'limited',
          tenantId,
          agentId: 'agent-1',
          agentLimit: 1,
          priority: n === 7 ? 90 : 50,
          payload: { n },
        })),
      ),
    );
    const workers = [engine.worker({ limited: handler }), engine.worker({ limited: handler })];
    for (const worker of workers) await worker.start();
    for (const id of ids) await ended(id, 'completed');
    expect([most, order[0]]).toEqual([1, 7]);
    for (const worker of workers) await worker.stop();
  });

  it('shares workers fairly between tenants', async () => {
    const [a, b] = [await addTenant(store, 'a'), await addTenant(store, 'b')];
    const order: string[] = [];
    for (const [tenant, count] of [
      [a, 200],
      [b, 10],
    ] as const) {
      await store.write(tenant, (tx) =>
        engine.runs.enqueue(
          tx,
          Array.from({ length: count }, () => ({ kind: 'fair', tenantId: tenant })),
        ),
      );
    }
    const worker = engine.worker(
      { fair: { work: async (attempt) => ({ commit: async () => void order.push(attempt.tenantId) }) } },
      { concurrency: 4 },
    );
    await worker.start();
    await until(async () => order.length === 210, 'all');
    expect(order.lastIndexOf(b)).toBeLessThan(40);
    await worker.stop();
  });
});
