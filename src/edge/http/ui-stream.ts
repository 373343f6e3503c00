import type { UIMessageChunk } from 'ai';
import { pause } from '../../platform/kernel/clock.ts';
import type { StreamEvent } from '../../platform/kernel/operation.ts';
import { HEARTBEAT_MS, STALL_MS } from './stream.ts';

export interface UiStreamOptions {
  /** Ends the reading: the server stops, or the reader left. The work goes on. */
  stop: AbortController;
  /** Rejects when the reader may not read any more: asked at each heartbeat. */
  check(): Promise<void>;
  /** Breaks the connection of a reader that takes nothing for `stallMs`. */
  cut(): void;
  stallMs?: number;
  headers?: Record<string, string>;
  onError(thrown: unknown): string;
}

/**
 * Frames a stream as the AI SDK's UI message stream, by the SDK's own code (loaded when the first chat begins), so that
 * `useChat` and every other client of that protocol reads it. The next item is asked for only when the reader wants it:
 * nothing is queued for a slow one.
 */
export async function sendUiMessages(
  items: AsyncIterable<StreamEvent> | null,
  options: UiStreamOptions,
): Promise<Response> {
  const { stop, headers } = options;
  if (items === null) {
    stop.abort();
    return new Response(null, { status: 204 });
  }
  const { createUIMessageStreamResponse } = await import('ai');
  // Who may not read any more is let go at the next beat.
  const heart = setInterval(() => options.check().catch(() => stop.abort()), HEARTBEAT_MS);
  stop.signal.addEventListener('abort', () => clearInterval(heart), { once: true });
  const { body, headers: named } = createUIMessageStreamResponse({
    stream: asWanted(items, options),
    keepAliveMs: HEARTBEAT_MS,
    ...(headers && { headers }),
  });
  return new Response(body && watched(body, options), { headers: named });
}

/** The data of the items, each when it is wanted. */
function asWanted(
  items: AsyncIterable<StreamEvent>,
  { stop, onError }: UiStreamOptions,
): ReadableStream<UIMessageChunk> {
  const iterator = items[Symbol.asyncIterator]();
  const end = () => {
    stop.abort();
    // Not awaited: a generator that waits in `next` would only return after that wait.
    iterator.return?.().catch(() => undefined);
  };
  return new ReadableStream<UIMessageChunk>(
    {
      async pull(controller) {
        try {
          const item = await iterator.next();
          if (!item.done && !stop.signal.aborted) {
            controller.enqueue(item.value.data as UIMessageChunk); // contract of the framing
            return;
          }
        } catch (thrown) {
          controller.enqueue({ type: 'error', errorText: onError(thrown) });
        }
        controller.close();
        end();
      },
      cancel: end,
    },
    NONE_AHEAD,
  );
}

/** What is asked for is wanted by the reader at this moment. */
const NONE_AHEAD = { highWaterMark: 0 };

/** The bytes as they leave; who does not come for the next ones in time is cut off. */
function watched(
  body: ReadableStream<Uint8Array>,
  { stop, stallMs = STALL_MS, cut }: UiStreamOptions,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let wanted = new AbortController();
  const awaitWish = () => {
    wanted = new AbortController();
    pause(stallMs, wanted.signal).then(
      () => {
        stop.abort();
        cut();
      },
      () => undefined, // it came
    );
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        wanted.abort();
        const { done, value } = await reader.read();
        if (done) return controller.close();
        controller.enqueue(value);
        awaitWish();
      },
      cancel(reason) {
        wanted.abort();
        return reader.cancel(reason);
      },
    },
    NONE_AHEAD,
  );
}
