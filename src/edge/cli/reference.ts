import type { Operation } from '../../platform/kernel/operation.ts';
import { commandName, placesOf } from './derived.ts';

const BEGIN = '<!-- commands: written by scripts/docs.mjs -->';
const END = '<!-- end of commands -->';

/** The table of derived commands for `docs/cli.md`. */
export function commandsMarkdown(operations: readonly Operation[]): string {
  const rows = operations
    .map((operation) => {
      const places = placesOf(operation).map((place) => ` <${place}>`);
      const name = `\`cadre ${commandName(operation)}${places.join('')}\``;
      return `| ${name} | ${operation.summary.replaceAll('|', '\\|')} | ${operation.permission} | \`${operation.name}\` |`;
    })
    .sort();
  return `| Command | What it does | Least role | Operation |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** The page with its table replaced; a page without the marks gets it at the end. */
export function withCommands(page: string, table: string): string {
  const block = `${BEGIN}\n${table}${END}`;
  const start = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (start === -1 || end === -1) return `${page}${page && '\n'}${block}\n`;
  return page.slice(0, start) + block + page.slice(end + END.length);
}
