import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { ApprovalStatus } from './models.ts';

/** What pages about workflows ask for, by key. What an event makes old: live/outdated.ts. */

export const workflowsQuery = infiniteQueryOptions({
  queryKey: ['workflows', 'pages'],
  queryFn: ({ pageParam, signal }) =>
    call('workflows.list', { limit: 50, ...(pageParam && { cursor: pageParam }) }, { signal }),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
});

/** By id or name; below the key of the list, so that what touches all touches each. */
export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: ['workflows', id],
    queryFn: ({ signal }) => call('workflows.get', { id }, { signal }),
  });

/** A version never changes, but for its status, which the workflow tells. */
export const workflowVersionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['workflow-version', id, version],
    queryFn: ({ signal }) => call('workflows.version', { id, version }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What is different between two versions; neither ever changes. */
export const workflowDiffQuery = (id: string, from: number, to: number) =>
  queryOptions({
    queryKey: ['workflow-diff', id, from, to],
    queryFn: ({ signal }) => call('workflows.diff', { id, from, to }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What is wrong with a text; the last answer stands until the next one is there. */
export const workflowCheckQuery = (text: string) =>
  queryOptions({
    queryKey: ['workflow-check', text],
    queryFn: ({ signal }) => call('workflows.check', { text }, { signal }),
    enabled: text.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
  });

/** What plans ask people, newest first. */
export const approvalsQuery = (filter: { status?: ApprovalStatus; taskId?: string }) =>
  infiniteQueryOptions({
    queryKey: ['approvals', 'pages', filter],
    queryFn: ({ pageParam, signal }) =>
      call('approvals.list', { ...filter, limit: 50, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });

/** More open approvals than this are not counted. */
export const MOST_COUNTED = 99;

/** How many questions wait for a decision; one more than are counted when there are more. */
export const openApprovalsQuery = queryOptions({
  queryKey: ['approvals', 'open'],
  queryFn: async ({ signal }) => {
    const { items } = await call(
      'approvals.list',
      { status: 'pending', limit: MOST_COUNTED + 1 },
      { signal },
    );
    return items.length;
  },
});
