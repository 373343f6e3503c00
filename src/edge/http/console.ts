import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { DoorEnv } from './app.ts';
import { page } from './html.ts';

/** Addresses that the console shows; it finds out itself which page that is. */
export const CONSOLE_PATHS = [
  '/',
  '/tasks',
  '/tasks/:id',
  '/agents',
  '/agents/:id/mailbox',
  '/agents/:id/chat',
  '/messages',
  '/messages/topics',
  '/messages/conversation/:id',
  '/teams',
  '/teams/votes',
  '/teams/votes/:id',
  '/teams/:id',
  '/workflows',
  '/workflows/:name',
  '/workflows/:name/edit',
  '/approvals',
  '/models',
  '/costs',
  '/energy',
  '/files/:id',
] as const;

/** GUARANTEES section 4: nothing from elsewhere, nothing inline, no text that becomes a script. */
export const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/**
 * The console (`web/`) as static files. They hold nothing of anybody: what a person may see comes by the API, with
 * their session. Files under `/assets` are named by their content and may be kept for ever; the page itself never.
 */
export function consoleRoutes(folder: string): Hono<DoorEnv> {
  const routes = new Hono<DoorEnv>();
  const index = join(folder, 'index.html');
  for (const path of CONSOLE_PATHS) {
    routes.get(path, async () => {
      const text = await readFile(index, 'utf8').catch(() => undefined);
      if (text === undefined) return page('Cadre runs here', NOT_BUILT);
      return new Response(text, {
        headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': CONSOLE_POLICY },
      });
    });
  }
  if (existsSync(folder)) {
    routes.use('/assets/*', async (c, next) => {
      await next();
      if (c.res.ok) c.res.headers.set('Cache-Control', 'public, max-age=31536000, immutable');
    });
    routes.get('/assets/*', serveStatic({ root: folder, precompressed: true }));
  }
  return routes;
}

const NOT_BUILT = html`<h1>Cadre runs here, without its console</h1>
<p>The console was not built. Stop Cadre and start it with <code>npm start</code>, which builds it once.</p>
<p>Everything can also be done with the command line and <a href="/docs">the API</a>.</p>`;
