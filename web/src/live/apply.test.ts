import { describe, expect, test } from 'vitest';
import type { CadreEvent, Task, TaskSummary } from '../api/models.ts';
import { applyToSummary, applyToTask, movesNodes, needsAnotherLook, submittedTask } from './apply.ts';

const summary = (overrides: Partial<TaskSummary> = {}): TaskSummary =>
  ({
    id: 'step',
    rootId: 'root',
    status: 'pending',
    agentId: null,
    agentName: null,
    startedAt: null,
    completedAt: null,
    stopReason: null,
    stopSentence: null,
    ...overrides,
  }) as TaskSummary; // only what events touch
const event = (type: CadreEvent['type'], overrides: Partial<CadreEvent> = {}): CadreEvent => ({
  cursor: '0-1',
  at: '2026-11-21T10:00:00.000Z',
  type,
  taskId: 'step',
  rootId: 'root',
  agentId: 'agent-1',
  runId: null,
  data: {},
  ...overrides,
});

describe('a step', () => {
  test('is assigned, started and settled by its events', () => {
    const assigned = applyToSummary(summary(), event('task.assigned', { data: { name: 'Reader 1' } }));
    expect(assigned).toMatchObject({ agentId: 'agent-1', agentName: 'Reader 1', status: 'pending' });
    const started = applyToSummary(assigned, event('task.started'));
    expect(started).toMatchObject({ status: 'running', startedAt: '2026-11-21T10:00:00.000Z' });
    const data = { status: 'failed', stopReason: 'timeout', sentence: 'It took too long.' };
    const settled = applyToSummary(started, event('task.settled', { at: '2026-11-21T10:00:05.000Z', data }));
    expect(settled).toMatchObject({
      ...{ status: 'failed', stopReason: 'timeout', stopSentence: 'It took too long.' },
      completedAt: '2026-11-21T10:00:05.000Z',
    });
  });

  test('keeps its first start when it is tried again, and its end when an old start arrives late', () => {
    const started = summary({ status: 'running', startedAt: '2026-11-21T09:00:00.000Z' });
    expect(applyToSummary(started, event('task.started')).startedAt).toBe('2026-11-21T09:00:00.000Z');
    expect(applyToSummary(summary({ status: 'completed' }), event('task.started')).status).toBe('completed');
  });

  test('waits for its steps once it is planned, and counts them as they end, never past the last', () => {
    const root = summary({ id: 'root', status: 'running', progress: null });
    const planned = applyToSummary(root, event('plan.made', { taskId: 'root', data: { steps: [{}, {}] } }));
    expect(planned).toMatchObject({ status: 'waiting', progress: { done: 0, total: 2 } });
    const done = ['a', 'b', 'c'].reduce(
      (task, taskId) => applyToSummary(task, event('task.settled', { taskId })),
      planned,
    );
    expect(done.progress).toEqual({ done: 2, total: 2 });
    expect(done.status).toBe('waiting');
  });

  test('is known to lists from the moment it is submitted', () => {
    const data = { goal: 'Brief me', type: 'general', priority: 75 };
    expect(submittedTask(event('task.submitted', { data }))).toMatchObject({
      id: 'step',
      goal: 'Brief me',
      priority: 75,
      status: 'pending',
    });
    expect(submittedTask(event('task.started'))).toBeUndefined();
  });

  test('stays the same object for events of others, so that nothing is drawn again', () => {
    const before = summary();
    expect(applyToSummary(before, event('task.started', { taskId: 'other' }))).toBe(before);
    expect(applyToSummary(before, event('message.sent'))).toBe(before);
  });
});

describe('a task', () => {
  const task = {
    ...summary({ id: 'root', status: 'waiting' }),
    subtasks: [summary(), summary({ id: 'second' })],
  } as Task; // as above

  test('shows its steps move', () => {
    const next = applyToTask(task, event('task.started'));
    expect(next.subtasks.map((each) => each.status)).toEqual(['running', 'pending']);
    expect(next.status).toBe('waiting');
    expect(applyToTask(task, event('task.started', { taskId: 'elsewhere' }))).toBe(task);
  });

  test('that follows a workflow is asked for again when its steps move; one that a chief planned is not', () => {
    const follows = {
      ...task,
      plan: { workflow: { workflowId: 'w', name: 'greet', version: 1 }, steps: [] },
    };
    const moves = (type: CadreEvent['type'], taskId = 'step', rootId = 'root') =>
      movesNodes(follows, event(type, { taskId, rootId }));
    expect(moves('task.assigned')).toBe(true);
    expect(moves('task.settled', 'a step not known yet')).toBe(true);
    expect(moves('plan.advanced', task.id)).toBe(true);
    expect(moves('plan.advanced', 'a workflow called by it')).toBe(false);
    expect(moves('approval.decided', task.id)).toBe(true);
    expect(moves('task.progressed')).toBe(false);
    expect(moves('task.settled', 'step', 'elsewhere')).toBe(false);
    expect(movesNodes(task, event('task.settled'))).toBe(false);
  });

  test('is asked for again for its plan, its end and its controls, not for each step that ends', () => {
    const asks = (type: CadreEvent['type'], taskId = 'root', rootId = 'root') =>
      needsAnotherLook(task, event(type, { taskId, rootId }));
    expect(asks('plan.made')).toBe(true);
    expect(asks('task.settled')).toBe(true);
    expect(asks('task.paused')).toBe(true);
    expect(asks('usage.compared')).toBe(true); // what it took is known after its end
    expect(asks('task.settled', 'step')).toBe(false);
    expect(asks('task.started', 'step')).toBe(false);
    expect(asks('plan.made', 'elsewhere', 'elsewhere')).toBe(false);
  });
});
