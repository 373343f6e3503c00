import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { StreamEvent } from '../../platform/kernel/operation.ts';
import { type LiveSession, serveLive } from './live.ts';

/** A socket in the hands of a test: it takes what is sent, or nothing any more. */
class FakeSocket extends EventEmitter {
  readonly sent: Array<Record<string, unknown>> = [];
  readonly closed: Array<[number, string]> = [];
  pings = 0;
  takes = true;
  bufferedAmount = 0;
  send(data: string, done: () => void): void {
    this.sent.push(JSON.parse(data));
    if (this.takes) queueMicrotask(done);
  }
  ping(): void {
    this.pings += 1;
  }
  close(code: number, reason: string): void {
    this.closed.push([code, reason]);
  }
  terminate(): void {}
  say(what: unknown): void {
    this.emit('message', Buffer.from(typeof what === 'string' ? what : JSON.stringify(what)), false);
  }
}

const agent = {
  id: 'a',
  name: 'Ann',
  role: 'operator',
  status: 'idle',
  statusReason: null,
  enabled: true,
  inFlight: 0,
  busy: 0,
  lastHeartbeatAt: null,
};

/** Serves a socket over a log without end; `read` counts what was asked of it. */
function open(more: Partial<LiveSession> & { heartbeatMs?: number; stallMs?: number } = {}) {
  const socket = new FakeSocket();
  const stop = new AbortController();
  const read = { count: 0 };
  async function* log(after: string, signal: AbortSignal): AsyncGenerator<StreamEvent> {
    for (let seq = Number(after.slice(2)) + 1; !signal.aborted; seq += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      read.count += 1;
      const event = seq % 2 === 0 ? 'task.settled' : 'agent.created';
      yield { id: `0-${seq}`, event, data: { taskId: `t${seq}`, rootId: 't2' } };
    }
  }
  const session: LiveSession = {
    async call(name, input, signal) {
      if (name === 'agents.list') return { items: [agent], nextCursor: null };
      if (name === 'events.last') return { cursor: '0-0' };
      const { id, after = '0-0' } = input as { id?: string; after?: string };
      if (name === 'tasks.follow' && id !== 't2') throw new CadreError('task/not-found', { id });
      return log(after, signal);
    },
    traceId: 'test',
    check: async () => {},
    stop,
    times: { heartbeatMs: more.heartbeatMs ?? 60_000, statusMs: 60_000, stallMs: more.stallMs ?? 60_000 },
    onError: () => {},
    ...more,
  };
  const served = serveLive(socket as unknown as WebSocket, session); // it has what is used of one
  return { socket, stop, read, served };
}

const until = async (check: () => boolean): Promise<void> => {
  while (!check()) await new Promise((resolve) => setImmediate(resolve));
};
const ids = (socket: FakeSocket) => socket.sent.filter((one) => one.type === 'event').map((one) => one.id);

test('tells the status, then every event in order', async () => {
  const { socket, stop, served } = open();
  await until(() => ids(socket).length >= 5);
  stop.abort();
  await served;
  expect(socket.sent[0]).toEqual({ type: 'status', agents: [agent], more: false, cursor: '0-0' });
  expect(ids(socket).slice(0, 5)).toEqual(['0-1', '0-2', '0-3', '0-4', '0-5']);
  expect(socket.closed[0]).toEqual([1001, 'the server stops']);
});

test('a reader that takes nothing is cut off with the reason, and nothing is read ahead for it', async () => {
  const { socket, read, served } = open({ stallMs: 50 });
  await until(() => ids(socket).length >= 3);
  socket.takes = false;
  await served;
  expect(socket.closed[0]).toEqual([4408, 'Nothing was read for 50 ms.']);
  const taken = ids(socket).length;
  expect(read.count).toBeLessThanOrEqual(taken + 1);
});

test('the twin: one that reads is kept, however many events come', async () => {
  const { socket, stop, served } = open({ stallMs: 50 });
  await until(() => ids(socket).length >= 300);
  expect(socket.closed).toEqual([]);
  stop.abort();
  await served;
});

test('another subscription goes on where the last one was, without gap and without repeating', async () => {
  const { socket, stop, served } = open();
  await until(() => ids(socket).length >= 4);
  socket.say({ type: 'subscribe', types: ['task.*'] });
  await until(() => socket.sent.some((one) => one.type === 'subscribed'));
  const at = socket.sent.findIndex((one) => one.type === 'subscribed');
  const before = socket.sent.slice(0, at).filter((one) => one.type === 'event');
  expect(socket.sent[at]?.after).toBe(before.at(-1)?.id);
  await until(() => socket.sent.length > at + 5);
  stop.abort();
  await served;
  const after = socket.sent.slice(at + 1).map((one) => [one.event, Number(String(one.id).slice(2))] as const);
  const last = Number(String(before.at(-1)?.id).slice(2));
  const first = last % 2 === 0 ? last + 2 : last + 1;
  expect(after).toEqual(after.map((_, index) => ['task.settled', first + 2 * index]));
});

test('bad messages are answered with a code and change nothing', async () => {
  const { socket, stop, served } = open();
  const bad: Array<[unknown, string]> = [
    ['{', 'live/bad-message'],
    [{ type: 'shout' }, 'live/bad-message'],
    [{ type: 'subscribe', after: 'now' }, 'live/bad-message'],
    [{ type: 'subscribe', types: [] }, 'live/bad-message'],
    [{ type: 'subscribe', odd: 1 }, 'live/bad-message'],
    [{ type: 'subscribe', taskId: 'absent' }, 'task/not-found'],
  ];
  for (const [said] of bad) socket.say(said);
  await until(() => socket.sent.filter((one) => one.type === 'error').length === bad.length);
  expect(socket.sent.filter((one) => one.type === 'error').map((one) => one.code)).toEqual(
    bad.map(([, code]) => code),
  );
  const seen = ids(socket).length;
  await until(() => ids(socket).length > seen + 3);
  expect(socket.closed).toEqual([]);
  for (let count = 0; count < 30; count += 1) socket.say('{');
  await served;
  expect(socket.closed[0]).toEqual([1008, 'too many messages at once']);
  expect(stop.signal.aborted).toBe(true);
});

test('a key that holds no more ends it, and so does a reader that does not answer', async () => {
  const revoked = open({
    heartbeatMs: 5,
    check: async () => {
      throw new CadreError('auth/invalid', {});
    },
  });
  await revoked.served;
  expect(revoked.socket.sent.some((one) => one.type === 'error' && one.code === 'auth/invalid')).toBe(true);
  expect(revoked.socket.closed[0]?.[0]).toBe(4401);
  const deaf = open({ heartbeatMs: 5 });
  await deaf.served;
  expect([deaf.socket.pings, deaf.socket.closed[0]]).toEqual([1, [4408, 'the reader does not answer']]);
});

test('the twin: one whose key holds and that answers goes on', async () => {
  const { socket, stop, served } = open({ heartbeatMs: 5 });
  socket.ping = () => {
    socket.pings += 1;
    socket.emit('pong');
  };
  await until(() => socket.pings >= 5);
  expect(socket.closed).toEqual([]);
  stop.abort();
  await served;
});
