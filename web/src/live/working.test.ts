import { expect, test } from 'vitest';
import type { CadreEvent, TaskSummary } from '../api/models.ts';
import { createWorking } from './working.ts';

const event = (type: CadreEvent['type'], taskId: string, agentId: string | null, data = {}): CadreEvent => ({
  cursor: '0-1',
  at: '2026-11-21T10:00:00.000Z',
  type,
  taskId,
  rootId: 'root',
  agentId,
  runId: null,
  data,
});
const hands = (store: ReturnType<typeof createWorking>, agentId: string) =>
  (store.get().get(agentId) ?? []).map((task) => task.what);

test('shows what each agent has in hand, in the words of the step', () => {
  const store = createWorking();
  let drawn = 0;
  store.subscribe(() => {
    drawn += 1;
  });
  const delegated = event('message.sent', 'a', 'reader', {
    kind: 'task_delegation',
    subject: 'Read budget.xlsx',
  });
  store.apply([delegated]);
  expect([hands(store, 'reader'), drawn]).toEqual([[], 0]);
  const read = event('task.started', 'a', 'reader', { goal: 'Read budget.xlsx' });
  store.apply([read, event('task.started', 'b', 'reader')]);
  expect([hands(store, 'reader'), drawn]).toEqual([['Read budget.xlsx', 'a step'], 1]);
  store.apply([event('task.settled', 'a', 'reader')]);
  expect(hands(store, 'reader')).toEqual(['a step']);
});

test('a task that is given to another agent leaves the first one’s hands', () => {
  const store = createWorking();
  store.start([
    {
      id: 'a',
      rootId: 'root',
      agentId: 'one',
      goal: 'Read',
      startedAt: '2026-11-21T09:00:00Z',
    } as TaskSummary,
  ]); // what it reads
  expect(hands(store, 'one')).toEqual(['Read']);
  store.apply([event('task.started', 'a', 'two')]);
  expect([hands(store, 'one'), hands(store, 'two')]).toEqual([[], ['a step']]);
  for (const type of ['task.paused', 'run.lease-expired'] as const) {
    store.apply([event('task.started', 'a', 'two'), event(type, 'a', 'two')]);
    expect(hands(store, 'two')).toEqual([]);
  }
});

test('a task that another worker goes on with after a crash is in hand again, in the same words', () => {
  const store = createWorking();
  store.apply([event('task.started', 'a', 'reader', { goal: 'Read budget.xlsx' })]);
  store.apply([event('run.lease-expired', 'a', 'reader')]);
  expect(hands(store, 'reader')).toEqual([]);
  store.apply([event('run.claimed', 'a', 'reader', { kind: 'operator.work', fence: 2 })]);
  expect(hands(store, 'reader')).toEqual(['Read budget.xlsx']);
  store.apply([event('run.claimed', 'b', 'reader', { kind: 'chief.plan', fence: 2 })]);
  expect(hands(store, 'reader')).toHaveLength(1);
});
