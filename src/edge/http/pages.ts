import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { BytesAnswer, Caller, Operation } from '../../platform/kernel/operation.ts';
import { sameText } from '../../platform/kernel/random.ts';
import type { DoorEnv } from './app.ts';
import { csrfToken, identify, sessionOf, setSession } from './credentials.ts';
import { page } from './html.ts';
import type { DoorNeeds, Identity } from './needs.ts';
import { readBytes } from './request.ts';

/** The few pages for people: home, sign-in, sign-out and a finished brief. None carries a script. */
export function pageRoutes<House extends DoorNeeds>(
  house: House,
  operations: readonly Operation<House>[],
): Hono<DoorEnv> {
  const routes = new Hono<DoorEnv>();
  const run = (name: string, c: Context<DoorEnv>, identity: Identity, input: unknown) => {
    const operation = operations.find((each) => each.name === name);
    if (!operation) throw new CadreError('request/not-found', { path: c.req.path });
    const signal = AbortSignal.timeout(60_000);
    const caller: Caller = { ...identity, traceId: c.var.traceId, signal };
    return operation.run(house, caller, input);
  };

  routes.get('/', async (c) => {
    const session = sessionOf(c, c.var.passed.secure);
    const identity = await identify(c, house.access, c.var.passed.secure).catch(() => undefined);
    if (!identity || !session) return page('Welcome', welcome(house.version));
    const list = (await run('tasks.list', c, identity, { limit: 20 })) as TaskList; // shape of tasks.list
    return page('Home', home(identity, list, csrfToken(session)));
  });
  routes.get('/sign-in/:link', () => page('Sign in', signIn()));
  routes.post('/sign-in/:link', async (c) => {
    const { session, maxAgeMs } = await house.access.redeem(c.req.param('link'));
    setSession(c, session, maxAgeMs, c.var.passed.secure);
    return c.redirect('/', 303);
  });
  routes.post('/sign-out', async (c) => {
    const session = sessionOf(c, c.var.passed.secure);
    const form = new URLSearchParams(new TextDecoder().decode(await readBytes(c.req.raw, 10_000)));
    if (session) {
      if (!sameText(form.get('csrf') ?? '', csrfToken(session))) throw new CadreError('auth/csrf', {});
      await house.access.endSession(session);
    }
    setSession(c, '', 0, c.var.passed.secure);
    return c.redirect('/', 303);
  });
  routes.get('/brief/:id', async (c) => {
    const identity = await identify(c, house.access, c.var.passed.secure);
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

interface TaskList {
  items: Array<{ id: string; goal: string; status: string }>;
}

function welcome(version: string) {
  return html`<h1>Cadre ${version} runs here</h1>
<p>Give it a goal: a chief of staff plans, operators carry it out.</p>
<p>To sign in, open the link that <code>cadre start</code> printed in its terminal, or make another with
<code>cadre key sign-in</code>. Programs send a key: see <a href="/docs">the API</a>.</p>`;
}

function signIn() {
  return html`<h1>Sign in to Cadre</h1><p>This link works once.</p>
<form method="post"><button type="submit">Sign in</button></form>`;
}

function home(identity: Identity, list: TaskList, csrf: string) {
  return html`<h1>Cadre</h1>
<p>Signed in as ${identity.actor.name} (${identity.role}). <a href="/docs">The API</a></p>
<h2>Tasks</h2>${
    list.items.length === 0
      ? html`<p class="soft">None yet. <code>cadre run "Brief me" documents/*</code> starts one.</p>`
      : html`<table><tr><th>Goal</th><th>Status</th></tr>${list.items.map(
          (task) =>
            html`<tr><td>${
              task.status === 'completed' ? html`<a href="/brief/${task.id}">${task.goal}</a>` : task.goal
            }</td><td>${task.status}</td></tr>`,
        )}</table>`
  }
<form method="post" action="/sign-out"><input type="hidden" name="csrf" value="${csrf}">
<p><button class="plain" type="submit">Sign out</button></p></form>`;
}
