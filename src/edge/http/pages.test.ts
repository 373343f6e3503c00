import { describe, expect, test } from 'vitest';
import { bodyOf, KEYS, notesDoor } from '../../../test/support/door.ts';

async function signedIn(overrides: Parameters<typeof notesDoor>[0] = {}, headers = {}) {
  const made = notesDoor(overrides);
  const answer = await made.ask('POST /sign-in/fresh-link', { key: null, headers });
  const cookies = answer.headers.getSetCookie();
  const cookie = cookies.map((each) => each.split(';')[0]).join('; ');
  const csrf = /csrf=([^;]+)/.exec(cookie)?.[1] ?? '';
  return { ...made, answer, cookies, cookie, csrf };
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
    expect(used.status).toBe(303);
    const again = await ask('POST /sign-in/fresh-link', { key: null });
    expect(again.status).toBe(401);
    expect((await bodyOf(again)).code).toBe('auth/link-used');
  });

  test('cannot be used by a page of another site', async () => {
    const { ask } = notesDoor();
    const headers = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await ask('POST /sign-in/fresh-link', { key: null, headers })).status).toBe(403);
  });

  test('sets a session that scripts cannot read and other sites cannot send', async () => {
    const { cookies } = await signedIn();
    expect(cookies[0]).toBe('cadre-session=session-1; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict');
    expect(cookies[1]).toMatch(/^cadre-csrf=[\w-]+; Max-Age=43200; Path=\/; SameSite=Strict$/);
  });

  test('sets a __Host- cookie behind a trusted TLS proxy only', async () => {
    const proxied = { 'x-forwarded-proto': 'https' };
    const { cookies } = await signedIn({}, proxied);
    expect(cookies[0]).toContain('cadre-session=');
    expect(cookies[0]).not.toContain('Secure');
  });
});

describe('a session', () => {
  test('reads with its cookie alone and writes only with its CSRF token', async () => {
    const { ask, cookie, csrf } = await signedIn();
    expect((await ask('GET /api/v1/notes', { key: null, headers: { cookie } })).status).toBe(200);
    const write = (headers: Record<string, string>) =>
      ask('POST /api/v1/notes', { key: null, headers: { cookie, ...headers }, body: { text: 'x' } });
    expect((await bodyOf(write({}))).code).toBe('auth/csrf');
    expect((await bodyOf(write({ 'x-csrf-token': 'guess' }))).code).toBe('auth/csrf');
    expect((await write({ 'x-csrf-token': csrf })).status).toBe(201);
  });

  test('shows home, its tasks escaped, and ends with the button', async () => {
    const { ask, cookie, csrf } = await signedIn();
    const home = await (await ask('GET /', { key: null, headers: { cookie } })).text();
    expect(home).toContain('Signed in as Ada (owner)');
    expect(home).toContain('<a href="/brief/task-1">Tell &lt;b&gt;all&lt;/b&gt;</a>');
    expect(home).not.toContain('<script');
    const wrong = await ask('POST /sign-out', { key: null, headers: { cookie }, body: 'csrf=wrong' });
    expect(wrong.status).toBe(403);
    const out = await ask('POST /sign-out', { key: null, headers: { cookie }, body: `csrf=${csrf}` });
    expect(out.status).toBe(303);
    expect((await ask('GET /api/v1/notes', { key: null, headers: { cookie } })).status).toBe(401);
  });

  test('of nobody sees how to sign in, and no task', async () => {
    const { ask } = notesDoor();
    const home = await (await ask('GET /', { key: null })).text();
    expect(home).toContain('To sign in');
    expect(home).not.toContain('task-1');
  });
});

describe('a brief', () => {
  test('is shown to its tenant only, under a policy that allows nothing but style', async () => {
    const { ask, cookie } = await signedIn();
    const shown = await ask('GET /brief/task-1', { key: null, headers: { cookie } });
    expect(await shown.text()).toBe('<h1>Brief</h1>');
    expect(shown.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*sandbox$/);
    expect(shown.headers.get('content-disposition')).toBeNull();
    expect((await ask('GET /brief/task-1', { key: null })).status).toBe(401);
    expect((await ask('GET /brief/task-1', { key: KEYS.foreign })).status).toBe(404);
  });
});
