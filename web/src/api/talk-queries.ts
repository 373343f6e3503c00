import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { CadreEvent, Vote } from './models.ts';
import type { Operations } from './types.ts';

/** What pages about messages, teams and votes ask for, by key. What an event makes old: live/outdated.ts. */

export type MessageFilter = Omit<Operations['messages.list']['input'], 'cursor' | 'limit'>;

/** How many messages are read at once; a longer thread is read page by page. */
const MESSAGES = 200;

export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: ['message', id],
    queryFn: ({ signal }) => call('messages.get', { id }, { signal }),
  });

/** Messages page by page, newest first. */
export const messagePagesQuery = (filter: MessageFilter, limit = MESSAGES) =>
  infiniteQueryOptions({
    queryKey: ['messages', 'pages', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      call('messages.list', { ...filter, limit, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });

export const mailboxQuery = (agentId: string, limit = MESSAGES) =>
  queryOptions({
    queryKey: ['mailbox', agentId, limit],
    queryFn: ({ signal }) => call('agents.mailbox', { id: agentId, limit }, { signal }),
  });

/** What an agent was sent and could not handle. */
export const deadQuery = (agentId: string) =>
  queryOptions({
    queryKey: ['dead', agentId],
    queryFn: ({ signal }) => call('messages.dead', { agentId, limit: 50 }, { signal }),
  });

export const topicsQuery = queryOptions({
  queryKey: ['topics'],
  queryFn: ({ signal }) => call('topics.list', {}, { signal }),
});

export const teamsQuery = infiniteQueryOptions({
  queryKey: ['teams', 'pages'],
  queryFn: ({ pageParam, signal }) =>
    call('teams.list', { limit: 50, ...(pageParam && { cursor: pageParam }) }, { signal }),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
});

/** Below the key of the list, so that what touches all teams touches each. */
export const teamQuery = (id: string) =>
  queryOptions({ queryKey: ['teams', id], queryFn: ({ signal }) => call('teams.get', { id }, { signal }) });

export interface VoteFilter {
  teamId?: string;
  status?: Vote['status'];
}

export const votesQuery = (filter: VoteFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['votes', 'pages', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      call('votes.list', { ...filter, limit, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });

export const voteQuery = (id: string) =>
  queryOptions({ queryKey: ['votes', id], queryFn: ({ signal }) => call('votes.get', { id }, { signal }) });

/** What the history of a team tells. */
export const TEAM_HISTORY = [
  'team.created',
  'team.topology-changed',
  'team.leader-changed',
  'team.joined',
  'team.left',
  'team.route-broken',
] as const satisfies readonly CadreEvent['type'][];

/** Pages that are read of each type; a log with more shows its beginning, and says so. */
const HISTORY_PAGES = 10;
const HISTORY_PAGE = 500;

/** The past of a team from the event log, oldest first. The log is asked by type: it has no index by team. */
export const teamHistoryQuery = (teamId: string) =>
  queryOptions({
    queryKey: ['team-history', teamId],
    queryFn: async ({ signal }) => {
      const parts = await Promise.all(TEAM_HISTORY.map((type) => readType(type, signal)));
      const events = parts
        .flatMap((part) => part.items)
        .filter(({ data }) => data.teamId === teamId)
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
      return { events, isWhole: parts.every((part) => part.isWhole) };
    },
  });

async function readType(type: CadreEvent['type'], signal: AbortSignal) {
  const items: CadreEvent[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < HISTORY_PAGES; page += 1) {
    const read = await call(
      'events.list',
      { type, limit: HISTORY_PAGE, ...(cursor && { cursor }) },
      { signal },
    );
    items.push(...read.items);
    cursor = read.nextCursor ?? undefined;
    if (!cursor) return { items, isWhole: true };
  }
  return { items, isWhole: false };
}
