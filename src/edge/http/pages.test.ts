import { afterEach, describe, expect, test, vi } from 'vitest';
import { bodyOf, HOST, KEYS, notesDoor } from '../../../test/support/door.ts';
import { HEARTBEAT_MS } from './stream.ts';

const COOKIE = 'cadre-session-7200';

/** Signs in with the link; `as` asks with the session from then on, `csrf` is its token. */
async function signedIn(overrides: Parameters<typeof notesDoor>[0] = {}) {
  const made = notesDoor(overrides);
  const answer = await made.ask('POST /sign-in/fresh-link', { key: null });
  const cookies = answer.headers.getSetCookie();
  const cookie = cookies.map((each) => each.split(';')[0]).join('; ');
  const as = (line: string, headers: Record<string, string> = {}, body?: string | object) =>
    made.ask(line, { key: null, headers: { cookie, ...headers }, ...(body !== undefined && { body }) });
  const { csrf } = await bodyOf(as('GET /session'));
  return { ...made, answer, cookies, cookie, as, csrf: String(csrf) };
}

describe('the sign-in link', () => {
  test('is not used up by looking at it, only by the button', async () => {
    const { ask } = notesDoor();
    for (let scan = 0; scan < 3; scan += 1) {
      const look = await ask('GET /sign-in/fresh-link', { key: null });
      expect(await look.text()).toContain('<form method="post">');
      expect(look.headers.getSetCookie()).toEqual([]);
    }
    const used = await ask('POST /sign-in/fresh-link', { key: null });
    expect([used.status, used.headers.get('location')]).toEqual([303, '/']);
    const again = await ask('POST /sign-in/fresh-link', { key: null });
    expect(again.status).toBe(401);
    expect(again.headers.getSetCookie()).toEqual([]);
    expect(await again.text()).toContain('This link was used');
  });

  test('that was used says so, and shows the way: in for who is signed in, another link for who is not', async () => {
    const { as, ask } = await signedIn();
    const back = await as('GET /sign-in/fresh-link');
    const text = await back.text();
    expect(back.status).toBe(401);
    expect(text).toContain('This link was used');
    expect(text).toContain('You are signed in already: <a href="/">');
    expect(text).not.toContain('<form');
    const stranger = await (await ask('GET /sign-in/fresh-link', { key: null })).text();
    expect(stranger).toContain('cadre key sign-in');
    expect(stranger).not.toContain('signed in already');
    const dead = { cookie: `${COOKIE}=nobody` };
    const stale = await ask('GET /sign-in/fresh-link', { key: null, headers: dead });
    expect(await stale.text()).not.toContain('signed in already');
  });

  test('cannot be used by a page of another site', async () => {
    const { ask } = notesDoor();
    const headers = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await ask('POST /sign-in/fresh-link', { key: null, headers })).status).toBe(403);
  });

  test('sets one cookie, with the port in its name, that scripts cannot read and other sites cannot send', async () => {
    const { cookies } = await signedIn();
    expect(cookies).toEqual([`${COOKIE}=session-1; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict`]);
  });

  test('sets a __Host- cookie behind a trusted TLS proxy only', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    const { door, ask } = notesDoor({ behindProxy: ['10.0.0.0/8'] });
    const plain = await ask('POST /sign-in', { key: null, headers, body: { key: KEYS.owner } });
    expect(plain.headers.getSetCookie()[0]).toMatch(/^cadre-session-7200=(?!.*Secure)/);
    const request = new Request(`http://${HOST}/sign-in/fresh-link`, {
      method: 'POST',
      headers: { host: HOST, ...headers },
    });
    const incoming = { socket: { remoteAddress: '10.0.0.9' } };
    const proxied = await door.fetch(request, { incoming });
    expect(proxied.headers.getSetCookie()[0]).toMatch(/^__Host-cadre-session=.*Secure/);
  });
});

