import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestEngine } from '../../test/support/engine.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../../test/support/stores.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { claimRuns, insertRuns, insertSteps } from '../platform/store/runs.ts';
import { endTask, insertTasks, NEW_TASK, type NewTaskRow, startTask } from '../platform/store/tasks.ts';
import type { Store } from '../platform/store/transaction.ts';
import { taskOperations } from './operations.ts';
import type { Task, TaskSummary } from './task.ts';

const HOUR_MS = 3_600_000;

onEveryStore('tasks as people see them', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let tenantId: string;
  let needs: Record<string, unknown>;

  const open = async (clockOffsetMs = 0) => {
    store = await database.open(clockOffsetMs);
    needs = { ...createTestEngine(store), store };
  };
  beforeEach(async () => {
    database = await createTestDatabase(dialect);
    await open();
    tenantId = await addTenant(store);
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });
  const laterBy = async (ms: number) => {
    await store.close();
    await open(ms);
  };

  const call = async <T>(name: string, input: unknown, tenant = tenantId): Promise<T> => {
    const found = taskOperations.find((each) => each.name === name);
    if (!found) throw new Error(name);
    const who: Caller = {
      tenantId: tenant,
      role: 'viewer',
      actor: { kind: 'key', id: 'k', name: 'Vera' },
      traceId: 't',
      signal: new AbortController().signal,
    };
    return JSON.parse(JSON.stringify(await found.run(needs as never, who, input))); // only the store is asked
  };
  const list = async (input: object, tenant = tenantId) =>
    (await call<{ items: TaskSummary[] }>('tasks.list', input, tenant)).items;
  const goals = async (input: object) => (await list(input)).map((task) => task.goal).sort();

  const add = async (row: Partial<NewTaskRow> = {}, tenant = tenantId): Promise<string> => {
    const id = newId();
    const task: NewTaskRow = {
      ...NEW_TASK,
      id,
      root_id: row.parent_id ?? id,
      goal: 'a goal',
      type: 'general',
      priority: 50,
      input: '{}',
      files: '[]',
      deadline: null,
      created_by: 'a test',
      ...row,
    };
    expect(await store.write(tenant, (tx) => insertTasks(tx, [task]))).toBe(true);
    return id;
  };
  const start = (id: string) => store.write(tenantId, (tx) => startTask(tx, id));
  const end = (id: string, usage?: object, status = 'completed', output: unknown = 'done') => {
    const result = JSON.stringify({ completeness: 'complete', output, ...(usage && { usage }) });
    const ended = { status, result, score: null, stop_reason: 'done', stop_sentence: null, error: null };
    return store.write(tenantId, (tx) => endTask(tx, id, ended));
  };
  const planned = { status: 'waiting', plan: '{"steps":[]}' };

  test('progress counts the steps of a plan that are final, and is null without a plan', async () => {
    const alone = await add();
    const root = await add(planned);
    const steps = [];
    for (let number = 0; number < 4; number += 1) steps.push(await add({ parent_id: root, depth: 1 }));
    await end(steps[0] ?? '');
    await end(steps[1] ?? '', undefined, 'failed');
    await start(steps[2] ?? '');
    const inner = await add({ parent_id: steps[3] ?? '', root_id: root, depth: 2 });
    const shown = Object.fromEntries((await list({ all: true })).map((task) => [task.id, task.progress]));
    expect(shown).toEqual({
      [alone]: null,
      [root]: { done: 2, total: 4 },
      [steps[0] ?? '']: null,
      [steps[1] ?? '']: null,
      [steps[2] ?? '']: null,
      [steps[3] ?? '']: { done: 0, total: 1 },
      [inner]: null,
    });
    const one = await call<Task>('tasks.get', { id: root });
    expect(one.progress).toEqual({ done: 2, total: 4 });
    expect(one.subtasks.map((step) => step.progress)).toEqual([null, null, null, { done: 0, total: 1 }]);
  });

  test('usage adds up what executors reported over the whole tree; what nobody reported is null', async () => {
    const root = await add(planned);
    const [first, second, third] = [
      await add({ parent_id: root, depth: 1 }),
      await add({ parent_id: root, depth: 1, ...planned }),
      await add({ parent_id: root, depth: 1 }),
    ];
    const inner = await add({ parent_id: second, root_id: root, depth: 2 });
    const stranger = await add();
    for (const id of [first, inner, stranger]) await start(id);
    await laterBy(2 * HOUR_MS);
    await end(first, { inputTokens: 10, costUsd: 0.25, durationMs: 7 });
    await end(inner, { inputTokens: 5, costUsd: 0 });
    await end(stranger, { inputTokens: 1_000 });
    // An output that speaks of usage reported none; its bytes are hard for a database, and change nothing.
    await start(third);
    await end(third, undefined, 'completed', {
      usage: { inputTokens: 99 },
      hard: '\u0000\ud800',
      text: '"usage":{',
    });
    const { usage } = await call<Task>('tasks.get', { id: root });
    expect(usage).toEqual({
      steps: 3,
      workMs: expect.any(Number),
      inputTokens: 15,
      outputTokens: null,
      costUsd: 0.25,
      energyJ: null,
      sources: { provider: 0, tokenizer: 0, 'worst-case': 0 },
      energy: null,
    });
    expect(Math.round(usage.workMs / HOUR_MS)).toBe(4);
    expect((await call<Task>('tasks.get', { id: inner })).usage).toMatchObject({
      steps: 1,
      inputTokens: 5,
      costUsd: 0,
    });
    const quiet = await add();
    expect((await call<Task>('tasks.get', { id: quiet })).usage).toEqual({
      steps: 0,
      workMs: 0,
      inputTokens: null,
      outputTokens: null,
      costUsd: null,
      energyJ: null,
      sources: { provider: 0, tokenizer: 0, 'worst-case': 0 },
      energy: null,
    });
  });

  test('what never began worked for nobody', async () => {
    const root = await add(planned);
    const step = await add({ parent_id: root, depth: 1 });
    await end(step, undefined, 'terminated');
    expect((await call<Task>('tasks.get', { id: root })).usage).toMatchObject({ steps: 0, workMs: 0 });
  });

  test('a checkpoint shows what it stored, cut where it is long', async () => {
    const task = await add();
    const run = {
      id: newId(),
      tenant_id: tenantId,
      kind: 'operator.work',
      task_id: task,
      agent_id: null,
      payload: '{}',
      priority: 50,
      max_attempts: 3,
      agent_limit: 0,
      timeout_ms: 0,
      delay_ms: 0,
    };
    const long = JSON.stringify('ü'.repeat(3_000));
    await store.writeAll(async (tx) => {
      await insertRuns(tx, [run]);
      await claimRuns(tx, [run.id], 'a test', 60_000);
      for (const [name, result] of [
        ['nothing', null],
        ['short', '{"a":1}'],
        ['full', 'x'.repeat(2_000)],
        ['long', long],
      ] as const) {
        await insertSteps(tx, [{ run_id: run.id, name, fence: 1, result }]);
      }
    });
    const { steps } = await call<Task>('tasks.get', { id: task });
    expect(Object.fromEntries(steps.map(({ name, result, cut }) => [name, { result, cut }]))).toEqual({
      nothing: { result: null, cut: false },
      short: { result: '{"a":1}', cut: false },
      full: { result: 'x'.repeat(2_000), cut: false },
      long: { result: long.slice(0, 2_000), cut: true },
    });
  });

  test('several statuses may be asked for, separated or repeated; an unknown one is refused', async () => {
    for (const status of ['pending', 'running', 'waiting', 'completed']) await add({ status, goal: status });
    expect(await goals({ status: 'running' })).toEqual(['running']);
    expect(await goals({ status: 'running,waiting' })).toEqual(['running', 'waiting']);
    expect(await goals({ status: ['running', ' waiting , pending'] })).toEqual([
      'pending',
      'running',
      'waiting',
    ]);
    expect(await goals({})).toHaveLength(4);
    for (const status of ['walking', 'running,walking', '', []]) {
      await expect(list({ status })).rejects.toMatchObject({ code: 'request/invalid' });
    }
  });

  test('search finds words of the goal in any case, and every letter means itself', async () => {
    const texts = [
      'Brief me on the Harbour',
      'Müller und ÖSTERREICH',
      'a 50% share',
      'a 500 share',
      'snake_case',
      'snakeXcase',
      'back\\slash',
    ];
    for (const goal of texts) await add({ goal });
    const found = (text: string) => goals({ text });
    expect(await found('hARBOUR brief')).toEqual(['Brief me on the Harbour']);
    expect(await found('harbour nowhere')).toEqual([]);
    for (const text of ['müller', 'MÜLLER', 'Müller', 'österreich', 'Österreich']) {
      expect(await found(text), text).toEqual(['Müller und ÖSTERREICH']);
    }
    expect(await found('50%')).toEqual(['a 50% share']);
    expect(await found('snake_case')).toEqual(['snake_case']);
    expect(await found('back\\slash')).toEqual(['back\\slash']);
    expect(await found("' or 1=1 --")).toEqual([]);
  });

  test('search finds a task by its id or the end of it, and another tenant’s never', async () => {
    const id = await add({ goal: 'this one' });
    await add({ goal: 'another' });
    for (const text of [id, id.toUpperCase(), id.slice(-12), id.slice(-8), `one ${id}`]) {
      expect(await goals({ text }), text).toEqual(['this one']);
    }
    expect(await goals({ text: `another ${id}` })).toEqual([]);
    expect(await goals({ text: id.slice(-3) })).toEqual([]); // too short to mean an id
    const other = await addTenant(store, 'other');
    expect(await list({ text: id }, other)).toEqual([]);
  });
});
