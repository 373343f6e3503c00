import type { UIMessageChunk } from 'ai';
import type { StreamEvent } from '../../platform/kernel/operation.ts';
import { HEARTBEAT_MS } from './stream.ts';

/**
 * Frames a stream as the AI SDK's UI message stream, by the SDK's own code (loaded when the first chat begins), so that
 * `useChat` and every other client of that protocol reads it.
 */
export async function sendUiMessages(
  items: AsyncIterable<StreamEvent> | null,
  options: { stop: AbortController; check(): Promise<void>; onError(thrown: unknown): string },
): Promise<Response> {
  const { stop } = options;
  if (items === null) {
    stop.abort();
    return new Response(null, { status: 204 });
  }
  const { createUIMessageStream, createUIMessageStreamResponse } = await import('ai');
  // Who may not read any more is let go at the next beat.
  const heart = setInterval(() => options.check().catch(() => stop.abort()), HEARTBEAT_MS);
  stop.signal.addEventListener('abort', () => clearInterval(heart), { once: true });
  const stream = createUIMessageStream({
    async execute({ writer }) {
      try {
        for await (const { data } of items) {
          if (stop.signal.aborted) return;
          writer.write(data as UIMessageChunk); // contract of the framing
        }
      } finally {
        stop.abort();
      }
    },
    onError: options.onError,
  });
  const left = new TransformStream<UIMessageChunk, UIMessageChunk>();
  // Who leaves ends the reading, not the work.
  void stream.pipeTo(left.writable).catch(() => stop.abort());
  return createUIMessageStreamResponse({ stream: left.readable, keepAliveMs: HEARTBEAT_MS });
}
