import type { Task, TaskStatus } from '../../../api/models.ts';
import type { Verb } from './use-act.ts';

/** What can be done with a task, by its status. A step is retried with its whole task, not by itself. */
export function verbsFor({ status, parentId }: Pick<Task, 'status' | 'parentId'>): Verb[] {
  const open: Verb[] = status === 'paused' ? ['resume', 'terminate'] : ['pause', 'terminate'];
  const byStatus: Record<TaskStatus, Verb[]> = {
    pending: open,
    running: open,
    waiting: open,
    paused: open,
    completed: [],
    failed: parentId === null ? ['retry'] : [],
    terminated: parentId === null ? ['retry'] : [],
  };
  return byStatus[status];
}

/** Priorities people choose from, as their numbers. */
export const PRIORITIES = [
  { name: 'Low', value: 25 },
  { name: 'Normal', value: 50 },
  { name: 'High', value: 75 },
  { name: 'Urgent', value: 100 },
] as const;

/** The name of a priority; one between the names is its number. */
export function priorityName(priority: number): string {
  return PRIORITIES.find(({ value }) => value === priority)?.name ?? `Priority ${priority}`;
}
