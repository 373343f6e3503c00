import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../platform/kernel/operation.ts';
import { createStreams, sendEvents } from './stream.ts';

async function* endless(taken: { count: number }): AsyncGenerator<StreamEvent> {
  for (;;) {
    taken.count += 1;
    await new Promise(setImmediate); // as a database and a socket would, it lets others have their turn
    yield { id: String(taken.count), event: 'note.written', data: 'x'.repeat(1_000) };
  }
}

async function* silent(signal: AbortSignal): AsyncGenerator<StreamEvent> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function open(
  items: (stop: AbortController) => AsyncIterable<StreamEvent>,
  check: () => Promise<void> = async () => {},
) {
  const stop = new AbortController();
  let cut = 0;
  const app = new Hono();
  app.get('/', (c) =>
    sendEvents(c, items(stop), {
      stop,
      heartbeatMs: 20,
      stallMs: 60,
      check,
      cut: () => {
        cut += 1;
      },
      onError: (thrown) => ({ id: '', event: 'error', data: { code: String(thrown) } }),
    }),
  );
  return { stop, cuts: () => cut, answer: app.request('/') };
}

test('a reader that takes nothing is let go, and nothing was queued for it', async () => {
  const taken = { count: 0 };
  const { stop, cuts, answer } = open(() => endless(taken));
  await answer;
  await expect.poll(() => cuts(), { timeout: 3_000 }).toBe(1);
  expect(stop.signal.aborted).toBe(true);
  expect(taken.count).toBeLessThanOrEqual(3);
});

test('the twin: a reader that reads is kept', async () => {
  const taken = { count: 0 };
  const { stop, cuts, answer } = open(() => endless(taken));
  const reader = (await answer).body!.getReader();
  const until = performance.now() + 200;
  while (performance.now() < until) await reader.read();
  expect(cuts()).toBe(0);
  expect(taken.count).toBeGreaterThan(100);
  stop.abort();
  await reader.cancel();
});

test('a silent stream says that it is alive', async () => {
  const { stop, answer } = open((controller) => silent(controller.signal));
  const reader = (await answer).body!.getReader();
  let text = '';
  while (!text.includes(': alive')) text += new TextDecoder().decode((await reader.read()).value);
  expect(text).toMatch(/^: connected\n\n: alive\n\n/);
  stop.abort();
  await reader.cancel();
});

test('an error in the stream leaves as an event, then the stream ends', async () => {
  // biome-ignore lint/correctness/useYield: it fails before its first item
  async function* failing(): AsyncGenerator<StreamEvent> {
    throw new Error('gone');
  }
  const { answer } = open(failing);
  // No id: an empty one would make the reader forget its place.
  expect(await (await answer).text()).toBe(': connected\n\nevent: error\ndata: {"code":"Error: gone"}\n\n');
});

describe('a reader whose right ends', () => {
  /** A right that holds for so many heartbeats. */
  const holdsFor = (beats: number) => {
    const asked = { count: 0 };
    const check = async () => {
      asked.count += 1;
      if (asked.count > beats) throw new Error('revoked');
    };
    return { asked, check };
  };
  const problem = 'event: error\ndata: {"code":"Error: revoked"}\n\n';

  test('is told at the next heartbeat, and the stream ends', async () => {
    const { stop, answer } = open((controller) => silent(controller.signal), holdsFor(2).check);
    expect(await (await answer).text()).toBe(`: connected\n\n: alive\n\n: alive\n\n${problem}`);
    expect(stop.signal.aborted).toBe(true);
  });

  test('gets nothing more from a busy stream either', async () => {
    const taken = { count: 0 };
    const { stop, answer } = open(() => endless(taken), holdsFor(1).check);
    const text = await (await answer).text();
    expect(text.endsWith(problem)).toBe(true);
    expect(text.split(': alive').length).toBe(2);
    expect(stop.signal.aborted).toBe(true);
  });

  test('the twin: without the check both streams go on', async () => {
    const { asked, check } = holdsFor(2);
    const unguarded = async () => void (await check().catch(() => {}));
    for (const items of [
      () => endless({ count: 0 }),
      (controller: AbortController) => silent(controller.signal),
    ]) {
      asked.count = 0;
      const { stop, answer } = open(items, unguarded);
      const reader = (await answer).body!.getReader();
      while (asked.count < 5) await reader.read();
      expect(stop.signal.aborted).toBe(false);
      stop.abort();
      await reader.cancel();
    }
  });

  test('a check that hangs does not keep a stream that was stopped', async () => {
    const { stop, answer } = open(
      (controller) => silent(controller.signal),
      () => new Promise(() => stop.abort()),
    );
    expect(await (await answer).text()).toMatch(/^: connected/);
  });
});

test('one tenant’s streams do not use up those of another; a stream that ended gives its place back', () => {
  const streams = createStreams(2);
  const first = streams.open('a');
  streams.open('a');
  expect(() => streams.open('a')).toThrow('Too many requests');
  const foreign = streams.open('b');
  first.abort();
  const again = streams.open('a');
  streams.endAll();
  expect([again.signal.aborted, foreign.signal.aborted]).toEqual([true, true]);
  streams.open('a');
});
