import { isFinal, type Task } from '../../api/models.ts';
import type { TaskSearch, TaskTab } from './search.ts';

/**
 * The part to show when the address names none: what is going on while the task is open, then its result. A task
 * that ended without one shows its plan, which says where it broke.
 */
export function firstTab(task: Pick<Task, 'status' | 'result'>, search: TaskSearch): TaskTab {
  if (!isFinal(task.status) || search.step !== undefined) return 'plan';
  return task.result === null ? 'plan' : 'result';
}
