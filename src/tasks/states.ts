import type { TASK_STATUSES } from './task.ts';

/**
 * The table of run control (FEATURES QC-1), in the words of tasks (DESIGN section 2): INIT is `pending`, RUNNING is
 * `running`, or `waiting` for its steps, PAUSED `paused`, COMPLETED `completed`, TERMINATED `terminated` and ERROR
 * `failed`. What is not in the table is refused with `task/wrong-state`. Pure.
 */
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** The words of FEATURES. */
export const RUN_STATES = ['INIT', 'RUNNING', 'PAUSED', 'COMPLETED', 'TERMINATED', 'ERROR'] as const;
export type RunState = (typeof RUN_STATES)[number];

export const ACTIONS = ['start', 'pause', 'resume', 'complete', 'terminate', 'fail'] as const;
export type Action = (typeof ACTIONS)[number];

/** From, action, to. */
export const TABLE: ReadonlyArray<readonly [RunState, Action, RunState]> = [
  ['INIT', 'start', 'RUNNING'],
  ['RUNNING', 'pause', 'PAUSED'],
  ['PAUSED', 'resume', 'RUNNING'],
  ['RUNNING', 'complete', 'COMPLETED'],
  ['RUNNING', 'terminate', 'TERMINATED'],
  ['PAUSED', 'terminate', 'TERMINATED'],
  ['RUNNING', 'fail', 'ERROR'],
  ['PAUSED', 'fail', 'ERROR'],
  // The canon adds these: what has not begun may be ended.
  ['INIT', 'terminate', 'TERMINATED'],
  ['INIT', 'fail', 'ERROR'],
  // DESIGN section 3: what is still queued may be paused as well, and goes back to the queue.
  ['INIT', 'pause', 'PAUSED'],
  ['PAUSED', 'resume', 'INIT'],
];

const STATES: Readonly<Record<TaskStatus, RunState>> = {
  pending: 'INIT',
  running: 'RUNNING',
  waiting: 'RUNNING',
  paused: 'PAUSED',
  completed: 'COMPLETED',
  terminated: 'TERMINATED',
  failed: 'ERROR',
};

/** A task's state in the words of FEATURES. */
export const stateOf = (status: TaskStatus): RunState => STATES[status];

/** Statuses in which an action is allowed. */
export const statusesFor = (action: Action): TaskStatus[] =>
  (Object.keys(STATES) as TaskStatus[]).filter(
    (
      status, // the keys of a record of just these
    ) => TABLE.some(([from, one]) => from === STATES[status] && one === action),
  );

/**
 * The state after an action, or undefined: the action is refused. `before` is what a paused task was when it was
 * paused; resuming goes back there.
 */
export function stateAfter(
  state: RunState,
  action: Action,
  before: RunState = 'RUNNING',
): RunState | undefined {
  const rows = TABLE.filter(([from, one]) => from === state && one === action);
  if (action === 'resume') return rows.find(([, , to]) => to === before)?.[2];
  return rows[0]?.[2];
}
