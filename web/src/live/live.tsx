import { type InfiniteData, type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { call } from '../api/client.ts';
import type { CadreEvent, Task, TaskSummary } from '../api/models.ts';
import type { Operations } from '../api/types.ts';
import { applyToSummary, applyToTask, movesNodes, needsAnotherLook, submittedTask } from './apply.ts';
import { catchUp } from './catch-up.ts';
import { followTogether } from './one-stream.ts';
import { outdatedBy, outdater } from './outdated.ts';
import { atMostEvery } from './soon.ts';
import type { LiveState } from './stream.ts';
import { createWorking, type Working, type WorkingStore } from './working.ts';

type TaskPage = Operations['tasks.list']['output'];
type EventListener = (events: readonly CadreEvent[]) => void;

interface Live {
  state: LiveState;
  working: WorkingStore;
  listen(listener: EventListener): () => void;
}

const LiveContext = createContext<Live | undefined>(undefined);
/** Events kept for an answer that is on its way. */
const MEANWHILE = 1_000;
/** Lists that any event may touch are read again at most this often. */
const LISTS_EVERY_MS = 400;

/** Follows the event log for everything below it: the one place where the console learns that something changed. */
export function LiveProvider({ who, children }: { who: string; children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>({ kind: 'opening' });
  const [working] = useState(createWorking);
  const [listeners] = useState(() => new Set<EventListener>());

  useEffect(() => {
    const readers = readersOf(client);
    const askAgain = outdater(client, LISTS_EVERY_MS, (event) => [
      ...outdatedBy(event),
      ...tasksMovedBy(client, event),
    ]);
    /** What came while the server was asked who works: its answer may be older. */
    let meanwhile: CadreEvent[] = [];
    const readRunning = () => {
      meanwhile = [];
      call('tasks.list', { status: 'running', all: true, limit: 200 })
        .then((page) => {
          working.start(page.items);
          working.apply(meanwhile);
        })
        .catch(() => undefined); // the state of the stream already tells that the server is away
    };
    const caught = catchUp(client);
    let stands = false;
    const end = followTogether(who, {
      onState(next) {
        setState(next);
        if (next.kind !== 'live' || stands) return;
        stands = true;
        readRunning();
        caught.opened();
      },
      onGap() {
        readRunning();
        void client.invalidateQueries();
      },
      onEvents(events) {
        working.apply(events);
        caught.heard(events);
        meanwhile = [...meanwhile, ...events].slice(-MEANWHILE);
        for (const event of events) applyToCache(client, event);
        if (events.some((event) => event.taskId !== null)) readers.tasks();
        if (events.some((event) => event.agentId !== null)) readers.agents();
        askAgain(events);
        for (const listener of listeners) listener(events);
      },
    });
    return () => {
      end();
      caught.stop();
    };
  }, [client, who, working, listeners]);

  const live = useMemo<Live>(
    () => ({
      state,
      working,
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    [state, working, listeners],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

function readersOf(client: QueryClient) {
  const again = (key: string) =>
    atMostEvery(LISTS_EVERY_MS, () => void client.invalidateQueries({ queryKey: [key] }));
  return { tasks: again('tasks'), agents: again('agents') };
}

/** The open tasks that follow a workflow whose steps an event moves. */
function tasksMovedBy(client: QueryClient, event: CadreEvent): QueryKey[] {
  return client
    .getQueriesData<Task>({ queryKey: ['task'] })
    .flatMap(([key, task]) => (task && movesNodes(task, event) ? [key] : []));
}

/** Changes what is shown at once; asks again only where the event does not tell enough. */
function applyToCache(client: QueryClient, event: CadreEvent): void {
  for (const [key, task] of client.getQueriesData<Task>({ queryKey: ['task'] })) {
    if (!task || task.rootId !== event.rootId) continue;
    const next = applyToTask(task, event);
    if (next !== task) client.setQueryData(key, next);
    if (needsAnotherLook(task, event)) void client.invalidateQueries({ queryKey: key });
  }
  const submitted = submittedTask(event);
  for (const [key, list] of client.getQueriesData<InfiniteData<TaskPage>>({ queryKey: ['tasks'] })) {
    const next = list && (submitted ? withNew(list, key[1], submitted) : withEvent(list, event));
    if (next !== list) client.setQueryData(key, next);
  }
}

type List = InfiniteData<TaskPage>;

function withEvent(list: List, event: CadreEvent): List {
  let changed = false;
  const pages = list.pages.map((page) => {
    const items = page.items.map((task) => applyToSummary(task, event));
    const isSame = items.every((task, index) => task === page.items[index]);
    changed ||= !isSame;
    return isSame ? page : { ...page, items };
  });
  return changed ? { ...list, pages } : list;
}

/** A new task stands at the top at once, unless the list is filtered: then the server says whether it belongs. */
function withNew(list: List, filter: unknown, task: TaskSummary): List {
  const [first, ...rest] = list.pages;
  const isFiltered = Object.values((filter ?? {}) as object).some(
    (value) => value !== undefined && value !== false,
  ); // a TaskFilter
  if (!first || isFiltered || first.items.some((each) => each.id === task.id)) return list;
  return { ...list, pages: [{ ...first, items: [task, ...first.items] }, ...rest] };
}

function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('useLive stands outside LiveProvider');
  return live;
}

/** Whether the page is up to date, and since when not. */
export const useLiveState = (): LiveState => useLive().state;

/** Who works on what right now. */
export function useWorking(): Working {
  const { working } = useLive();
  return useSyncExternalStore(working.subscribe, working.get);
}

/** Calls `listener` with every batch of events. Keep it the same function between drawings (useCallback). */
export function useEvents(listener: EventListener): void {
  const { listen } = useLive();
  useEffect(() => listen(listener), [listen, listener]);
}
