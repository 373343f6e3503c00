import { z } from 'zod';
import type { LiveText, TextPiece } from '../platform/bus/live-text.ts';
import { type EventFilter, type EventLog, type EventRecord, parseCursor } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { byId, operation, type StreamEvent, someId } from '../platform/kernel/operation.ts';
import { isBehind, type LogPlace, selectLastEnd } from '../platform/store/events.ts';
import { FINAL_STATUSES, selectTask } from '../platform/store/tasks.ts';
import type { Store } from '../platform/store/transaction.ts';

interface Needs {
  store: Store;
  events: EventLog;
  live: Pick<LiveText, 'follow'>;
}

/** Pieces of text that wait for a slow reader; the oldest are left out. */
const MAX_PIECES = 256;

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
      const [task, end] = await needs.store.read(caller.tenantId, async (tx) => {
        const row = await selectTask(tx, id);
        return [row, row && FINAL_STATUSES.includes(row.status) && (await selectLastEnd(tx, row))];
      });
      if (!task) throw new CadreError('task/not-found', { id });
      const filter = { tenantId: caller.tenantId, rootId: task.root_id };
      if (end) return readTo(end, needs, filter, after, caller.signal);
      return followTask(needs, filter, after, { id, signal: caller.signal });
    },
  }),
];

const toItem = (event: EventRecord): StreamEvent => ({ id: event.cursor, event: event.type, data: event });

/**
 * Of a task that has ended, its events up to its last end: what is told later, such as what it took in all, is no part of
 * it, and one that was tried again has ended more than once. One that ended this moment may not have its end in the log
 * yet, which shows nothing above the oldest transaction under way: that is waited for.
 */
async function* readTo(
  end: LogPlace,
  { events }: Needs,
  filter: EventFilter,
  after: string,
  signal: AbortSignal,
): AsyncIterable<StreamEvent> {
  if (!isBehind(end, parseCursor(after))) return;
  for await (const event of events.follow(filter, after, signal)) {
    yield toItem(event);
    if (!isBehind(end, parseCursor(event.cursor))) return;
  }
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
