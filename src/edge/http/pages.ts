import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { BytesAnswer, Caller, Operation } from '../../platform/kernel/operation.ts';
import { sameText } from '../../platform/kernel/random.ts';
import type { DoorEnv } from './app.ts';
import { csrfToken, identify, sessionOf, setSession } from './credentials.ts';
import { page } from './html.ts';
import type { DoorNeeds, Identity } from './needs.ts';
import { readBytes, readJson } from './request.ts';

const SIGN_IN_LIMIT_BYTES = 10_000;
/** Wrong keys that one address may try in a minute. Keys cannot be guessed; this spares the log and the database. */
const SIGN_IN_MISSES = 20;

type PageContext = Context<DoorEnv>;

/** Signing in and out, and a finished brief as a page: what works without the console. None carries a script. */
export function pageRoutes<House extends DoorNeeds>(
  house: House,
  operations: readonly Operation<House>[],
): Hono<DoorEnv> {
  const routes = new Hono<DoorEnv>();
  const { access } = house;
  const run = (name: string, c: PageContext, identity: Identity, input: unknown) => {
    const operation = operations.find((each) => each.name === name);
    if (!operation) throw new CadreError('request/not-found', { path: c.req.path });
    const signal = AbortSignal.timeout(60_000);
    const caller: Caller = { ...identity, traceId: c.var.traceId, signal };
    return operation.run(house, caller, input);
  };
  const isSignedIn = (c: PageContext) => {
    const session = sessionOf(c, c.var.passed);
    return session === undefined
      ? Promise.resolve(false)
      : access.authenticate({ session }).then(
          () => true,
          (error: unknown) => {
            if (error instanceof CadreError && error.code === 'auth/invalid') return false;
            throw error;
          },
        );
  };

  // That nobody is signed in is an answer, not an error: a page asks before it knows.
  routes.get('/session', async (c) => {
    const session = sessionOf(c, c.var.passed);
    return c.json({ csrf: session !== undefined && (await isSignedIn(c)) ? csrfToken(session) : null });
  });
  const misses = new RateLimiterMemory({ points: SIGN_IN_MISSES, duration: 60 });
  routes.post('/sign-in', async (c) => {
    const from = c.env?.incoming?.socket.remoteAddress ?? '';
    if (((await misses.get(from))?.consumedPoints ?? 0) >= SIGN_IN_MISSES) {
      throw new CadreError('request/too-many', {});
    }
    const { key } = await readJson(c.req.raw, SIGN_IN_LIMIT_BYTES);
    const opened = access.signIn(typeof key === 'string' ? key.trim() : '', sessionOf(c, c.var.passed));
    const { session, maxAgeMs } = await opened.catch(async (error: unknown) => {
      if (error instanceof CadreError && error.code === 'auth/invalid') await misses.penalty(from);
      throw error;
    });
    setSession(c, session, maxAgeMs, c.var.passed);
    return c.body(null, 204);
  });
  routes.get('/sign-in/:link', async (c) => {
    if (await access.isLive(c.req.param('link'))) return page('Sign in', signIn());
    return page('Sign in', linkUsed(await isSignedIn(c)), 401);
  });
  routes.post('/sign-in/:link', async (c) => {
    try {
      const { session, maxAgeMs } = await access.redeem(c.req.param('link'), sessionOf(c, c.var.passed));
      setSession(c, session, maxAgeMs, c.var.passed);
      return c.redirect('/', 303);
    } catch (thrown) {
      // Two tabs showed the button; a person pressed it and reads a page.
      if (!(thrown instanceof CadreError) || thrown.code !== 'auth/link-used') throw thrown;
      return page('Sign in', linkUsed(await isSignedIn(c)), 401);
    }
  });
  routes.post('/sign-out', async (c) => {
    const session = sessionOf(c, c.var.passed);
    const header = c.req.header('x-csrf-token');
    const form = new URLSearchParams(
      new TextDecoder().decode(await readBytes(c.req.raw, SIGN_IN_LIMIT_BYTES)),
    );
    if (session) {
      const shown = header ?? form.get('csrf') ?? '';
      if (!sameText(shown, csrfToken(session))) throw new CadreError('auth/csrf', {});
      await access.endSession(session);
    }
    setSession(c, '', 0, c.var.passed);
    return header === undefined ? c.redirect('/', 303) : c.body(null, 204);
  });
  routes.get('/brief/:id', async (c) => {
    const identity = await identify(c, access, c.var.passed);
    const brief = (await run('tasks.page', c, identity, { id: c.req.param('id') })) as BytesAnswer; // its route
    return new Response(new Uint8Array(brief.bytes), {
      headers: {
        // What is no brief comes as data and is shown as the text it is.
        'Content-Type':
          brief.mediaType === 'text/html' ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
        'Content-Security-Policy': BRIEF_POLICY,
      },
    });
  });
  return routes;
}

/** A brief quotes documents from anywhere: it may be styled, and nothing else. */
const BRIEF_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

function signIn() {
  return html`<h1>Sign in to Cadre</h1><p>This link works once.</p>
<form method="post"><button type="submit">Sign in</button></form>`;
}

function linkUsed(isSignedIn: boolean) {
  return html`<h1>This link was used, or has ended</h1>${
    isSignedIn
      ? html`<p>You are signed in already: <a href="/">go to Cadre</a>.</p>`
      : html`<p>A link works once, within an hour. Make another with <code>cadre key sign-in</code>, or
<a href="/">sign in with a key</a>.</p>`
  }`;
}
