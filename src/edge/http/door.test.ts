import { describe, expect, test } from 'vitest';
import { bodyOf, KEYS, notesDoor } from '../../../test/support/door.ts';

type Ask = Parameters<ReturnType<typeof notesDoor>['ask']>;

/** One row: what is asked, what must come back, and what must not be in it. */
const refusals: Array<[string, Ask[0], Ask[1], number, string, string[]]> = [
  ['no key', 'GET /api/v1/notes', { key: null }, 401, 'auth/required', ['items']],
  ['an unknown key', 'GET /api/v1/notes', { key: 'nobody' }, 401, 'auth/invalid', ['nobody']],
  [
    'a key that is no bearer',
    'GET /api/v1/notes',
    { headers: { authorization: 'Basic YTpi' } },
    401,
    'auth/invalid',
    ['YTpi'],
  ],
  ['no key on an unknown path', 'GET /api/v1/nowhere', { key: null }, 401, 'auth/required', ['nothing at']],
  ['an unknown path', 'GET /api/v1/nowhere', {}, 404, 'request/not-found', []],
  ['an unknown page', 'GET /nowhere', { key: null }, 404, 'request/not-found', []],
  ['another method', 'PUT /api/v1/notes', {}, 405, 'request/method', []],
  [
    'a foreign host',
    'GET /api/v1/notes',
    { headers: { host: 'evil.example:7200' } },
    421,
    'auth/host',
    ['items'],
  ],
  [
    'a host with another port',
    'GET /health',
    { headers: { host: '127.0.0.1:80' } },
    421,
    'auth/host',
    ['alive'],
  ],
  [
    'a foreign host without a key',
    'GET /nowhere',
    { key: null, headers: { host: 'evil' } },
    421,
    'auth/host',
    [],
  ],
  [
    'a foreign origin',
    'GET /api/v1/notes',
    { headers: { origin: 'http://evil.example' } },
    403,
    'auth/origin',
    ['items'],
  ],
  [
    'the origin null of another site',
    'GET /api/v1/notes',
    { headers: { origin: 'null', 'sec-fetch-site': 'cross-site' } },
    403,
    'auth/origin',
    ['items'],
  ],
  ['the origin null', 'GET /api/v1/notes', { headers: { origin: 'null' } }, 403, 'auth/origin', ['items']],
  [
    'a write from another site',
    'POST /api/v1/notes',
    { headers: { 'sec-fetch-site': 'cross-site' }, body: { text: 'x' } },
    403,
    'auth/origin',
    ['note-'],
  ],
  [
    'a viewer who writes',
    'POST /api/v1/notes',
    { key: KEYS.viewer, body: { text: 'x' } },
    403,
    'auth/forbidden',
    ['note-'],
  ],
  ['a missing field', 'POST /api/v1/notes', { body: {} }, 422, 'request/invalid', []],
  ['a wrong type', 'GET /api/v1/notes?limit=many', {}, 422, 'request/invalid', []],
  ['a filter of no such name', 'GET /api/v1/notes?limits=1', {}, 422, 'request/invalid', []],
  [
    'broken JSON',
    'POST /api/v1/notes',
    { headers: { 'content-type': 'application/json' }, body: '{"text":' },
    400,
    'request/json-invalid',
    [],
  ],
  [
    'JSON that is a list',
    'POST /api/v1/notes',
    { headers: { 'content-type': 'application/json' }, body: '[1]' },
    400,
    'request/json-invalid',
    [],
  ],
  [
    'deep JSON',
    'POST /api/v1/notes',
    {
      headers: { 'content-type': 'application/json' },
      body: `{"text":${'['.repeat(200)}${']'.repeat(200)}}`,
    },
    400,
    'request/json-too-deep',
    [],
  ],
  [
    'a key that changes prototypes',
    'POST /api/v1/notes',
    { headers: { 'content-type': 'application/json' }, body: '{"text":"x","__proto__":{"role":"owner"}}' },
    400,
    'request/json-forbidden-key',
    [],
  ],
  [
    'half a character',
    'POST /api/v1/notes',
    { headers: { 'content-type': 'application/json' }, body: '{"text":"\\ud800"}' },
    422,
    'request/json-bad-text',
    [],
  ],
  ['a NUL in the path', 'GET /api/v1/notes/a%00b', {}, 422, 'request/json-bad-text', []],
  [
    'bytes that are not UTF-8',
    'POST /api/v1/notes',
    { headers: { 'content-type': 'application/json' }, body: new Uint8Array([0x7b, 0xff, 0x7d]) },
    400,
    'request/json-invalid',
    [],
  ],
  [
    'another content type',
    'POST /api/v1/notes',
    { headers: { 'content-type': 'text/plain' }, body: '{"text":"x"}' },
    415,
    'request/media-type',
    [],
  ],
  [
    'a packed body',
    'POST /api/v1/notes',
    { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: 'x' },
    415,
    'request/media-type',
    [],
  ],
  [
    'a large body',
    'POST /api/v1/notes',
    { headers: { 'content-type': 'application/json' }, body: `{"text":"${'x'.repeat(1_000_001)}"}` },
    413,
    'request/too-large',
    ['xxxx'],
  ],
  [
    'a JSON body that poses as an upload',
    'POST /api/v1/notes/n/files',
    { body: { files: [{ name: '/etc/passwd', bytes: {} }] } },
    415,
    'request/media-type',
    ['root'],
  ],
  [
    'a bad Idempotency-Key',
    'POST /api/v1/notes',
    { headers: { 'idempotency-key': 'a b' }, body: { text: 'x' } },
    400,
    'request/idempotency-key',
    [],
  ],
  ['an unforeseen failure', 'POST /api/v1/notes/fail', {}, 500, 'internal/error', ['swordfish', 'Error:']],
  ['an absent note', 'GET /api/v1/notes/note-9', {}, 404, 'task/not-found', []],
  ['HEAD on a stream', 'HEAD /api/v1/notes/events', {}, 405, '', []],
];

