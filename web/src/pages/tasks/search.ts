import type { TaskStatus } from '../../api/models.ts';
import type { TaskFilter } from '../../api/queries.ts';

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
  // A text of digits comes as a number.
  const text = ['string', 'number'].includes(typeof search.text) ? String(search.text) : '';
  return {
    ...(statuses.length > 0 && { status: statuses.join(',') }),
    ...(text !== '' && { text }),
    ...(typeof search.agent === 'string' && search.agent !== '' && { agent: search.agent }),
    ...(search.all === true && { all: true }),
  };
}

/** The address as the filter that the server knows. An agent mostly carries out steps, so they are looked at too. */
export function filterOf({ status, text, agent, all }: TasksSearch): TaskFilter {
  return {
    ...(status && { status }),
    ...(text && { text }),
    ...(agent && { agentId: agent }),
    ...((all || agent) && { all: true }),
  };
}

/** True when the filter may leave tasks out. */
export const isFiltered = ({ status, text, agent }: TasksSearch): boolean => Boolean(status || text || agent);

/** Adds a status to those that are shown, or takes it away; undefined: all are shown. */
export function toggleStatus(shown: string | undefined, status: TaskStatus): string | undefined {
  const before = shown?.split(',') ?? [];
  const after = STATUSES.filter((each) => before.includes(each) !== (each === status));
  return after.length > 0 ? after.join(',') : undefined;
}
