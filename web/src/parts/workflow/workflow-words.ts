import type { WorkflowSummary, WorkflowVersion } from '../../api/models.ts';

/** The address of a workflow: its name, which people know; its id where the name is a page of its own. */
export const addressOf = ({ id, name }: Pick<WorkflowSummary, 'id' | 'name'>): string =>
  name === 'new' ? id : name;

/** What new tasks do with a workflow. */
export function statusWords({ status, published }: Pick<WorkflowSummary, 'status' | 'published'>): string {
  if (status === 'paused') return 'paused';
  return published === null ? 'not published' : 'active';
}

export const VERSION_MEANS: Readonly<Record<WorkflowVersion['status'], string>> = {
  proposed: 'kept, and followed by no new task',
  published: 'new tasks follow it',
  retired: 'new tasks follow another one',
  rejected: 'it was proposed, and is not wanted',
};
