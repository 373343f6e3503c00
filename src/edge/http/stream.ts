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
}

export function createStreams(perTenant = STREAMS_PER_TENANT): Streams {
  const open = new Map<string, Set<AbortController>>();
  return {
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
    const stopped = new Promise<'stopped'>((resolve) => {
      if (stop.signal.aborted) resolve('stopped');
      stop.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
    });
    const write = async (work: Promise<unknown>) => {
      const timer = new AbortController();
      const stalled = pause(stallMs, timer.signal).then(
        () => 'stalled' as const,
        () => 'written' as const,
      );
      const outcome = await Promise.race([work.then(() => 'written' as const), stalled, stopped]);
      timer.abort();
      if (outcome === 'stalled') {
        stop.abort();
        options.cut();
      }
    };
    await write(stream.write(': connected\n\n'));
    let next = iterator.next();
    try {
      while (!stop.signal.aborted) {
        const timer = new AbortController();
        const beat = pause(heartbeatMs, timer.signal).then(
          () => 'beat' as const,
          () => 'beat' as const,
        );
        const item = await Promise.race([next, beat, stopped]).finally(() => timer.abort());
        if (item === 'stopped') break;
        if (item === 'beat') {
          await write(stream.write(': alive\n\n'));
          continue;
        }
        if (item.done) break;
        await write(stream.writeSSE({ ...item.value, data: JSON.stringify(item.value.data ?? null) }));
        next = iterator.next();
      }
    } catch (thrown) {
      const problem = options.onError(thrown);
      // Without an id: an empty one would make the reader forget its place.
      await write(stream.writeSSE({ event: problem.event, data: JSON.stringify(problem.data) }));
    } finally {
      stop.abort();
      next.catch(() => undefined); // the pending read ends with the stop; its failure has nobody to tell
      // Not awaited: a generator that waits in `next` would only return after that wait.
      iterator.return?.().catch(() => undefined);
    }
  });
}
