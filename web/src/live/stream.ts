import { openSession, signedOut } from '../api/client.ts';
import type { CadreEvent } from '../api/models.ts';
import { EVENT_TYPES } from '../api/types.ts';

/** `lost`: the server does not answer since that time; the stream tries again by itself. */
export type LiveState = { kind: 'opening' } | { kind: 'live' } | { kind: 'lost'; since: number };

export interface StreamListener {
  onEvents(events: CadreEvent[]): void;
  onState(state: LiveState): void;
  /** The stream came back and nobody knows what was missed: look at everything again. */
  onGap(): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** What arrives within one of these is handled together: one drawing for a burst of a thousand events. */
const BATCH_MS = 16;

/**
 * Follows the event log of the tenant from now on, or after a cursor. When the connection breaks it comes back
 * after its last event, so nothing is lost and nothing is seen twice. Returns how to stop.
 */
export function followEvents(after: string | undefined, listener: StreamListener): () => void {
  let cursor = after;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = FIRST_WAIT_MS;
  let lostSince: number | undefined;
  let batch: CadreEvent[] = [];
  let batching: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const flush = () => {
    batching = undefined;
    const events = batch;
    batch = [];
    if (events.length > 0) listener.onEvents(events);
  };
  const take = (message: MessageEvent<string>) => {
    cursor = message.lastEventId || cursor;
    batch.push(JSON.parse(message.data) as CadreEvent); // the server's own schema made it
    batching ??= setTimeout(flush, BATCH_MS);
  };
  const open = () => {
    source = new EventSource(
      cursor ? `/api/v1/events?after=${encodeURIComponent(cursor)}` : '/api/v1/events',
    );
    source.onopen = () => {
      waitMs = FIRST_WAIT_MS;
      if (lostSince !== undefined && cursor === undefined) listener.onGap();
      lostSince = undefined;
      listener.onState({ kind: 'live' });
    };
    // Also what the server says before it ends a stream (a session that is over): the next request tells why.
    source.onerror = lose;
    for (const type of EVENT_TYPES) source.addEventListener(type, take);
  };
  const lose = () => {
    source?.close();
    if (stopped) return;
    lostSince ??= Date.now();
    listener.onState({ kind: 'lost', since: lostSince });
    timer = setTimeout(reopen, waitMs * (0.5 + Math.random()));
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  };
  /** A stream does not tell why it was refused: a plain request first finds out whether anybody is signed in. */
  const reopen = () => {
    openSession().then((isSignedIn) => {
      if (stopped) return;
      if (isSignedIn) open();
      else signedOut();
    }, lose);
  };
  const hurry = () => {
    if (lostSince === undefined) return;
    clearTimeout(timer);
    waitMs = FIRST_WAIT_MS;
    source?.close();
    reopen();
  };

  listener.onState({ kind: 'opening' });
  open();
  window.addEventListener('online', hurry);
  return () => {
    stopped = true;
    window.removeEventListener('online', hurry);
    clearTimeout(timer);
    clearTimeout(batching);
    source?.close();
  };
}
