import { sha256 } from '../../platform/kernel/random.ts';
import { clean } from './outline.ts';
import { STYLE } from './render-style.ts';

/** What stands round a page. Text; only `body` is HTML, escaped by whoever wrote it. */
export interface Frame {
  title: string;
  scope: string;
  badge: string;
  body: string;
  howMade: string;
}

/** One HTML file: its policy allows its own style sheet (by hash) and nothing else. */
export function renderFrame({ title, scope, badge, body, howMade }: Frame): string {
  const hash = Buffer.from(sha256(STYLE), 'hex').toString('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="scope">${escapeHtml(scope)} <span class="badge">${escapeHtml(badge)}</span></p>
</header>
${body}
<footer><p>${escapeHtml(howMade)}</p></footer>
</main>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return clean(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}
