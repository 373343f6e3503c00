/** The parts of a task's page, in the order of its tabs. */
export const TASK_TABS = ['result', 'plan', 'timeline', 'events', 'details'] as const;
export type TaskTab = (typeof TASK_TABS)[number];

/** What the address of a task's page says beside the task: which part, and which step is open. */
export interface TaskSearch {
  tab?: TaskTab;
  step?: string;
}
