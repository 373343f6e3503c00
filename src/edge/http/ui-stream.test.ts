import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { KEYS, notesHouse } from '../../../test/support/door.ts';
import { operation, type StreamEvent } from '../../platform/kernel/operation.ts';
import { LIVE_TIMES } from './live.ts';
import { type HttpServer, serveHttp } from './server.ts';
import { sendUiMessages } from './ui-stream.ts';

interface Told {
  count: number;
  isOver?: boolean;
}

async function* talk(pieces: number, told: Told): AsyncGenerator<StreamEvent> {
  try {
    for (; told.count < pieces; told.count += 1) {
      await new Promise(setImmediate); // as a database would, it lets others have their turn
      yield { id: '', event: 'text-delta', data: { type: 'text-delta', id: '1', delta: 'x'.repeat(1_000) } };
    }
  } finally {
    told.isOver = true;
  }
}

describe('a message stream', () => {
  const send = (items: AsyncIterable<StreamEvent>, stallMs: number) => {
    const stop = new AbortController();
    const cuts = { count: 0 };
    const cut = () => {
      cuts.count += 1;
    };
    const answer = sendUiMessages(items, {
      stop,
      check: async () => {},
      cut,
      stallMs,
      onError: (thrown) => `Sorry: ${thrown}`,
    });
    return { stop, cuts, answer };
  };

  test('ends a reader that takes nothing more, and queues nothing for it', async () => {
    const taken = { count: 0 };
    const { stop, cuts, answer } = send(talk(Number.POSITIVE_INFINITY, taken), 50);
    await (await answer).body?.getReader().read();
    await expect.poll(() => cuts.count, { timeout: 3_000 }).toBe(1);
    expect(stop.signal.aborted).toBe(true);
    expect(taken.count).toBeLessThanOrEqual(5);
  });

  test('twin: one that reads is kept, and gets all of it with the end', async () => {
    const { cuts, answer } = send(talk(300, { count: 0 }), 5_000);
    const text = await (await answer).text();
    expect(text.match(/text-delta/g)).toHaveLength(300);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(cuts.count).toBe(0);
  });

  test('an error in it leaves as a part, and it ends', async () => {
    // biome-ignore lint/correctness/useYield: it fails before its first item
    async function* failing(): AsyncGenerator<StreamEvent> {
      throw new Error('gone');
    }
    const { stop, answer } = send(failing(), 5_000);
    expect(await (await answer).text()).toContain('{"type":"error","errorText":"Sorry: Error: gone"}');
    expect(stop.signal.aborted).toBe(true);
  });
});

describe('over a real connection', () => {
  let server: HttpServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  let taken: Told = { count: 0 };
  const serve = async (pieces: number, stallMs: number) => {
    const told = { count: 0 };
    taken = told;
    const tell = operation({
      name: 'notes.tell',
      summary: 'Tells notes.',
      route: { method: 'POST', path: '/notes/tell', answer: 'events', framing: 'ui-messages' },
      permission: 'viewer',
      effect: 'read',
      input: z.object({}),
      output: z.unknown(),
      example: {},
      run: async () => talk(pieces, told),
    });
    server = await serveHttp(notesHouse(), [tell], { ...LIVE_TIMES, stallMs });
    return server;
  };

  test('one over which nothing is read is broken', async () => {
    const { port } = await serve(Number.POSITIVE_INFINITY, 100);
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('data', (bytes) => {
      heard = `${heard.slice(-100)}${bytes}`;
    });
    const broken = new Promise<void>((resolve) => {
      socket.on('error', () => undefined); // it may be reset
      socket.on('close', () => resolve());
    });
    socket.pause();
    const head = [
      'POST /api/v1/notes/tell HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${KEYS.viewer}`,
      'Content-Type: application/json',
      'Content-Length: 2',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n{}`);
    await expect.poll(() => taken.isOver, { timeout: 20_000 }).toBe(true);
    // What had left by then is all that ever comes.
    socket.resume();
    await broken;
    expect(heard).not.toContain('[DONE]');
  });

  test('twin: one that reads is not', async () => {
    const { url } = await serve(20_000, 100);
    const answer = await fetch(`${url}/api/v1/notes/tell`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEYS.viewer}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect((await answer.text()).endsWith('data: [DONE]\n\n')).toBe(true);
    expect(taken.count).toBe(20_000);
  });
});
