import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

const PLUGIN = join(import.meta.dirname, '../support/poison-plugin.mjs');
/** Each kind of poison, and what its error must say to people. */
const POISON = {
  throw: 'it always throws',
  abort: 'SIGABRT',
  swell: 'MB',
  spin: '700 ms',
};
const ATTEMPTS = 2;

interface DeadLetter {
  taskId: string;
  attempts: number;
  error: { code: string };
}

/** P11: poison ends in the dead-letter list with its history, and harms nobody. */
onEveryStore('poison tasks (P11)', (dialect) => {
  let home: TestHouse;
  beforeAll(async () => {
    home = await openTestHouse({ dialect, env: { CADRE_PLUGINS: PLUGIN } });
    for (const name of [
      ...Object.keys(POISON).map((kind) => `poison.${kind}`),
      'poison.mend',
      'good.double',
    ]) {
      await home.call('agents.create', {
        name,
        capabilities: [{ name, confidence: 0.9 }],
        executor: { kind: 'function', name },
        maxAttempts: ATTEMPTS,
        maxConcurrent: 4,
        timeoutMs: name === 'poison.spin' ? 700 : 30_000,
      });
    }
  });
  afterAll(async () => {
    await home?.close();
  });
  const submit = async (capability: string, input: object = {}) =>
    (await home.call<{ id: string }>('tasks.submit', { goal: capability, capability, input })).id;
  const dead = async (taskId: string) =>
    (await home.call<{ items: DeadLetter[] }>('tasks.dead', {})).items.find(
      (letter) => letter.taskId === taskId,
    );
  /** The types of the task's events, once so many ends are in the log: readers stay behind what is not settled. */
  const logged = (id: string, ends = 1) =>
    until(async () => {
      const types = (await home.events(id)).map((event) => event.type);
      return types.filter((type) => type === 'task.settled').length === ends && types;
    }, 'the end in the log');
  const work = (task: Task) => task.runs.find((run) => run.kind === 'operator.work');

  it('ends in the dead-letter list while its neighbours finish', async () => {
    const poison = new Map<string, string>();
    for (const kind of Object.keys(POISON)) poison.set(kind, await submit(`poison.${kind}`));
    const neighbours = [];
    for (let n = 0; n < 8; n += 1) neighbours.push(await submit('good.double', { n }));
    for (const [n, id] of neighbours.entries()) {
      const done = await home.ended(id);
      // The twin: the same executor, plug-in and children, and no harm.
      expect([done.status, done.result?.output, await dead(id)]).toEqual(['completed', n * 2, undefined]);
    }
    for (const [kind, words] of Object.entries(POISON)) {
      const id = poison.get(kind) ?? '';
      const task = await home.ended(id);
      // The time of one that spins may be up for its attempt or for its process first.
      const [reason, code] =
        kind === 'spin' && task.stopReason === 'timeout'
          ? ['timeout', 'run/timeout']
          : ['dead-letter', 'agent/failed'];
      expect([kind, task.status, task.stopReason]).toEqual([kind, 'failed', reason]);
      expect(task.stopSentence).toContain(words);
      expect(await dead(id), kind).toMatchObject({ attempts: ATTEMPTS, error: { code } });
      const types = await logged(id);
      expect(types.filter((type) => type === 'run.retried')).toHaveLength(ATTEMPTS - 1);
      expect(types).toContain('run.dead');
    }
  });

  it('is redriven by a retry, and its history stays; the twin without a cure dies again', async () => {
    const path = join(home.database.folder, 'cure');
    const id = await submit('poison.mend', { path });
    expect((await home.ended(id)).stopReason).toBe('dead-letter');
    await home.call('tasks.retry', { id });
    const again = await home.ended(id);
    expect([again.status, work(again)?.claims]).toEqual(['failed', 2 * ATTEMPTS]);
    expect(await dead(id)).toBeDefined();

    writeFileSync(path, '');
    await home.call('tasks.retry', { id });
    const mended = await home.ended(id);
    expect([mended.status, mended.result?.output]).toEqual(['completed', 'mended']);
    expect(await dead(id)).toBeUndefined();
    expect(work(mended)?.claims).toBe(2 * ATTEMPTS + 1);
    const types = await logged(id, 3);
    expect(types.filter((type) => type === 'run.dead')).toHaveLength(2);
    expect(types.filter((type) => type === 'task.retried')).toHaveLength(2);
  });
});