describe('the door refuses', () => {
  test.each(refusals)('%s', async (_name, line, options, status, code, mustNotContain) => {
    const { ask, house } = notesDoor();
    const response = await ask(line, options);
    const text = await response.text();
    expect(response.status).toBe(status);
    if (code) {
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      const problem = JSON.parse(text);
      expect(problem).toMatchObject({
        type: `/docs/errors#${code}`,
        code,
        status,
        instance: expect.stringMatching(/^\//),
        traceId: response.headers.get('x-trace-id'),
      });
      expect(problem.title).toMatch(/^[A-Z]/);
      expect(problem.detail.length).toBeGreaterThan(5);
      expect(problem.hint.length).toBeGreaterThan(5);
    }
    for (const secret of mustNotContain) expect(text).not.toContain(secret);
    expect(house.created.count).toBe(0);
  });

  test('a foreign note exactly as an absent one', async () => {
    const { ask } = notesDoor();
    const made = await ask('POST /api/v1/notes', { key: KEYS.foreign, body: { text: 'their secret' } });
    const { id } = await bodyOf(made);
    const foreign = await (await ask(`GET /api/v1/notes/${id}`)).text();
    const absent = await (await ask('GET /api/v1/notes/note-9')).text();
    const strip = (text: string, own: string) =>
      text.replaceAll(own, 'ID').replace(/"traceId":"\w+"/, '"traceId":""');
    expect(strip(foreign, id)).toBe(strip(absent, 'note-9'));
    expect((await ask(`GET /api/v1/notes/${id}`, { key: KEYS.foreign })).status).toBe(200);
  });

  test('more requests of a tenant than its rate, and nobody else’s', async () => {
    const { ask } = notesDoor({ ratePerSecond: 5 });
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async () => (await ask('GET /api/v1/notes')).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    const refused = await ask('GET /api/v1/notes');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await ask('GET /api/v1/notes', { key: KEYS.foreign })).status).toBe(200);
  });
});

