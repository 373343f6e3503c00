import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { KEYS, noteOperations, notesHouse } from '../../../test/support/door.ts';
import { type HttpServer, serveHttp } from './server.ts';

const open: HttpServer[] = [];
async function serve(overrides: Parameters<typeof notesHouse>[0] = {}) {
  const house = notesHouse(overrides);
  const server = await serveHttp(house, noteOperations);
  open.push(server);
  return { house, server };
}
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

interface Asked {
  status: number;
  text: string;
}
function ask(
  server: HttpServer,
  path: string,
  options: { host?: string; from?: string } = {},
): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${KEYS.owner}`, ...(options.host && { host: options.host }) };
    const to = { host: options.from ?? '127.0.0.1', port: server.port, path, headers };
    httpRequest(to, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

test('serves loopback names of its own port and nothing else', async () => {
  const { server } = await serve();
  expect((await ask(server, '/api/v1/notes')).status).toBe(200);
  expect((await ask(server, '/health', { host: `localhost:${server.port}` })).status).toBe(200);
  expect((await ask(server, '/health', { host: `rebind.example:${server.port}` })).status).toBe(421);
});

test('refuses a port that is taken, naming it', async () => {
  const { server } = await serve();
  await expect(serve({ port: server.port })).rejects.toMatchObject({
    code: 'server/port-in-use',
    values: { port: server.port },
  });
});

test('refuses to listen beyond this machine without a proxy in front', async () => {
  await expect(serve({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'config/unsafe-bind' });
});

test('knows TLS only from the proxy it trusts', async () => {
  const { server } = await serve({ behindProxy: ['127.0.0.0/8'] });
  const origin = `https://127.0.0.1:${server.port}`;
  const answer = await fetchRaw(
    server,
    `GET /health HTTP/1.1\r\nX-Forwarded-Proto: https\r\nOrigin: ${origin}`,
  );
  expect(answer).toContain('200 OK');
  expect(answer).toContain('strict-transport-security');
  const { server: direct } = await serve();
  const untrusted = await fetchRaw(
    direct,
    `GET /health HTTP/1.1\r\nX-Forwarded-Proto: https\r\nOrigin: https://127.0.0.1:${direct.port}`,
  );
  expect(untrusted).toContain('403 Forbidden');
});

test('refuses a request line that names another host', async () => {
  const { server } = await serve();
  expect(await fetchRaw(server, 'GET http://evil.example/health HTTP/1.1')).toContain('400 Bad Request');
});

test('refuses headers larger than 16 KB', async () => {
  const { server } = await serve();
  const answer = await fetchRaw(server, `GET /health HTTP/1.1\r\nX-Long: ${'x'.repeat(20_000)}`);
  expect(answer).toContain('431 ');
});

test('lets answers under way finish when it closes', async () => {
  const { server, house } = await serve();
  let release = () => {};
  house.hold.until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const body = '{"text":"late"}';
  const answer = fetchRaw(
    server,
    `POST /api/v1/notes HTTP/1.1\r\nAuthorization: Bearer ${KEYS.owner}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`,
    body,
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closing = server.close();
  release();
  expect(await answer).toContain('201 Created');
  await closing;
  await expect(ask(server, '/health')).rejects.toThrow();
});

test('ends the stream of a reader whose connection breaks', async () => {
  const { server, house } = await serve();
  const socket = connect(server.port, '127.0.0.1');
  socket.write(
    `GET /api/v1/notes/events?to=100 HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${KEYS.owner}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  await expect.poll(() => house.ended, { timeout: 5_000 }).toEqual(['tenant-a']);
});

/** Sends a request as raw text; `Host` and `Connection: close` are added. */
function fetchRaw(server: HttpServer, head: string, body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(`${head}\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n${body}`);
  });
}
