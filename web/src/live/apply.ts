import { type CadreEvent, isFinal, type Task, type TaskStatus, type TaskSummary } from '../api/models.ts';

/**
 * What an event changes in a task as the page shows it. Frequent events are applied at once, so that a step is
 * seen to move within a frame; rare ones (a plan, a result, a pause) need the task again from the server.
 */

/** A summary after an event about it; the same object when nothing changes. */
export function applyToSummary(task: TaskSummary, event: CadreEvent): TaskSummary {
  if (event.taskId !== task.id) return withStepDone(task, event);
  const { data } = event;
  switch (event.type) {
    case 'task.assigned':
      return { ...task, agentId: event.agentId, agentName: textOf(data.name) ?? task.agentName };
    case 'task.reassigned':
      return {
        ...task,
        agentId: textOf(data.to) ?? task.agentId,
        agentName: textOf(data.name) ?? task.agentName,
      };
    case 'plan.made':
      if (isFinal(task.status) || !Array.isArray(data.steps)) return task;
      return { ...task, status: 'waiting', progress: { done: 0, total: data.steps.length } };
    case 'task.started':
      return isFinal(task.status)
        ? task
        : { ...task, status: 'running', startedAt: task.startedAt ?? event.at };
    case 'task.settled':
      return {
        ...task,
        status: (textOf(data.status) ?? task.status) as TaskStatus, // of the same closed list
        stopReason: (textOf(data.stopReason) ?? task.stopReason) as TaskSummary['stopReason'],
        stopSentence: textOf(data.sentence) ?? task.stopSentence,
        completedAt: event.at,
      };
    default:
      return task;
  }
}

/** One more step of the task's own plan has ended. */
function withStepDone(task: TaskSummary, event: CadreEvent): TaskSummary {
  const { progress } = task;
  if (event.type !== 'task.settled' || event.rootId !== task.id || !progress) return task;
  return { ...task, progress: { ...progress, done: Math.min(progress.done + 1, progress.total) } };
}

/** A task that was just submitted, as lists show it until they are read again. */
export function submittedTask(event: CadreEvent): TaskSummary | undefined {
  const { data, taskId } = event;
  if (event.type !== 'task.submitted' || taskId === null) return undefined;
  return {
    id: taskId,
    parentId: null,
    rootId: taskId,
    step: null,
    goal: textOf(data.goal) ?? '',
    type: textOf(data.type) ?? 'general',
    capability: null,
    status: 'pending',
    progress: null,
    priority: typeof data.priority === 'number' ? data.priority : 50,
    agentId: null,
    agentName: null,
    dependsOn: [],
    stopReason: null,
    stopSentence: null,
    error: null,
    deadline: null,
    createdAt: event.at,
    startedAt: null,
    completedAt: null,
  };
}

/** A task after an event about it or one of its steps; the same object when nothing changes. */
export function applyToTask(task: Task, event: CadreEvent): Task {
  const self = applyToSummary(task, event);
  let changed = self !== task;
  const subtasks = task.subtasks.map((subtask) => {
    const next = applyToSummary(subtask, event);
    changed ||= next !== subtask;
    return next;
  });
  return changed ? { ...task, ...self, subtasks } : task;
}

const NEEDS_ANOTHER_LOOK: ReadonlySet<string> = new Set([
  'plan.made',
  'task.settled',
  'task.paused',
  'task.resumed',
  'task.retried',
  'task.changed',
  'task.reassigned',
  'run.dead',
  'usage.compared',
]);

/** True when the task must be asked for again: its plan, result or control changed, or that of its whole tree. */
export function needsAnotherLook(task: Task, event: CadreEvent): boolean {
  if (!NEEDS_ANOTHER_LOOK.has(event.type) || event.rootId !== task.rootId) return false;
  // A step that ends is applied as it is; its own page, and the goal above it, show more than that.
  if (event.type === 'task.settled') return event.taskId === task.id;
  return true;
}

/** What changes the nodes of a plan that follows a workflow; other things of it do so only with one of these. */
const MOVES_NODES: ReadonlySet<string> = new Set(['plan.advanced', 'task.assigned', 'task.settled']);

/**
 * True when a task that follows a workflow must be asked for again, soon rather than at once: its steps begin and end
 * in the plan, and many may do so in one moment.
 */
export function movesNodes(task: Task, event: CadreEvent): boolean {
  if (event.rootId !== task.rootId || !followsWorkflow(task)) return false;
  if (event.type === 'plan.advanced') return event.taskId === task.id;
  return MOVES_NODES.has(event.type) || event.type.startsWith('approval.');
}

function followsWorkflow({ plan }: Task): boolean {
  return typeof plan === 'object' && plan !== null && 'workflow' in plan;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
