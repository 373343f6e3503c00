import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openTestHouse, type TestHouse } from '../support/house.ts';

/** Operators behind HTTP that are where they must not be, or answer as they must not. */

const servers: Server[] = [];
const houses: TestHouse[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(work: RequestListener): Promise<number> {
  const server = createServer((request, response) =>
    request.method === 'GET' ? response.end('ready') : work(request, response),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port; // a TCP server has a port
}

async function open(allowHosts = ''): Promise<TestHouse> {
  const house = await openTestHouse({ env: { CADRE_ALLOW_HOSTS: allowHosts } });
  houses.push(house);
  return house;
}

interface AgentAnswer {
  id: string;
  status: string;
  validation: { success: boolean; errors: string[] } | null;
}

const spec = (url: string, more: object = {}) => ({
  name: 'Far',
  capabilities: [{ name: 'far.work', confidence: 1 }],
  executor: { kind: 'http', url },
  maxAttempts: 1,
  ...more,
});
const order = { goal: 'work', capability: 'far.work' };

test.each(['127.0.0.1', 'localhost', '[::1]'])(
  'an operator at %s is refused at its bootstrap check and gets no work',
  async (host) => {
    let called = 0;
    const port = await serve((_request, response) => {
      called += 1;
      response.end('{"output":1}');
    });
    const house = await open();
    const agent = await house.call<AgentAnswer>('agents.create', spec(`http://${host}:${port}/`));
    expect(agent).toMatchObject({ status: 'error', validation: { success: false } });
    expect(agent.validation?.errors.join()).toContain('not on the list of allowed hosts');
    expect(called).toBe(0);
  },
);

test('the same operator works once its host is allowed', async () => {
  const port = await serve((_request, response) => response.end('{"output":{"done":true}}'));
  const house = await open(`127.0.0.1:${port}`);
  const agent = await house.call<AgentAnswer>('agents.create', spec(`http://127.0.0.1:${port}/`));
  expect(agent).toMatchObject({ status: 'idle', validation: { success: true } });
  expect(await house.run(order)).toMatchObject({
    status: 'completed',
    result: { output: { done: true } },
  });
});

const wrongAnswers: Array<[string, RequestListener, string]> = [
  [
    'redirects to another address',
    (_request, response) => response.writeHead(307, { location: 'http://127.0.0.1:9/secret' }).end(),
    'agent/refused',
  ],
  [
    'answers with more than 4 MB',
    (_request, response) => response.end(JSON.stringify({ output: 'x'.repeat(4_000_001) })),
    'outbound/too-large',
  ],
  ['says nothing', () => {}, 'run/timeout'],
  ['answers what is no JSON', (_request, response) => response.end('<html>'), 'agent/bad-answer'],
  ['answers without an output', (_request, response) => response.end('{"result":1}'), 'agent/bad-answer'],
  [
    'answers with __proto__',
    (_request, response) => response.end('{"output":{"__proto__":{"admin":true}}}'),
    'agent/bad-answer',
  ],
  ['hangs up', (request) => request.socket.destroy(), 'outbound/failed'],
];

test.each(wrongAnswers)('an operator that %s fails its task by name', async (_name, work, code) => {
  const port = await serve(work);
  const house = await open(`127.0.0.1:${port}`);
  await house.call('agents.create', spec(`http://127.0.0.1:${port}/`, { timeoutMs: 1_000 }));
  const task = await house.run(order);
  expect(task).toMatchObject({ status: 'failed', error: expect.anything() });
  // The call and the attempt have the same time; whichever notices first names it.
  expect(task.error?.code.replace('outbound/timeout', 'run/timeout')).toBe(code);
});
