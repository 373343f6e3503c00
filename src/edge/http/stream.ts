import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { pause } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { StreamEvent } from '../../platform/kernel/operation.ts';

export const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing for this long is let go; it comes back with its Last-Event-ID. */
export const STALL_MS = 30_000;

/** One tenant may not use up the connections of all. */
export const STREAMS_PER_TENANT = 200;

/** The streams that are open. */
export interface Streams {
  /** @throws CadreError `request/too-many` */
  open(tenantId: string): AbortController;
  endAll(): void;
  /** Who takes nothing for this long is let go. */
  readonly stallMs: number;
}

export function createStreams(perTenant = STREAMS_PER_TENANT, stallMs = STALL_MS): Streams {
  const open = new Map<string, Set<AbortController>>();
  return {
    stallMs,
    open(tenantId) {
      const own = open.get(tenantId) ?? new Set();
      if (own.size >= perTenant) throw new CadreError('request/too-many', {});
      const stop = new AbortController();
      open.set(tenantId, own.add(stop));
      const forget = () => {
        own.delete(stop);
        if (own.size === 0 && open.get(tenantId) === own) open.delete(tenantId);
      };
      stop.signal.addEventListener('abort', forget, { once: true });
      return stop;
    },
    endAll() {
      for (const stop of [...open.values()].flatMap((own) => [...own])) stop.abort();
    },
  };
}

export interface StreamOptions {
  /** Ends the stream: the server stops, or the client left. */
  stop: AbortController;
  /** Rejects when the reader may not read any more: asked at each heartbeat, however much there is to send. */
  check(): Promise<void>;
  /** Breaks the connection of a reader that stalled. */
  cut(): void;
  heartbeatMs?: number;
  stallMs?: number;
  onError(thrown: unknown): StreamEvent;
}

/**
 * Frames what an operation yields as server-sent events. The next item is asked for only when the socket has
 * taken the last one, so a slow reader costs no memory here: nothing is queued, the log keeps its place.
 */
export function sendEvents(c: Context, items: AsyncIterable<StreamEvent>, options: StreamOptions): Response {
  const { stop, heartbeatMs = HEARTBEAT_MS, stallMs = STALL_MS } = options;
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => stop.abort());
    const iterator = items[Symbol.asyncIterator]();
    const write = async (work: Promise<unknown>) => {
      const timer = new AbortController();
      const stalled = pause(stallMs, timer.signal).then(
        () => 'stalled' as const,
        () => 'written' as const,
      );
      const written = Promise.race([work.then(() => 'written' as const), stalled]);
      const outcome = await orStopped(written, stop.signal);
      timer.abort();
      if (outcome === 'stalled') {
        stop.abort();
        options.cut();
      }
    };
    await write(stream.write(': connected\n\n'));
    let isBeatDue = false;
    let call = () => {};
    const heart = setInterval(() => {
      isBeatDue = true;
      call();
    }, heartbeatMs);
    stop.signal.addEventListener('abort', () => call(), { once: true });
    let next = iterator.next();
    /** The next item, or nothing when the heart or the stop calls first. */
    const itemOrCall = () =>
      new Promise<IteratorResult<StreamEvent> | undefined>((resolve, reject) => {
        call = () => resolve(undefined);
        next.then(resolve, reject);
      });
    try {
      while (!stop.signal.aborted) {
        if (isBeatDue) {
          isBeatDue = false;
          await orStopped(options.check(), stop.signal);
          await write(stream.write(': alive\n\n'));
          continue;
        }
        const item = await itemOrCall();
        if (!item) continue;
        if (item.done) break;
        await write(stream.writeSSE({ ...item.value, data: JSON.stringify(item.value.data ?? null) }));
        next = iterator.next();
      }
    } catch (thrown) {
      const problem = options.onError(thrown);
      // Without an id: an empty one would make the reader forget its place.
      await write(stream.writeSSE({ event: problem.event, data: JSON.stringify(problem.data) }));
    } finally {
      clearInterval(heart);
      stop.abort();
      next.catch(() => undefined); // the pending read ends with the stop; its failure has nobody to tell
      // Not awaited: a generator that waits in `next` would only return after that wait.
      iterator.return?.().catch(() => undefined);
    }
  });
}

/** What is waited for, or the stop. Leaves nothing behind at the signal, however long the stream lives. */
function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T | 'stopped'> {
  return new Promise((resolve, reject) => {
    const onStop = () => resolve('stopped');
    if (signal.aborted) onStop();
    signal.addEventListener('abort', onStop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onStop));
  });
}
