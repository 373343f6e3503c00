import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { CadreError } from '../../platform/kernel/errors.ts';
import { sameText } from '../../platform/kernel/random.ts';
import type { DoorNeeds, Identity } from './needs.ts';

/** Cookie names. Under TLS the `__Host-` prefix keeps other sites of the domain from setting them. */
function cookieNames(secure: boolean) {
  return secure
    ? { session: '__Host-cadre-session', csrf: '__Host-cadre-csrf' }
    : { session: 'cadre-session', csrf: 'cadre-csrf' };
}

/**
 * Finds out who asks. A key travels in `Authorization: Bearer`; a session in a cookie, and then every request
 * that could change something must show the session's CSRF token as well.
 * @throws CadreError `auth/required`, `auth/invalid`, `auth/csrf`
 */
export async function identify(c: Context, access: DoorNeeds['access'], secure: boolean): Promise<Identity> {
  const header = c.req.header('authorization');
  if (header !== undefined) {
    const key = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(header)?.[1];
    if (!key) throw new CadreError('auth/invalid', {});
    return access.authenticate({ key });
  }
  const session = sessionOf(c, secure);
  if (!session) throw new CadreError('auth/required', {});
  const identity = await access.authenticate({ session });
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
    const shown = c.req.header('x-csrf-token') ?? '';
    if (!sameText(shown, csrfToken(session))) throw new CadreError('auth/csrf', {});
  }
  return identity;
}

/** The session of the cookie, unchecked. */
export function sessionOf(c: Context, secure: boolean): string | undefined {
  return getCookie(c, cookieNames(secure).session);
}

/** Bound to the session, so that nothing has to be stored and a planted cookie does not help. */
export function csrfToken(session: string): string {
  return createHash('sha256').update(`csrf:${session}`).digest('base64url');
}

/** Sets (or, with an empty session, clears) the session cookie and the CSRF cookie that scripts may read. */
export function setSession(c: Context, session: string, maxAgeMs: number, secure: boolean): void {
  const names = cookieNames(secure);
  const options = { path: '/', sameSite: 'Strict', secure, maxAge: Math.floor(maxAgeMs / 1000) } as const;
  setCookie(c, names.session, session, { ...options, httpOnly: true });
  setCookie(c, names.csrf, session ? csrfToken(session) : '', options);
}