describe('signing in with a key', () => {
  const send = (made: ReturnType<typeof notesDoor>, body: string | object, headers = {}) =>
    made.ask('POST /sign-in', { key: null, body, headers });

  test('opens a session of that key, and ends the one the browser had', async () => {
    const made = await signedIn();
    const answer = await made.as('POST /sign-in', {}, { key: ` ${KEYS.viewer}\n` });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(cookie).toBe(`${COOKIE}=session-2`);
    const { csrf } = await bodyOf(made.ask('GET /session', { key: null, headers: { cookie } }));
    const write = made.ask('POST /api/v1/notes', {
      key: null,
      headers: { cookie, 'x-csrf-token': csrf },
      body: { text: 'x' },
    });
    expect((await bodyOf(write)).code).toBe('auth/forbidden'); // Vera looks only
    expect((await bodyOf(made.as('GET /session'))).csrf).toBeNull();
  });

  test('tells nothing about what was wrong with a key, and leaves the session that was there', async () => {
    const made = await signedIn();
    const told = [];
    for (const body of [{ key: 'cadre_nobody' }, { key: '' }, { key: 5 }, { key: null }, {}]) {
      const answer = await made.as('POST /sign-in', {}, body);
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []]);
      const { traceId: _, ...problem } = await bodyOf(answer);
      told.push(JSON.stringify(problem));
    }
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toContain('auth/invalid');
    expect((await bodyOf(made.as('GET /session'))).csrf).toBeTruthy();
  });

  test('takes JSON of this server’s own pages only, and little of it', async () => {
    const made = notesDoor();
    const key = { key: KEYS.owner };
    expect((await send(made, key)).status).toBe(204);
    expect((await send(made, key, { origin: `http://${HOST}` })).status).toBe(204);
    expect((await send(made, key, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await send(made, key, { origin: 'http://127.0.0.1:9999' })).status).toBe(403);
    const text = { 'content-type': 'text/plain' };
    expect((await bodyOf(send(made, JSON.stringify(key), text))).code).toBe('request/media-type');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await bodyOf(send(made, `key=${KEYS.owner}`, form))).code).toBe('request/media-type');
    const long = { key: KEYS.owner, more: 'x'.repeat(10_000) };
    expect((await bodyOf(send(made, long))).code).toBe('request/too-large');
    const broken = { 'content-type': 'application/json' };
    expect((await bodyOf(send(made, '{"key":', broken))).code).toBe('request/json-invalid');
  });
});

test('after twenty wrong keys in a minute an address waits; the right key comes in before that', async () => {
  const { ask } = notesDoor();
  const tryKey = (key: string) => ask('POST /sign-in', { key: null, body: { key } });
  for (let miss = 0; miss < 19; miss += 1) expect((await tryKey('cadre_wrong')).status).toBe(401);
  expect((await tryKey(KEYS.owner)).status).toBe(204);
  expect((await tryKey('cadre_wrong')).status).toBe(401);
  const refused = await tryKey(KEYS.owner);
  expect([refused.status, (await bodyOf(refused)).code]).toEqual([429, 'request/too-many']);
});

