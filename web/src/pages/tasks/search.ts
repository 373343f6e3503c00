import type { TaskStatus } from '../../api/models.ts';

/** What the address of the list says: a filter that can be kept as a bookmark. */
export interface TasksSearch {
  status?: string;
  text?: string;
  agent?: string;
  all?: boolean;
}

export const STATUSES: readonly TaskStatus[] = [
  'pending',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'terminated',
];

/** Reads the address; what is not understood is left out. */
export function readTasksSearch(search: Record<string, unknown>): TasksSearch {
  const statuses = String(search.status ?? '')
    .split(',')
    .filter((each) => STATUSES.some((status) => status === each));
  return {
    ...(statuses.length > 0 && { status: statuses.join(',') }),
    ...(typeof search.text === 'string' && search.text !== '' && { text: search.text }),
    ...(typeof search.agent === 'string' && search.agent !== '' && { agent: search.agent }),
    ...(search.all === true && { all: true }),
  };
}
