import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { type HttpServer, serveHttp } from '../../src/edge/http/server.ts';
import { SOCKETS_PER_KEY } from '../../src/edge/http/upgrade.ts';
import { operations } from '../../src/operations.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

interface Told {
  type: string;
  id?: string;
  event?: string;
  code?: string;
  cursor?: string;
  agents?: Array<{ id: string; name: string; status: string }>;
  data?: { data: Record<string, unknown>; taskId: string | null };
}

/** Live push over WebSocket (FEATURES CO-5, 5), read with Node's own client; each promise with its twin. */
onEveryStore('the live socket', (dialect) => {
  let home: TestHouse;
  let server: HttpServer;
  let key: string;
  let foreign: string;
  const opened: WebSocket[] = [];

  const keyOf = async (more: object = {}, as?: { tenantId: string }) =>
    home.call<{ id: string; key: string }>('keys.create', { name: 'live', role: 'viewer', ...more }, as);
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    server = await serveHttp(home.house, operations, { heartbeatMs: 2_000, statusMs: 250, stallMs: 20_000 });
    key = (await keyOf()).key;
    const { id: tenantId } = await home.call<{ id: string }>('tenants.create', { name: 'other' });
    foreign = (await keyOf({}, { tenantId })).key;
  });
  afterAll(async () => {
    for (const socket of opened) socket.close();
    await server?.close();
    await home?.close();
  });

  /** Opens a socket and collects what it is told. */
  async function connect(as = key, headers: Record<string, string> = {}) {
    const told: Told[] = [];
    const ended: { code?: number; reason?: string } = {};
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/v1/live`, {
      headers: { ...(as && { authorization: `Bearer ${as}` }), ...headers },
    } as never); // Node's client takes headers; the browser's type does not
    opened.push(socket);
    socket.onmessage = ({ data }) => told.push(JSON.parse(String(data)));
    socket.onclose = ({ code, reason }) => Object.assign(ended, { code, reason });
    await until(async () => told.length > 0 || ended.code !== undefined, 'the first word or the end');
    return { socket, told, ended, say: (what: unknown) => socket.send(JSON.stringify(what)) };
  }
  /** What a handshake is answered with: a status, 101 where it is accepted. */
  const knock = (path: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = httpRequest({
        host: '127.0.0.1',
        port: server.port,
        path,
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          ...headers,
        },
      });
      asked.on('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      asked.on('upgrade', (answer, socket) => {
        socket.destroy();
        resolve(answer.statusCode ?? 0);
      });
      asked.on('error', reject);
      asked.end();
    });
  const emit = (type: string, number: number, as?: { tenantId: string }) =>
    home.call('events.emit', { type, data: { number } }, as);
  const numbers = (told: Told[], name: string) =>
    told
      .filter((one) => one.event === 'agent.emitted' && one.data?.data.name === name)
      .map((one) => (one.data?.data as { data: { number: number } } | undefined)?.data.number);

  it('tells all agents, then every event, and all agents again and again', async () => {
    const { told, socket } = await connect();
    expect(told[0]).toMatchObject({ type: 'status', cursor: expect.stringMatching(/^\d+-\d+$/) });
    expect(told[0]?.agents?.find((agent) => agent.name === 'Writer')).toMatchObject({ status: 'idle' });
    for (let number = 0; number < 10; number += 1) await emit('order.kept', number);
    await until(async () => numbers(told, 'order.kept').length >= 10, 'ten events');
    expect(numbers(told, 'order.kept')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await until(async () => told.filter((one) => one.type === 'status').length >= 3, 'three statuses');
    socket.close();
  });

  it('filters by type and task, and goes on after a cursor without gap or repetition', async () => {
    const first = await connect();
    await emit('resume.here', 0);
    await until(async () => numbers(first.told, 'resume.here').length === 1, 'the first event');
    const seen = first.told.find((one) => one.data?.data.name === 'resume.here')?.id;
    first.socket.close();
    for (let number = 1; number < 6; number += 1) await emit('resume.here', number);
    const { id } = await home.call<Agent>('agents.create', { name: 'New', executor: { kind: 'mailbox' } });
    const second = await connect();
    second.say({ type: 'subscribe', types: ['agent.emitted'], after: seen });
    await until(async () => numbers(second.told, 'resume.here').length >= 5, 'what was missed');
    expect(numbers(second.told, 'resume.here')).toEqual([1, 2, 3, 4, 5]);
    expect(second.told.some((one) => one.event === 'agent.created')).toBe(false);
    const mine = await home.call<{ id: string }>('tasks.submit', { goal: 'One', agentId: id });
    const other = await home.call<{ id: string }>('tasks.submit', { goal: 'Two', agentId: id });
    second.say({ type: 'subscribe', taskId: mine.id, after: seen });
    await until(async () => second.told.some((one) => one.data?.taskId === mine.id), 'an event of the task');
    expect(second.told.some((one) => one.data?.taskId === other.id)).toBe(false);
    second.socket.close();
  });

  it('answers bad input with a code and stays; what is too large ends it', async () => {
    const { told, socket, say, ended } = await connect();
    say({ type: 'subscribe', after: 'yesterday' });
    say({ type: 'subscribe', taskId: 'nothing' });
    await until(async () => told.filter((one) => one.type === 'error').length === 2, 'two errors');
    expect(told.filter((one) => one.type === 'error').map((one) => one.code)).toEqual([
      'live/bad-message',
      'task/not-found',
    ]);
    await emit('still.here', 1);
    await until(async () => numbers(told, 'still.here').length === 1, 'an event afterwards');
    socket.send('x'.repeat(20_000));
    await until(async () => ended.code !== undefined, 'the end');
    expect(ended.code).toBe(1009);
  });

  it('lets nobody in without a key, from elsewhere, or with a key in the address', async () => {
    const bearer = { authorization: `Bearer ${key}` };
    const path = '/api/v1/live';
    expect(await knock(path, bearer)).toBe(101);
    expect(await knock(path, {})).toBe(401);
    expect(await knock(path, { authorization: 'Bearer cadre_wrong' })).toBe(401);
    expect(await knock(`${path}?key=${key}&authorization=${key}`, {})).toBe(401);
    expect(await knock(path, { ...bearer, host: 'rebind.example' })).toBe(421);
    expect(await knock(path, { ...bearer, origin: 'http://evil.example' })).toBe(403);
    expect(await knock(path, { ...bearer, 'sec-websocket-version': '1' })).toBe(400);
    expect(await knock('/api/v1/nowhere', bearer)).toBe(404);
    expect((await fetch(`${server.url}${path}`, { headers: bearer })).status).toBe(426);
    // Another kind of upgrade is an ordinary request.
    expect(await knock('/health', { upgrade: 'h2c' })).toBe(200);
  });

  it('takes the session of a browser from a page of ours only', async () => {
    const signedIn = await fetch(`${server.url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key }),
    });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(await knock('/api/v1/live', { cookie, origin: server.url })).toBe(101);
    expect(await knock('/api/v1/live', { cookie })).toBe(403);
    expect(await knock('/api/v1/live', { cookie, origin: 'http://evil.example' })).toBe(403);
  });

  it('tells a foreign tenant nothing', async () => {
    const { told, say } = await connect(foreign);
    const task = await home.call<{ id: string }>('tasks.submit', { goal: 'Mine' });
    await emit('only.home', 1);
    say({ type: 'subscribe', taskId: task.id });
    say({ type: 'subscribe', after: '0-0' });
    await until(async () => told.filter((one) => one.type === 'subscribed').length === 1, 'the answer');
    await until(async () => told.filter((one) => one.type === 'status').length >= 3, 'more statuses');
    expect(told.find((one) => one.type === 'error')?.code).toBe('task/not-found');
    const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 200 });
    const text = JSON.stringify(told.filter((one) => one.type !== 'error'));
    for (const secret of ['only.home', task.id, ...items.map((agent) => agent.id)])
      expect(text).not.toContain(secret);
  });

  it('ends when the key is revoked', async () => {
    const own = await keyOf();
    const { told, ended } = await connect(own.key);
    await home.call('keys.revoke', { id: own.id });
    await until(async () => ended.code !== undefined, 'the end');
    expect([ended.code, told.at(-1)?.code]).toEqual([4401, 'auth/invalid']);
  });

  it('bounds the sockets of one key, and gives a place back', async () => {
    const own = await keyOf();
    const sockets = [];
    for (let count = 0; count < SOCKETS_PER_KEY; count += 1) sockets.push(await connect(own.key));
    const headers = { authorization: `Bearer ${own.key}` };
    expect(await knock('/api/v1/live', headers)).toBe(429);
    expect(await knock('/api/v1/live', { authorization: `Bearer ${key}` })).toBe(101);
    sockets[0]?.socket.close();
    await until(async () => (await knock('/api/v1/live', headers)) === 101, 'a place');
    for (const { socket } of sockets) socket.close();
  });

  it('ends when the server stops', async () => {
    const other = await serveHttp(home.house, operations);
    const socket = new WebSocket(`ws://127.0.0.1:${other.port}/api/v1/live`, {
      headers: { authorization: `Bearer ${key}` },
    } as never); // as above
    const ended: { code?: number } = {};
    socket.onclose = ({ code }) => Object.assign(ended, { code });
    await new Promise((resolve) => {
      socket.onmessage = resolve;
    });
    await other.close();
    await until(async () => ended.code !== undefined, 'the end');
    expect(ended.code).toBe(1001);
  });
});
