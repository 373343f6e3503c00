import { expect, test } from 'vitest';
import type { PlanNode, Task, TaskSummary } from '../../api/models.ts';
import { inWords } from '../../parts/in-words.ts';
import {
  isOneOperators,
  ownStepsOf,
  planOf,
  progressInWords,
  progressOf,
  readyAt,
  stepsOf,
  tookMs,
} from './steps.ts';

const subtask = (step: string, changes: Partial<TaskSummary> = {}): TaskSummary => ({
  id: `id-${step}`,
  parentId: 'root',
  rootId: 'root',
  step,
  goal: `do ${step}`,
  type: 'general',
  capability: null,
  status: 'pending',
  priority: 50,
  agentId: null,
  agentName: null,
  dependsOn: [],
  progress: null,
  stopReason: null,
  stopSentence: null,
  error: null,
  deadline: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  completedAt: null,
  ...changes,
});
const START = Date.parse('2026-01-01T00:00:00.000Z');

test('names of steps become words, and files keep their endings', () => {
  expect(inWords('read-minutes-2026-10-06-docx')).toBe('Read minutes 2026-10-06.docx');
  expect(inWords('link')).toBe('Link');
  expect(inWords('content_analysis')).toBe('Content analysis');
  expect(inWords('q3-report')).toBe('Q3 report');
});

test('steps stand in the order of the plan with the state of their tasks', () => {
  const plan = {
    steps: [
      { name: 'read', goal: 'Read it', doneWhen: 'text is there', dependsOn: [] },
      { name: 'write', goal: 'Write it', doneWhen: 'text is written', dependsOn: ['read'] },
    ],
  };
  const steps = stepsOf({ plan, subtasks: [subtask('write'), subtask('read', { status: 'running' })] });
  expect(steps.map(({ name, status, doneWhen }) => [name, status, doneWhen])).toEqual([
    ['read', 'running', 'text is there'],
    ['write', 'pending', 'text is written'],
  ]);
  expect(planOf({ plan: null })).toBeUndefined();
  expect(planOf({ plan: 'steps' })).toBeUndefined();
});

test('a step is ready when the last step it needs is done, and not before', () => {
  const subtasks = [
    subtask('a', { completedAt: '2026-01-01T00:00:02.000Z' }),
    subtask('b'),
    subtask('c', { dependsOn: ['a'] }),
    subtask('d', { dependsOn: ['a', 'b'] }),
  ];
  const steps = new Map(stepsOf({ plan: null, subtasks }).map((step) => [step.name, step]));
  const ready = (name: string) => {
    const step = steps.get(name);
    return step && readyAt(step, steps);
  };
  expect(ready('b')).toBe(START);
  expect(ready('c')).toBe(START + 2_000);
  expect(ready('d')).toBeNull();
});

test('what ended before it began, or waits again after a retry, has not worked', () => {
  const at = '2026-01-01T00:00:05.000Z';
  const steps = stepsOf({
    plan: null,
    subtasks: [
      subtask('a', { status: 'terminated', startedAt: at, completedAt: at }),
      subtask('b', { status: 'pending', startedAt: at }),
      subtask('c', { status: 'completed', startedAt: at, completedAt: at }),
      subtask('d', { status: 'failed', startedAt: at, completedAt: '2026-01-01T00:00:06.000Z' }),
    ],
  });
  expect(steps.map((step) => tookMs(step, START))).toEqual([undefined, undefined, 0, 1_000]);
});

test('progress counts what is final; a step that never began took no time', () => {
  const [began, never] = stepsOf({
    plan: null,
    subtasks: [
      subtask('a', { status: 'running', startedAt: '2026-01-01T00:00:01.000Z' }),
      subtask('b', { status: 'failed', completedAt: '2026-01-01T00:00:01.000Z' }),
    ],
  });
  if (!began || !never) throw new Error('two steps were given');
  expect(progressOf([began, never])).toEqual({ done: 1, total: 2 });
  expect(tookMs(began, START + 4_000)).toBe(3_000);
  expect(tookMs(never, START + 4_000)).toBeUndefined();
});

test('how far a plan is, is said with what goes on and what went wrong', () => {
  const at = '2026-01-01T00:00:01.000Z';
  const plan = (...subtasks: ReturnType<typeof subtask>[]) =>
    progressInWords(stepsOf({ plan: null, subtasks }));
  const done = subtask('a', { status: 'completed', completedAt: at });
  const failed = subtask('b', { status: 'failed', completedAt: at });
  const running = subtask('c', { status: 'running', startedAt: at });
  const pending = subtask('d', { status: 'pending' });
  expect(plan(done, running, pending)).toBe('1 of 3 steps, 1 running, 1 to go');
  expect(plan(done, failed, running)).toBe('2 of 3 steps, 1 failed, 1 running');
  expect(plan(done, pending)).toBe('1 of 2 steps');
  const ended = subtask('e', { status: 'terminated', completedAt: at });
  expect(plan(done, ended)).toBe('1 of 2 steps, 1 terminated');
});

test('the steps of one operator are its nodes; twin: a plan of tasks has none of its own', () => {
  const node = (path: string, status: PlanNode['status'], from: number, to: number | null): PlanNode => ({
    path,
    kind: 'goal',
    status,
    items: null,
    taskId: null,
    error: null,
    startedAt: new Date(START + from).toISOString(),
    endedAt: to === null ? null : new Date(START + to).toISOString(),
  });
  const nodes: PlanNode[] = [
    node('a', 'completed', 0, 5),
    { ...node('each', 'running', 5, null), kind: 'forEach', items: 2 },
    node('each[0].b', 'running', 5, null),
    node('late', 'failed', 7, 7),
    node('never', 'skipped', 5, 5),
  ];
  const task = { id: 't', agentId: 'x', agentName: 'Shop', nodes };
  const steps = ownStepsOf(task as unknown as Task); // as far as it is read
  expect(steps.map(({ name, status, agentName }) => [name, status, agentName])).toEqual([
    ['a', 'completed', 'Shop'],
    ['each[0].b', 'running', 'Shop'],
    ['late', 'failed', 'Shop'],
  ]);
  // What failed because of another has never begun.
  expect(steps.map((step) => tookMs(step, START + 9))).toEqual([5, 4, undefined]);
  const plan = (enough: boolean) => ({
    steps: [],
    workflow: { workflowId: 'w', name: 'w', version: 1 },
    oneOperatorEnough: { enough, because: 'it says so' },
  });
  expect([isOneOperators({ plan: plan(true) }), isOneOperators({ plan: plan(false) })]).toEqual([
    true,
    false,
  ]);
  expect(isOneOperators({ plan: null })).toBe(false);
});
