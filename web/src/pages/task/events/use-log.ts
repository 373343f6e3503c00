import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { call } from '../../../api/client.ts';
import type { CadreEvent, Task } from '../../../api/models.ts';
import { useEvents } from '../../../live/live.tsx';
import { eventsOf, merge } from './log.ts';

const PAGE = 500;
/** So many events are read by themselves; more when asked for. */
export const READ_FIRST = 2_000;

const NONE: readonly CadreEvent[] = [];

/** The log of a task: what is stored, page by page from its beginning, and what happens meanwhile. */
export function useLog(task: Pick<Task, 'id' | 'rootId'>) {
  const { id, rootId } = task;
  const stored = useInfiniteQuery({
    queryKey: ['task-events', rootId],
    queryFn: ({ pageParam, signal }) =>
      call(
        'events.list',
        { taskId: rootId, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // What happens while nobody listens is not in the cache: read again whenever the log is opened.
    gcTime: 0,
  });
  const [heard, setHeard] = useState(NONE);
  useEvents(
    useCallback(
      (events: readonly CadreEvent[]) =>
        setHeard((before) => {
          const own = events.filter((event) => event.rootId === rootId);
          return own.length === 0 ? before : merge(before, own);
        }),
      [rootId],
    ),
  );
  const pages = stored.data?.pages;
  const events = useMemo(() => {
    const known = pages?.reduce<readonly CadreEvent[]>((all, page) => merge(all, page.items), NONE) ?? NONE;
    // Before the end of what is stored is read, new events would stand behind a gap.
    const whole = stored.hasNextPage ? known : merge(known, heard);
    return eventsOf(whole, { id, rootId });
  }, [pages, heard, stored.hasNextPage, id, rootId]);
  const read = pages?.reduce((sum, page) => sum + page.items.length, 0) ?? 0;
  return { ...stored, events, read };
}
