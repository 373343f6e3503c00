import { Hono } from 'hono';
import { html } from 'hono/html';
import { catalogue } from '../../platform/kernel/errors.ts';
import type { Operation } from '../../platform/kernel/operation.ts';
import type { DoorEnv } from './app.ts';
import { page } from './html.ts';
import { openApi } from './openapi.ts';

/**
 * `/openapi.json`, `/docs` and `/docs/errors`: made from the operations and the catalogue, without a script and
 * without anything from elsewhere, so they read the same on a machine with no network.
 */
export function docsRoutes(operations: readonly Operation[], version: string): Hono<DoorEnv> {
  const routes = new Hono<DoorEnv>();
  const document = JSON.stringify(openApi(operations, version));
  routes.get('/openapi.json', (c) => c.body(document, 200, { 'Content-Type': 'application/json' }));
  routes.get('/docs', () => page('API', reference(operations, version)));
  routes.get('/docs/errors', () => page('Errors', errors()));
  return routes;
}

function reference(operations: readonly Operation[], version: string) {
  const rooms = Map.groupBy(operations, (operation) => operation.name.split('.')[0] ?? '');
  return html`<h1>The API of Cadre ${version}</h1>
<p>Send <code>Authorization: Bearer &lt;key&gt;</code> with every call. Lists take <code>limit</code> and
<code>cursor</code>. Every POST takes an <code>Idempotency-Key</code>: the same key and body get the first answer
again. Errors are problem details with a <a href="/docs/errors">code</a>. For machines:
<a href="/openapi.json">openapi.json</a>.</p>
${[...rooms].map(([room, members]) => html`<h2 id="${room}">${room}</h2>${members.map(entry)}`)}`;
}

function entry(operation: Operation) {
  const { route } = operation;
  const document = openApi([operation], '');
  const [described] = Object.values(document.paths as Record<string, Record<string, unknown>>).flatMap(
    (methods) => Object.values(methods),
  );
  return html`<details id="${operation.name}"><summary><span class="verb">${route.method}</span>
<code>/api/v1${route.path}</code> ${operation.summary}</summary>
<p class="soft">${operation.name} · at least ${operation.permission} · ${operation.effect}${
    route.answer === 'events' ? ' · answers with server-sent events' : ''
  }</p>
<p>Example</p><pre>${curlOf(operation)}</pre>
<p>Schema</p><pre>${JSON.stringify(described, null, 2)}</pre></details>`;
}

/** The example of an operation as a command for the terminal. */
export function curlOf({ route, example }: Pick<Operation, 'route' | 'example'>): string {
  const rest = { ...(example as Record<string, unknown>) }; // an input is an object
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = encodeURIComponent(String(rest[name]));
    delete rest[name];
    return value;
  });
  const hasQuery = route.method === 'GET' || route.method === 'DELETE';
  const query = hasQuery
    ? new URLSearchParams(
        Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)]),
      ).toString()
    : '';
  const lines = [
    `curl${route.answer === 'events' ? ' -N' : ''}${route.method === 'GET' ? '' : ` -X ${route.method}`}` +
      ` "$CADRE_URL/api/v1${path}${query && `?${query}`}"`,
    '-H "Authorization: Bearer $CADRE_KEY"',
  ];
  if (route.body === 'multipart') lines.push('-F files=@letter.pdf -F files=@budget.xlsx');
  else if (!hasQuery && Object.keys(rest).length > 0) {
    lines.push(
      "-H 'Content-Type: application/json'",
      `-d '${JSON.stringify(rest).replaceAll("'", "'\\''")}'`,
    );
  }
  return lines.join(' \\\n  ');
}

function errors() {
  const entries = Object.entries(catalogue);
  return html`<h1>Errors</h1><p><a href="/docs">The API</a> · every refusal carries one of these codes.</p>
<table><tr><th>Code</th><th>Status</th><th>What happened</th><th>What to do</th></tr>
${entries.map(
  ([code, { status, message, hint, retryable }]) =>
    html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${message}</td>
<td>${hint}${retryable ? ' May be sent again.' : ''}</td></tr>`,
)}</table>`;
}

/** The catalogue as `docs/errors.md`; `scripts/docs.mjs` writes it and a test compares. */
export function errorsMarkdown(): string {
  const rooms = Map.groupBy(Object.entries(catalogue), ([code]) => code.split('/')[0] ?? '');
  const sections = [...rooms].map(([room, entries]) => {
    const rows = entries.map(([code, { status, message, hint, retryable }]) => {
      const cells = [`\`${code}\``, String(status), retryable ? 'yes' : 'no', message, hint];
      return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
    });
    const head = '| Code | Status | Retry | What happened | What to do |\n|---|---|---|---|---|';
    return `## ${room}\n\n${head}\n${rows.join('\n')}\n`;
  });
  return `# Errors

Every refusal of Cadre carries one of these codes: over HTTP as problem details (RFC 9457, \`code\`), on the command
line in brackets, in tasks as \`error.code\`. Braces hold the values at fault. "Retry" says whether the same request
may succeed later as it is.

Written by \`node scripts/docs.mjs\` from \`src/platform/kernel/errors.ts\`; do not edit.

${sections.join('\n')}`;
}
