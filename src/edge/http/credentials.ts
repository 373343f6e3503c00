import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { CadreError } from '../../platform/kernel/errors.ts';
import { sameText } from '../../platform/kernel/random.ts';
import type { Passed } from './gate.ts';
import type { DoorNeeds, Identity } from './needs.ts';

/** What a request shows to come in. */
export type Credential = { key: string } | { session: string };

/**
 * Name of the session's cookie. Under TLS the `__Host-` prefix keeps other sites of the domain from setting it.
 * Without TLS it carries the port, because browsers share cookies between the ports of a host: two servers on one
 * machine would sign each other out.
 */
function cookieName({ origin, secure }: Passed): string {
  return secure ? '__Host-cadre-session' : `cadre-session-${new URL(origin).port || '80'}`;
}

/**
 * What the request shows: a key travels in `Authorization: Bearer`, a session in a cookie.
 * @throws CadreError `auth/required`, `auth/invalid`
 */
export function credentialOf(c: Context, passed: Passed): Credential {
  const header = c.req.header('authorization');
  if (header !== undefined) {
    const key = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(header)?.[1];
    if (!key) throw new CadreError('auth/invalid', {});
    return { key };
  }
  const session = sessionOf(c, passed);
  if (!session) throw new CadreError('auth/required', {});
  return { session };
}

/**
 * Finds out who asks. With a session, a request that could change something must show its CSRF token as well.
 * @throws CadreError `auth/required`, `auth/invalid`, `auth/csrf`
 */
export async function identify(c: Context, access: DoorNeeds['access'], passed: Passed): Promise<Identity> {
  const credential = credentialOf(c, passed);
  const identity = await access.authenticate(credential);
  if ('session' in credential && c.req.method !== 'GET' && c.req.method !== 'HEAD') {
    const shown = c.req.header('x-csrf-token') ?? '';
    if (!sameText(shown, csrfToken(credential.session))) throw new CadreError('auth/csrf', {});
  }
  return identity;
}

/** The session of the cookie, unchecked. */
export function sessionOf(c: Context, passed: Passed): string | undefined {
  return getCookie(c, cookieName(passed));
}

/** Bound to the session, so that nothing has to be stored and a planted cookie does not help. */
export function csrfToken(session: string): string {
  return createHash('sha256').update(`csrf:${session}`).digest('base64url');
}

/** Sets (or, with an empty session, clears) the session's cookie, which no script can read. */
export function setSession(c: Context, session: string, maxAgeMs: number, passed: Passed): void {
  const { secure } = passed;
  const maxAge = Math.floor(maxAgeMs / 1000);
  setCookie(c, cookieName(passed), session, {
    path: '/',
    sameSite: 'Strict',
    secure,
    maxAge,
    httpOnly: true,
  });
}