describe('a session', () => {
  test('reads with its cookie alone and writes only with its CSRF token', async () => {
    const { as, csrf } = await signedIn();
    expect((await as('GET /api/v1/notes')).status).toBe(200);
    const write = (headers: Record<string, string>) => as('POST /api/v1/notes', headers, { text: 'x' });
    expect((await bodyOf(write({}))).code).toBe('auth/csrf');
    expect((await bodyOf(write({ 'x-csrf-token': 'guess' }))).code).toBe('auth/csrf');
    expect((await write({ 'x-csrf-token': csrf })).status).toBe(201);
  });

  test('of another port is not this server’s', async () => {
    const { ask, cookie } = await signedIn();
    const neighbour = { cookie: cookie.replace(COOKIE, 'cadre-session-7201') };
    const old = { cookie: cookie.replace(COOKIE, 'cadre-session') };
    for (const headers of [neighbour, old]) {
      expect((await bodyOf(ask('GET /api/v1/notes', { key: null, headers }))).code).toBe('auth/required');
    }
    const both = { cookie: `cadre-session-7201=theirs; ${cookie}` };
    expect((await ask('GET /api/v1/notes', { key: null, headers: both })).status).toBe(200);
  });

  test('gets its CSRF token from the server; a key and a stranger get none', async () => {
    const { ask, as, csrf } = await signedIn();
    expect(csrf).toMatch(/^[\w-]{43}$/);
    expect((await as('GET /session')).headers.get('cache-control')).toBe('no-store');
    expect(await bodyOf(ask('GET /session'))).toEqual({ csrf: null }); // the owner's key
    const headers = { cookie: `${COOKIE}=guess` };
    expect(await bodyOf(ask('GET /session', { key: null, headers }))).toEqual({ csrf: null });
    const foreign = { origin: 'http://127.0.0.1:9999' };
    expect((await as('GET /session', foreign)).status).toBe(403);
  });

  test('ends when a form or a script of its own page says so', async () => {
    const form = await signedIn();
    expect((await form.as('POST /sign-out', {}, 'csrf=wrong')).status).toBe(403);
    const out = await form.as('POST /sign-out', {}, `csrf=${form.csrf}`);
    expect([out.status, out.headers.get('location')]).toEqual([303, '/']);
    expect((await form.as('GET /api/v1/notes')).status).toBe(401);

    const script = await signedIn();
    expect((await script.as('POST /sign-out')).status).toBe(403);
    expect((await script.as('POST /sign-out', { 'x-csrf-token': form.csrf.replace(/./, 'x') })).status).toBe(
      403,
    );
    expect((await script.as('GET /api/v1/notes')).status).toBe(200);
    const gone = await script.as('POST /sign-out', { 'x-csrf-token': script.csrf });
    expect(gone.status).toBe(204);
    expect(gone.headers.getSetCookie()).toEqual([`${COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict`]);
    expect((await script.as('GET /api/v1/notes')).status).toBe(401);
  });
});

describe('an open stream', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const stream = 'GET /api/v1/notes/events?to=100';

  /** Everything the stream says until it closes; `undefined` when a heartbeat later it is still open. */
  const restOf = async (answer: Response) => {
    let text = '';
    const reading = (async () => {
      for await (const chunk of answer.body ?? []) text += new TextDecoder().decode(chunk);
      return text;
    })();
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
    return Promise.race([reading, new Promise<undefined>((resolve) => setImmediate(resolve, undefined))]);
  };

  test('ends within a heartbeat of the session that opened it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { as, csrf, house } = await signedIn();
    const open = await as(stream);
    expect((await as('POST /sign-out', { 'x-csrf-token': csrf })).status).toBe(204);
    const text = await restOf(open);
    expect(text).toMatch(/event: error\ndata: \{.*"code":"auth\/invalid".*\n\n$/);
    expect(house.ended).toEqual(['tenant-a']);
  });

  test('the twin: goes on while the session does', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { as, ask, door, house } = await signedIn();
    const open = await as(stream);
    const byKey = await ask(stream);
    expect(await restOf(open)).toBeUndefined();
    expect(await restOf(byKey)).toBeUndefined();
    expect(house.ended).toEqual([]);
    door.drain();
  });
});

describe('a brief', () => {
  test('is shown to its tenant only, under a policy that allows nothing but style', async () => {
    const { ask, as } = await signedIn();
    const shown = await as('GET /brief/task-1');
    expect(await shown.text()).toBe('<h1>Brief</h1>');
    expect(shown.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*sandbox$/);
    expect(shown.headers.get('content-disposition')).toBeNull();
    expect((await ask('GET /brief/task-1', { key: null })).status).toBe(401);
    expect((await ask('GET /brief/task-1', { key: KEYS.foreign })).status).toBe(404);
  });
});
