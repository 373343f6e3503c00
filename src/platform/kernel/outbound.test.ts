import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createOutbound, isPublic } from './outbound.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server of the test's own; answers its port. */
async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port; // a TCP server has a port
}

describe('private addresses', () => {
  const denied = [
    ...[
      'http://127.0.0.1:PORT',
      'http://localhost:PORT',
      'http://[::1]:PORT',
      'http://[::ffff:127.0.0.1]:PORT',
    ],
    ...[
      'http://2130706433:PORT',
      'http://0x7f.1:PORT',
      'http://0.0.0.0:PORT',
      'http://10.0.0.1',
      'http://192.168.1.1',
    ],
    ...[
      'http://172.16.0.1',
      'http://169.254.169.254/latest/meta-data',
      'http://[fd00::1]',
      'http://[fe80::1]',
    ],
    ...['http://100.64.0.1', 'http://[64:ff9b::7f00:1]', 'file:///etc/passwd', 'ftp://127.0.0.1'],
  ];
  test.each(denied)('%s is refused without being called', async (url) => {
    let called = 0;
    const port = await serve((_request, response) => {
      called += 1;
      response.end();
    });
    const call = createOutbound([]).call({ url: url.replace('PORT', String(port)), method: 'GET' });
    await expect(call).rejects.toMatchObject({ code: 'outbound/denied' });
    expect(called).toBe(0);
  });

  test('are called when the operator of this machine allows host and port, or the host', async () => {
    const port = await serve((_request, response) => response.end('here'));
    const url = `http://127.0.0.1:${port}/`;
    for (const allowed of [`127.0.0.1:${port}`, '127.0.0.1']) {
      expect(await createOutbound([allowed]).call({ url, method: 'GET' })).toMatchObject({ body: 'here' });
    }
    const other = createOutbound([`127.0.0.1:${port + 1}`, 'localhost']).call({ url, method: 'GET' });
    await expect(other).rejects.toMatchObject({ code: 'outbound/denied' });
  });

  test('are told from public ones', () => {
    expect(['8.8.8.8', '2606:4700::1111'].filter((address) => !isPublic(address))).toEqual([]);
    const special = ['127.0.0.1', '::1', '10.1.2.3', '224.0.0.1', '255.255.255.255', '::', 'no address'];
    expect(special.filter(isPublic)).toEqual([]);
  });
});

describe('a call', () => {
  const to = (port: number, more: object = {}) =>
    createOutbound(['127.0.0.1']).call({ url: `http://127.0.0.1:${port}/`, method: 'GET', ...more });

  test('sends its headers and body and gives back what was answered', async () => {
    const port = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => {
        response.writeHead(201, { 'x-kind': String(request.headers['x-kind']) });
        response.end(`${request.method} ${chunk.toString()}`);
      });
    });
    const answer = await to(port, { method: 'POST', headers: { 'x-kind': 'test' }, body: 'grüß' });
    expect(answer).toMatchObject({ status: 201, body: 'POST grüß', headers: { 'x-kind': 'test' } });
  });

  test('does not follow a redirect', async () => {
    let reached = false;
    const inner = await serve((_request, response) => {
      reached = true;
      response.end('secret');
    });
    const port = await serve((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${inner}/` }).end();
    });
    expect(await to(port)).toMatchObject({ status: 302, body: '' });
    expect(reached).toBe(false);
  });

  test('stops at its limit of bytes, also when the answer never ends', async () => {
    const port = await serve((_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 97)));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    await expect(to(port, { limitBytes: 4_000_000 })).rejects.toMatchObject({ code: 'outbound/too-large' });
  });

  test('takes an answer of just the limit', async () => {
    const port = await serve((_request, response) => response.end('x'.repeat(1_000)));
    expect((await to(port, { limitBytes: 1_000 })).body).toHaveLength(1_000);
    await expect(to(port, { limitBytes: 999 })).rejects.toMatchObject({ code: 'outbound/too-large' });
  });

  test('ends in time when nothing comes, or when it comes drop by drop', async () => {
    const silent = await serve(() => {});
    await expect(to(silent, { timeoutMs: 150 })).rejects.toMatchObject({ code: 'outbound/timeout' });
    const dripping = await serve((_request, response) => {
      const timer = setInterval(() => response.write('.'), 20);
      response.once('close', () => clearInterval(timer));
    });
    await expect(to(dripping, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'outbound/timeout' });
  });

  test('ends with the reason of its signal', async () => {
    const port = await serve(() => {});
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('terminated')), 50);
    await expect(to(port, { signal: stop.signal })).rejects.toThrow('terminated');
  });

  test('names a host that does not exist, and one that does not answer', async () => {
    const call = (url: string) => createOutbound(['127.0.0.1']).call({ url, method: 'GET' });
    await expect(call('http://no-such-host.invalid')).rejects.toMatchObject({ code: 'outbound/failed' });
    await expect(call('http://127.0.0.1:9/')).rejects.toMatchObject({
      code: 'outbound/failed',
      values: { host: '127.0.0.1:9' },
    });
  });
});
