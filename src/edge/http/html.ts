import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';

type Html = ReturnType<typeof html>;

/** The look of the console (web/src/styles.css) for pages that the server makes: same colours, same calm. */
const STYLE = `
:root { color-scheme: light dark; --paper: #f7f6f3; --card: #ffffff; --sunken: #efede8; --ink: #1d1c1a; --soft: #64605a; --line: #e1ded7; --accent: #0f6354; --accent-soft: #dcefea; --on-accent: #ffffff; --shadow: 0 1px 2px rgb(0 0 0 / 0.05), 0 4px 16px -8px rgb(0 0 0 / 0.08); }
@media (prefers-color-scheme: dark) { :root { --paper: #141312; --card: #1d1c1a; --sunken: #262422; --ink: #eeece8; --soft: #a8a29a; --line: #34312e; --accent: #6cd0bb; --accent-soft: #17352f; --on-accent: #06231d; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; font: 16px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; color: var(--ink); background: var(--paper); -webkit-text-size-adjust: 100%; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
.cadre { display: inline-flex; align-items: center; gap: 0.6rem; margin-bottom: 1.75rem; font-weight: 600; font-size: 1.1rem; color: inherit; text-decoration: none; } .cadre svg { width: 1.75rem; height: 1.75rem; }
h1 { font-size: 1.5rem; line-height: 1.3; font-weight: 600; margin: 0 0 0.75rem; } h2 { font-size: 1.125rem; font-weight: 600; margin: 2.5rem 0 0.75rem; text-transform: capitalize; }
p { margin: 0.6rem 0; } section > :last-child { margin-bottom: 0; } a { color: var(--accent); text-underline-offset: 0.2em; }
code, pre, .verb { font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace; font-size: 0.875em; } code { overflow-wrap: anywhere; } td code { white-space: nowrap; }
pre { overflow-x: auto; margin: 0.6rem 0; padding: 0.8rem 1rem; border-radius: 0.625rem; background: var(--sunken); line-height: 1.5; }
table { border-collapse: separate; border-spacing: 0; width: 100%; margin-top: 1.25rem; font-size: 0.92rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); box-shadow: var(--shadow); overflow: hidden; }
th, td { text-align: left; vertical-align: top; padding: 0.65rem 0.9rem; } th { color: var(--soft); font-weight: 500; font-size: 0.875rem; } td { border-top: 1px solid var(--line); } tr:target td { background: var(--accent-soft); }
.soft { color: var(--soft); font-size: 0.9rem; } .verb { display: inline-block; min-width: 4.2em; font-weight: 600; color: var(--accent); }
details { margin: 0.5rem 0; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); padding: 0 1rem; } details[open] { padding-bottom: 0.75rem; box-shadow: var(--shadow); } details:target { border-color: var(--accent); }
summary { cursor: pointer; padding: 0.7rem 0; }
button { font: inherit; font-weight: 500; height: 2.5rem; padding: 0 1.25rem; border-radius: 0.5rem; border: 1px solid transparent; background: var(--accent); color: var(--on-accent); cursor: pointer; } button:hover { filter: brightness(1.1); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
@media (max-width: 40rem) { main { padding-top: 1.5rem; } table, tbody, tr, td { display: block; } tr:first-child { display: none; } td code { white-space: normal; } td { border-top: 0; padding: 0.15rem 0.9rem; } td:first-child { border-top: 1px solid var(--line); padding-top: 0.75rem; } td:last-child { padding-bottom: 0.75rem; } }
main:not(:has(details, table)) { max-width: 28rem; min-height: 100dvh; padding: 2rem 1.5rem; display: flex; flex-direction: column; justify-content: center; }
main:not(:has(details, table)) .cadre { margin-bottom: 1.25rem; } main:not(:has(details, table)) .cadre svg { width: 3rem; height: 3rem; } main:not(:has(details, table)) .cadre span { display: none; }
main:not(:has(details, table)) section { padding: 1.5rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); box-shadow: var(--shadow); } main form { margin: 1rem 0 0; } main form button { width: 100%; }
`;

/** Pages bring no script and one known style; the policy allows exactly that style and nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The sign of Cadre (web/src/icon.svg), drawn in the page itself: the policy lets no picture in. */
const SIGN = html`<a class="cadre" href="/" aria-label="Cadre"><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#0f6b5c"/><g stroke="#fff" stroke-width="1.8" fill="none"><path d="M16 11v4M16 15 8.6 20.2M16 15l7.4 5.2M16 15v6"/></g><g fill="#fff"><circle cx="16" cy="8.6" r="3.2"/><circle cx="7.6" cy="22" r="2.6"/><circle cx="16" cy="23.6" r="2.6"/><circle cx="24.4" cy="22" r="2.6"/></g></svg><span>Cadre</span></a>`;

/** A whole page. What goes into the template is escaped. */
export async function page(title: string, content: Html, status = 200): Promise<Response> {
  const text = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Cadre</title><style>${raw(STYLE)}</style></head>
<body><main>${SIGN}<section>${content}</section></main></body></html>`;
  return new Response(text.toString(), {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': PAGE_POLICY },
  });
}