describe('the door answers', () => {
  test('a write with the status of its route, and a list to its tenant only', async () => {
    const { ask } = notesDoor();
    const made = await ask('POST /api/v1/notes', { body: { text: 'ours' } });
    expect(made.status).toBe(201);
    expect(await bodyOf(made)).toEqual({ id: 'note-1', text: 'ours', count: 1, secret: 'shown-once' });
    await ask('POST /api/v1/notes', { key: KEYS.foreign, body: { text: 'theirs' } });
    const list = await (await ask('GET /api/v1/notes')).text();
    expect(list).toContain('ours');
    expect(list).not.toContain('theirs');
  });

  test('texts of the query as the types of the schema', async () => {
    const { ask } = notesDoor();
    const answer = await ask('GET /api/v1/notes?limit=7&loud=true&words=a&words=b&title=42');
    expect((await bodyOf(answer)).asked).toEqual({ limit: 7, loud: true, words: ['a', 'b'], title: '42' });
  });

  test('every answer with the protecting headers', async () => {
    const { ask } = notesDoor();
    for (const line of ['GET /api/v1/notes', 'GET /health', 'GET /nowhere', 'GET /docs', 'GET /']) {
      const { headers } = await ask(line);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toContain('camera=()');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });

  test('a form of its own pages, whose origin browsers call "null" where no referrer is sent', async () => {
    const { ask } = notesDoor();
    const headers = { origin: 'null', 'sec-fetch-site': 'same-origin' };
    expect((await ask('POST /sign-in/fresh-link', { key: null, headers })).status).toBe(303);
  });

  test('the origins and hosts an operator listed', async () => {
    const { ask } = notesDoor({ allowOrigins: ['https://cadre.example.com'] });
    const headers = { host: 'cadre.example.com', origin: 'https://cadre.example.com' };
    expect((await ask('GET /api/v1/notes', { headers })).status).toBe(200);
    expect(
      (await ask('GET /api/v1/notes', { headers: { ...headers, origin: 'https://x.example' } })).status,
    ).toBe(403);
  });

  test('uploads, with names kept as text and fields read by type', async () => {
    const { ask } = notesDoor();
    const form = new FormData();
    form.append('files', new Blob(['abc']), '../../etc/passwd');
    form.append('files', new Blob(['defg']), 'mémo.txt');
    form.append('count', '3');
    const answer = await ask('POST /api/v1/notes/n/files', { body: form });
    expect(await bodyOf(answer)).toEqual({ got: ['../../etc/passwd:3', 'mémo.txt:4'], count: 3 });
  });

  test('a file as an attachment that can do nothing', async () => {
    const { ask } = notesDoor();
    const { headers } = await ask('GET /api/v1/notes/note-1/content');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="_ber _x___.html"; filename*=UTF-8''%C3%9Cber%20%22x%22%0D%0A.html`,
    );
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });

  test('the trace of the caller, when it has one', async () => {
    const { ask } = notesDoor();
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const answer = await ask('GET /health', { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
    expect(answer.headers.get('x-trace-id')).toBe(trace);
    const other = await ask('GET /health', { headers: { traceparent: 'nonsense' } });
    expect(other.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  test('alive always, ready only while writes reach the disk', async () => {
    const { ask, house } = notesDoor();
    expect((await ask('GET /ready', { key: null })).status).toBe(200);
    house.writable.is = false;
    expect((await ask('GET /ready', { key: null })).status).toBe(503);
    const alive = await ask('GET /health', { key: null });
    expect(alive.status).toBe(200);
    expect(await bodyOf(alive)).toMatchObject({
      eventLoopLag: { p50Ms: expect.any(Number), p99Ms: expect.any(Number), maxMs: expect.any(Number) },
    });
  });

  test('nothing but 503 once it drains', async () => {
    const { ask, door } = notesDoor();
    door.drain();
    expect((await ask('GET /api/v1/notes')).status).toBe(503);
  });
});

describe('an Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'k-1' };

  test('brings the first answer again, without doing the work again', async () => {
    const { ask, house } = notesDoor();
    const first = await ask('POST /api/v1/notes', { headers, body: { text: 'x', count: 2 } });
    const second = await ask('POST /api/v1/notes', { headers, body: { count: 2, text: 'x' } });
    expect(second.status).toBe(201);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await bodyOf(first)).toMatchObject({ id: 'note-1', secret: 'shown-once' });
    expect(await bodyOf(second)).toMatchObject({ id: 'note-1', secret: null });
    expect(house.created.count).toBe(1);
  });

  test('without one, or with another, the work is done again', async () => {
    const { ask, house } = notesDoor();
    for (const key of [undefined, undefined, 'k-1', 'k-2']) {
      await ask('POST /api/v1/notes', { headers: { 'idempotency-key': key }, body: { text: 'x' } });
    }
    expect(house.created.count).toBe(4);
  });

  test('refuses another body, and a request while the first is being answered', async () => {
    const { ask, house } = notesDoor();
    let release = () => {};
    house.hold.until = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = ask('POST /api/v1/notes', { headers, body: { text: 'x' } });
    await expect
      .poll(async () => (await ask('POST /api/v1/notes', { headers, body: { text: 'x' } })).status)
      .toBe(409);
    release();
    expect((await first).status).toBe(201);
    const other = await ask('POST /api/v1/notes', { headers, body: { text: 'y' } });
    expect((await bodyOf(other)).code).toBe('request/idempotency-mismatch');
    expect(house.created.count).toBe(1);
  });

  test('of a failed request may be used again; of another tenant it is another key', async () => {
    const { ask, house } = notesDoor();
    expect((await ask('POST /api/v1/notes', { headers, body: { text: '' } })).status).toBe(422);
    expect((await ask('POST /api/v1/notes', { headers, body: { text: '' } })).status).toBe(422);
    expect(
      (await ask('POST /api/v1/notes', { headers, body: { text: 'x' }, key: KEYS.foreign })).status,
    ).toBe(201);
    expect(house.created.count).toBe(1);
  });
});

describe('a stream', () => {
  test('frames events, continues after Last-Event-ID and stays in its tenant', async () => {
    const { ask } = notesDoor();
    const text = await (await ask('GET /api/v1/notes/events', { headers: { 'last-event-id': '1' } })).text();
    expect(text).toBe(
      ': connected\n\n' +
        'event: note.written\ndata: {"number":2,"tenant":"tenant-a"}\nid: 2\n\n' +
        'event: note.written\ndata: {"number":3,"tenant":"tenant-a"}\nid: 3\n\n',
    );
  });

  test('ends when the reader leaves', async () => {
    const { ask, house } = notesDoor();
    const answer = await ask('GET /api/v1/notes/events?to=100');
    const reader = answer.body!.getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(() => house.ended).toEqual(['tenant-a']);
  });

  test('ends when the server drains', async () => {
    const { ask, house, door } = notesDoor();
    const answer = await ask('GET /api/v1/notes/events?to=100');
    const read = answer.text();
    await new Promise((resolve) => setTimeout(resolve, 20));
    door.drain();
    expect(await read).toContain('id: 100');
    expect(house.ended).toEqual(['tenant-a']);
  });

  test('asks the operation for no more than the reader takes', async () => {
    const { ask } = notesDoor();
    const answer = await ask('GET /api/v1/notes/events?to=100000');
    const reader = answer.body!.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toContain('id: 1\n');
    await reader.cancel();
  });
});
