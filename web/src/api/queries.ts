import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, openSession, Problem } from './client.ts';
import type { Operations } from './types.ts';

/**
 * What the console asks for, by key. Nothing is asked again by time: the event log says when something changed
 * (live/live.tsx), so every answer stays fresh until an event touches it.
 */

export type TaskFilter = Omit<Operations['tasks.list']['input'], 'cursor' | 'limit'>;

/** Who is signed in here; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => {
    try {
      return (await openSession()) ? await call('keys.whoami', {}) : null;
    } catch (error) {
      if (error instanceof Problem && error.details.status === 401) return null;
      throw error;
    }
  },
  retry: 0,
});

export const taskQuery = (id: string) =>
  queryOptions({ queryKey: ['task', id], queryFn: ({ signal }) => call('tasks.get', { id }, { signal }) });

/** What a step of a workflow gave. It ends anew when it is done anew. */
export const nodeQuery = (id: string, path: string, endedAt: string | null) =>
  queryOptions({
    queryKey: ['node', id, path, endedAt],
    queryFn: ({ signal }) => call('tasks.node', { id, path }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const tasksQuery = (filter: TaskFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['tasks', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      call('tasks.list', { ...filter, limit, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: async ({ signal }) => {
    const agents = [];
    let cursor: string | undefined;
    do {
      const page = await call('agents.list', { limit: 200, ...(cursor && { cursor }) }, { signal });
      agents.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor && agents.length < 2_000);
    // The team in the order in which it was made: the chief first.
    return agents.reverse();
  },
});

export const fileQuery = (id: string) =>
  queryOptions({
    queryKey: ['file', id],
    queryFn: ({ signal }) => call('files.get', { id }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The text of a file never changes. */
export const fileTextQuery = (id: string) =>
  queryOptions({
    queryKey: ['file-text', id],
    queryFn: ({ signal }) => call('files.text', { id }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 5 * 60_000,
  });

export const messagesQuery = (filter: { agentId?: string; taskId?: string }) =>
  queryOptions({
    queryKey: ['messages', filter],
    queryFn: ({ signal }) => call('messages.list', { ...filter, limit: 50 }, { signal }),
  });
