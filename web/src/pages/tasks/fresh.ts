import type { TaskSummary } from '../../api/models.ts';

/** How many tasks stand above the one that was on top when somebody scrolled away; 0 when it is on top still. */
export function countAbove(tasks: readonly Pick<TaskSummary, 'id'>[], topId: string | undefined): number {
  return topId === undefined
    ? 0
    : Math.max(
        0,
        tasks.findIndex(({ id }) => id === topId),
      );
}
