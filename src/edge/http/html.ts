import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';

type Html = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1b1f; --soft: #5d5d66; --line: #d9d9de; --paper: #fff; --accent: #1d4ed8; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf0; --soft: #a5a5b0; --line: #3a3a42; --paper: #17171a; --accent: #8ab4ff; } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 52rem; margin: 3rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; } a { color: var(--accent); }
code, pre { font: 0.88em/1.5 ui-monospace, monospace; } pre { overflow-x: auto; padding: 0.8rem; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; } th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.7rem 0.35rem 0; border-bottom: 1px solid var(--line); }
.soft { color: var(--soft); } .verb { font: 600 0.8em ui-monospace, monospace; }
button { font: inherit; padding: 0.5rem 1.2rem; border-radius: 6px; border: 1px solid var(--accent); background: var(--accent); color: var(--paper); cursor: pointer; }
details { margin: 0.6rem 0; } summary { cursor: pointer; }
`;

/** Pages bring no script and one known style; the policy allows exactly that style and nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A whole page. What goes into the template is escaped. */
export async function page(title: string, content: Html, status = 200): Promise<Response> {
  const text = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · Cadre</title><style>${raw(STYLE)}</style></head><body>${content}</body></html>`;
  return new Response(text.toString(), {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': PAGE_POLICY },
  });
}
