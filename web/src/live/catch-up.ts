import type { Query, QueryClient } from '@tanstack/react-query';
import { type CadreEvent, isFinal, type Task } from '../api/models.ts';
import { applyToTask, needsAnotherLook } from './apply.ts';
import { isOutdatedBy } from './outdated.ts';

/** Events kept to be applied once more; an answer that took longer is asked for again. */
const MOST = 2_000;
/** What events change, by the first part of its key. */
const MOVES = new Set<unknown>([
  'task',
  'tasks',
  'agents',
  'task-events',
  'message',
  'messages',
  'mailbox',
  'dead',
  'topics',
  'teams',
  'team-history',
  'votes',
  'workflows',
  'approvals',
  'usage',
  'budgets',
  'energy',
  'alarms',
  'providers',
  'models',
  'model',
  'model-choice',
]);

export interface CatchUp {
  /** These events came. */
  heard(events: readonly CadreEvent[]): void;
  /** The stream stands from now on: what was asked for before it is asked for once more. */
  opened(): void;
  stop(): void;
}

/**
 * Closes the gaps between answers and events. An answer tells how things stood when the server made it: what it says
 * may be older than events that arrive before it, and what happens before the stream stands is told by neither.
 */
export function catchUp(client: QueryClient): CatchUp {
  let recent: CadreEvent[] = [];
  /** How many events came before the first of `recent`. */
  let before = 0;
  /** How many events had come when a question was asked, by the hash of its key. */
  const askedAt = new Map<string, number>();
  const onceMore = new Set<string>();

  const again = ({ queryKey }: Query) => void client.invalidateQueries({ queryKey, exact: true });
  const answered = (query: Query) => {
    const { queryHash, queryKey } = query;
    const from = askedAt.get(queryHash) ?? before;
    askedAt.delete(queryHash);
    const wasBefore = onceMore.delete(queryHash);
    if (isOver(query)) return;
    if (wasBefore || from < before) return again(query);
    if (queryKey[0] !== 'task') {
      // Everything else is asked for again after an event, but not while its first answer is still awaited.
      const isFirst = query.state.dataUpdateCount === 1;
      if (isFirst && recent.slice(from - before).some((event) => isOutdatedBy(queryKey, event))) again(query);
      return;
    }
    const task: Task | undefined = client.getQueryData(queryKey);
    if (!task) return;
    const missed = recent.slice(from - before).filter(({ rootId }) => rootId === task.rootId);
    const next = missed.reduce(applyToTask, task);
    if (next !== task) client.setQueryData(queryKey, next);
    if (missed.some((event) => needsAnotherLook(task, event))) again(query);
  };
  const stop = client.getQueryCache().subscribe((told) => {
    if (told.type !== 'updated' || !MOVES.has(told.query.queryKey[0])) return;
    const { action, query } = told;
    if (action.type === 'fetch') askedAt.set(query.queryHash, before + recent.length);
    else if (action.type === 'success' && !action.manual) queueMicrotask(() => answered(query));
  });
  return {
    heard(events) {
      recent.push(...events);
      if (recent.length <= MOST) return;
      before += recent.length - MOST;
      recent = recent.slice(-MOST);
    },
    opened() {
      for (const query of client.getQueryCache().getAll()) {
        if (!MOVES.has(query.queryKey[0]) || isOver(query)) continue;
        if (query.state.data === undefined) onceMore.add(query.queryHash);
        else again(query);
      }
    },
    stop,
  };
}

/** What is final, and says what it took, stays as it is. */
function isOver({ queryKey, state }: Query): boolean {
  if (queryKey[0] !== 'task') return false;
  const task = state.data as Task | undefined; // of the same key
  return task !== undefined && isFinal(task.status) && task.estimate?.real !== null;
}
