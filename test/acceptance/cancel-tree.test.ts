import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { addScripted, slowTurns } from '../support/scripted.ts';
import { onEveryStore } from '../support/stores.ts';

const HALF = 25;
/** What one turn of `slowTurns` costs: 1,000 tokens in, 100 out, at the prices of the model `small`. */
const TURN_USD = 0.000_35;

/** P18, short form: fifty runs in the middle of turns and calls. */
onEveryStore('cancel means stop (P18)', (dialect) => {
  let home: TestHouse;
  let remote: Server;
  const calls = { open: 0, aborted: 0 };
  beforeAll(async () => {
    // An endpoint that takes orders and never answers: what it sees is how calls end.
    remote = createServer((incoming, response) => {
      if (incoming.method === 'GET') return response.end('ready');
      calls.open += 1;
      response.on('close', () => {
        if (!response.writableEnded) calls.aborted += 1;
      });
      incoming.resume();
    });
    await new Promise<void>((resolve) => remote.listen(0, '127.0.0.1', resolve));
    const { port } = remote.address() as AddressInfo; // a TCP server has a port
    home = await openTestHouse({
      dialect,
      env: { CADRE_ALLOW_HOSTS: `127.0.0.1:${port}`, CADRE_CONCURRENCY: '64' },
    });
    await addScripted(home, 'Thinker', slowTurns(150, 50), { maxConcurrent: HALF, timeoutMs: 600_000 });
    await home.call('agents.create', {
      name: 'Remote',
      capabilities: [{ name: 'remote.work' }],
      executor: { kind: 'http', url: `http://127.0.0.1:${port}/work` },
      maxConcurrent: HALF,
      timeoutMs: 600_000,
    });
  });
  afterAll(async () => {
    await home?.close();
    remote?.closeAllConnections();
    remote?.close();
  });

  const show = (id: string) => home.call<Task>('tasks.get', { id });
  const steps = () =>
    home.house.store.readAll(async (tx) => (await tx.db.selectFrom('step').select('name').execute()).length);

  const reserved = () =>
    home.house.store.readAll(
      async (tx) => (await tx.db.selectFrom('reservation').select('id').execute()).length,
    );

  it('ends a tree of fifty: nothing is stored or spent any more, calls are aborted, all end as terminated', async () => {
    const { id } = await home.call<{ id: string }>('tasks.submit', {
      goal: 'Fifty at once',
      type: 'multi_step',
      input: {
        steps: Array.from({ length: 2 * HALF }, (_, index) => ({
          name: `step-${index}`,
          goal: 'Work on',
          capability: index % 2 === 0 ? 'thinker.work' : 'remote.work',
        })),
      },
    });
    await until(async () => calls.open === HALF, 'all calls to be under way', 40_000);
    const before = await steps();
    // The twin: while nobody ends it, work and costs grow.
    await until(async () => (await steps()) > before + HALF, 'more turns', 40_000);
    expect((await show(id)).usage.costUsd).toBeGreaterThan(0);

    const ended = await home.call<Task>('tasks.terminate', { id });
    const after = { steps: await steps(), costUsd: ended.usage.costUsd };
    await until(async () => calls.aborted === HALF, 'all calls to be aborted');
    const tasks = await until(async () => {
      const all = await Promise.all((await show(id)).subtasks.map((step) => show(step.id)));
      return all.every(({ runs }) => runs.every(({ state }) => state === 'terminated')) && all;
    }, 'all runs to be let go');
    expect(tasks).toHaveLength(2 * HALF);
    expect(new Set(tasks.map(({ status }) => status))).toEqual(new Set(['terminated']));
    // Nothing was stored after the termination, not even by turns that were under way.
    expect(await steps()).toBe(after.steps);
    // A turn that had done its work when its task was ended was paid for; none begins after it.
    await until(async () => (await reserved()) === 0, 'all that was reserved to be settled');
    const { costUsd } = (await show(id)).usage;
    expect(costUsd).toBeGreaterThanOrEqual(after.costUsd ?? 0);
    expect(costUsd).toBeLessThanOrEqual((after.costUsd ?? 0) + HALF * TURN_USD + 1e-9);
    expect((await show(id)).status).toBe('terminated');
    expect(calls.open).toBe(HALF);
    // The places of the agents are free again.
    const next = await home.call<{ id: string }>('tasks.submit', {
      goal: 'next',
      capability: 'thinker.work',
    });
    await until(async () => (await show(next.id)).status === 'running', 'the next task');
    await home.call('tasks.terminate', { id: next.id });
    expect((await show(id)).usage.costUsd).toBe(costUsd);
  });
});
