import { z } from 'zod';
import type { LiveText, TextPiece } from '../platform/bus/live-text.ts';
import type { EventFilter, EventLog, EventRecord } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { byId, operation, type StreamEvent, someId } from '../platform/kernel/operation.ts';
import { FINAL_STATUSES, selectTask } from '../platform/store/tasks.ts';
import type { Store } from '../platform/store/transaction.ts';

interface Needs {
  store: Store;
  events: EventLog;
  live: Pick<LiveText, 'follow'>;
}

/** Pieces of text that wait for a slow reader; the oldest are left out. */
const MAX_PIECES = 256;
const PAGE = 500;

/** A task as it is worked on: its events, and between them the text of models as it comes. */
export const streamOperations = [
  operation({
    name: 'tasks.stream',
    summary:
      'A task as it is worked on: its events, and the text of models as it comes (`text.delta`). Ends with the task.',
    route: { method: 'GET', path: '/tasks/{id}/stream', answer: 'events' },
    permission: 'viewer',
    effect: 'read',
    input: byId.extend({ after: z.string().optional() }),
    output: z.custom<AsyncIterable<StreamEvent>>(),
    example: { id: someId },
    async run(needs: Needs, caller, { id, after = '0-0' }) {
      const task = await needs.store.read(caller.tenantId, (tx) => selectTask(tx, id));
      if (!task) throw new CadreError('task/not-found', { id });
      const filter = { tenantId: caller.tenantId, rootId: task.root_id };
      const how = { id, signal: caller.signal };
      if (FINAL_STATUSES.includes(task.status)) return readToEnd(needs, filter, after, how);
      return followTask(needs, filter, after, how);
    },
  }),
];

const toItem = (event: EventRecord): StreamEvent => ({ id: event.cursor, event: event.type, data: event });

/**
 * Of a task that has ended, its events up to its end: what is told later, such as what it took in all, is no part of
 * it. A task that was tried again has ended more than once, and the last time counts. One that ended this moment may not
 * have its end in the log yet, which shows nothing above the oldest transaction under way: that is waited for.
 */
async function* readToEnd(
  needs: Needs,
  filter: { tenantId: string; rootId: string },
  after: string,
  how: { id: string; signal: AbortSignal },
): AsyncIterable<StreamEvent> {
  const { events } = needs;
  /** What came after an end, until there is another. */
  let later: EventRecord[] = [];
  let hasEnded = false;
  for (let place = after; ; ) {
    const page = await events.read(filter, place, PAGE);
    for (const event of page) {
      const isEnd = isEndOf(event, how.id);
      if (hasEnded && !isEnd) {
        later.push(event);
        continue;
      }
      for (const held of later) yield toItem(held);
      later = [];
      yield toItem(event);
      hasEnded ||= isEnd;
    }
    place = page.at(-1)?.cursor ?? place;
    if (page.length === PAGE) continue;
    if (!hasEnded && !(await isEndTold(events, filter, how.id))) yield* followTask(needs, filter, place, how);
    return;
  }
}

/** Whether the log shows the last end of a task that has ended: each time that it was tried again there is one more. */
async function isEndTold({ read }: EventLog, filter: EventFilter, id: string): Promise<boolean> {
  const [ends, retries] = await Promise.all(
    (['task.settled', 'task.retried'] as const).map((type) => read({ ...filter, type }, undefined, PAGE)),
  );
  const own = (events: EventRecord[] = []) => events.filter(({ taskId }) => taskId === id).length;
  return own(ends) > own(retries);
}

const isEndOf = ({ type, taskId }: EventRecord, id: string): boolean =>
  type === 'task.settled' && taskId === id;

/** The log by cursor is the truth; text comes between its events under the cursor of the last one, and may have gaps. */
export async function* followTask(
  { events, live }: Omit<Needs, 'store'>,
  filter: { tenantId: string; rootId: string },
  after: string,
  { id, signal }: { id: string; signal: AbortSignal },
): AsyncIterable<StreamEvent> {
  const pieces: TextPiece[] = [];
  let heard = () => {};
  const off = live.follow(filter, (piece) => {
    pieces.push(piece);
    if (pieces.length > MAX_PIECES) pieces.shift();
    heard();
  });
  const facts = events.follow(filter, after, signal)[Symbol.asyncIterator]();
  let place = after;
  let next = facts.next();
  try {
    for (;;) {
      const wake = new Promise<undefined>((resolve) => {
        heard = () => resolve(undefined);
      });
      for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
        const { tenantId: _, ...data } = piece;
        yield { id: place, event: 'text.delta', data };
      }
      const fact = await Promise.race([next, wake]);
      if (!fact) continue;
      if (fact.done) return;
      place = fact.value.cursor;
      yield toItem(fact.value);
      if (isEndOf(fact.value, id)) return;
      next = facts.next();
    }
  } finally {
    off();
    next.catch(() => undefined); // it ends with the signal; its failure has nobody to tell
    // Not awaited: a generator that waits in `next` would only return after that wait.
    void facts.return?.(undefined)?.catch(() => undefined);
  }
}
