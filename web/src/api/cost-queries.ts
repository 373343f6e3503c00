import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Budget, CadreEvent } from './models.ts';
import type { Operations } from './types.ts';

/** What pages about money, tokens and budgets ask for, by key. What an event makes old: live/outdated.ts. */

export type UsageFilter = Omit<Operations['usage.summary']['input'], 'by'>;
export type UsageBy = NonNullable<Operations['usage.summary']['input']['by']>;

export const usageQuery = (by: UsageBy, filter: UsageFilter) =>
  queryOptions({
    queryKey: ['usage', by, filter],
    queryFn: ({ signal }) => call('usage.summary', { by, ...filter }, { signal }),
  });

/** Calls of models for one task, newest first. */
export const callsQuery = (filter: { taskId?: string; rootId?: string }, limit = 100) =>
  queryOptions({
    queryKey: ['usage', 'calls', filter, limit],
    queryFn: ({ signal }) => call('usage.list', { ...filter, limit }, { signal }),
  });

/** All budgets but those that were made for a task alone; the fullest first. */
export const budgetsQuery = queryOptions({
  queryKey: ['budgets'],
  queryFn: async ({ signal }): Promise<Budget[]> => {
    const scopes = ['tenant', 'team', 'agent'] as const;
    const pages = await Promise.all(
      scopes.map((scope) => call('budgets.list', { scope, limit: 200 }, { signal })),
    );
    return pages.flatMap(({ items }) => items).sort((a, b) => b.share - a.share);
  },
});

/** Caps of tasks, newest first: they end with their task. */
export const taskBudgetsQuery = queryOptions({
  queryKey: ['budgets', 'of tasks'],
  queryFn: ({ signal }) => call('budgets.list', { scope: 'task', limit: 20 }, { signal }),
});

/** What people should know of money and energy. */
export const ALARMS = [
  'budget.warned',
  'budget.reached',
  'usage.anomalous',
  'usage.overrun',
  'energy.alerted',
] as const satisfies readonly CadreEvent['type'][];

const ALARMS_SHOWN = 10;
/** The log is read from its beginning: more than this of one type is not looked through. */
const ALARM_PAGES = 5;

/** The newest warnings. The log is read by type, from its beginning on. */
export const alarmsQuery = queryOptions({
  queryKey: ['alarms'],
  queryFn: async ({ signal }): Promise<CadreEvent[]> => {
    const parts = await Promise.all(ALARMS.map((type) => lastOf(type, signal)));
    return parts
      .flat()
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
      .slice(0, ALARMS_SHOWN);
  },
});

async function lastOf(type: CadreEvent['type'], signal: AbortSignal): Promise<CadreEvent[]> {
  let items: CadreEvent[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < ALARM_PAGES; page += 1) {
    const read = await call('events.list', { type, limit: 500, ...(cursor && { cursor }) }, { signal });
    items = [...items, ...read.items].slice(-ALARMS_SHOWN);
    cursor = read.nextCursor ?? undefined;
    if (!cursor) break;
  }
  return items;
}
