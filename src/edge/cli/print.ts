import Table from 'cli-table3';
import { CadreError, catalogue, type ErrorRecord, toErrorRecord } from '../../platform/kernel/errors.ts';
import { isRecord } from '../../platform/kernel/json.ts';
import type { Terminal } from './terminal.ts';

/** Exit codes: everything a script needs to tell apart. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3 } as const;

/** The exit code that fits an error. */
export function exitCodeOf(thrown: unknown): number {
  if (!(thrown instanceof CadreError)) return EXIT.failed;
  if (thrown.code === 'server/unreachable') return EXIT.unreachable;
  const isUsage =
    ['cli/usage', 'config/invalid'].includes(thrown.code) || thrown.code.startsWith('request/json');
  return isUsage ? EXIT.usage : EXIT.failed;
}

/** What happened, and what to do; with `--json` the same as one line of JSON. Never on standard output. */
export function printError(terminal: Terminal, thrown: unknown, json: boolean): void {
  const record = toErrorRecord(thrown);
  printRecord(terminal, record, json);
  if (json) return;
  if (thrown instanceof CadreError && record.code === 'internal/error' && thrown.cause) {
    terminal.note(`  ${terminal.paint('soft', String(thrown.cause))}`);
  }
}

/** The same of an error that was kept: its words are those it had then. */
export function printRecord(terminal: Terminal, record: ErrorRecord, json: boolean): void {
  if (json) {
    terminal.note(JSON.stringify({ error: record }));
    return;
  }
  terminal.note(
    `${terminal.paint('bad', 'Error:')} ${record.message} ${terminal.paint('soft', `(${record.code})`)}`,
  );
  terminal.note(`  ${record.hint || catalogue['internal/error'].hint}`);
}

type Fields = Record<string, unknown>;

/**
 * The answer of an operation for people: a table for a list, lines for one thing; amounts with six digits that count.
 *
 * @param first the command that makes the first of what an empty list would hold
 */
export function printAnswer(terminal: Terminal, answer: unknown, first?: string): void {
  if (isRecord(answer) && Array.isArray(answer.items)) {
    printList(terminal, answer.items.filter(isRecord), answer.nextCursor, first);
  } else if (isRecord(answer)) {
    for (const line of toLines(answer, '')) terminal.out(line);
  } else {
    terminal.out(typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2));
  }
}

/** Something wrong in a text, as operations that check texts answer it. */
interface TextProblem {
  line: number;
  column: number;
  message: string;
}

/** The problems of a text that was checked; undefined for every other answer. */
export function problemsIn(answer: unknown): TextProblem[] | undefined {
  if (!isRecord(answer) || !Array.isArray(answer.problems)) return undefined;
  const isProblem = (one: unknown) => isRecord(one) && 'line' in one && 'column' in one;
  return answer.problems.every(isProblem) ? answer.problems : undefined;
}

/** One line for each, as compilers write it and editors read it. */
export function printProblems(
  terminal: Terminal,
  problems: readonly TextProblem[],
  files: readonly string[],
): void {
  const name = files[0] === undefined || files[0] === '-' ? 'text' : files[0];
  for (const { line, column, message } of problems) terminal.out(`${name}:${line}:${column}: ${message}`);
  if (problems.length === 0) terminal.note(`${name}: nothing is wrong.`);
}

/** Columns people look for first, in this order; a narrow terminal drops the last ones. */
const FIRST =
  'id status name likeness goal role type subject question event eventType winner answer members'.split(' ');
/** Texts, whose beginning is better than nothing where a line is short. */
const TEXTS = ['goal', 'subject', 'question', 'description'];
const SHORTEST_TEXT = 16;
/** A text leaves room for what stands behind it. */
const TEXT_SHARE = 1 / 3;
const SPARED = ['tenantId', 'rootId', 'parentId', 'nextCursor', 'sha256'];

function printList(terminal: Terminal, items: Fields[], nextCursor: unknown, first?: string): void {
  if (items.length === 0) {
    terminal.note(first === undefined ? 'None.' : `None yet. The first: cadre ${first}`);
    return;
  }
  const names = new Set(items.flatMap((item) => Object.keys(item)));
  const shown = [...names]
    .filter((name) => !SPARED.includes(name) && items.some((item) => cell(item[name]) !== ''))
    .sort((a, b) => rank(a) - rank(b));
  const columns = new Map<string, number>();
  let width = 0;
  for (const name of shown) {
    const widest = Math.max(name.length, ...items.map((item) => cell(item[name]).length));
    const room = terminal.columns - width - 2;
    const longest = Math.min(room, Math.max(TEXT_SHARE * terminal.columns, name.length));
    const taken =
      TEXTS.includes(name) && room >= SHORTEST_TEXT ? Math.min(widest, Math.floor(longest)) : widest;
    if (columns.size > 0 && taken > room) continue;
    columns.set(name, taken);
    width += taken + 2;
  }
  const table = new Table({
    head: [...columns.keys()].map((name) => terminal.paint('bold', name)),
    chars: PLAIN,
    style: STYLE,
  });
  for (const item of items)
    table.push([...columns].map(([name, longest]) => shortened(cell(item[name]), longest)));
  terminal.out(table.toString());
  if (typeof nextCursor === 'string') terminal.note(terminal.paint('soft', `More: --cursor ${nextCursor}`));
}

const PLAIN = Object.fromEntries(
  'top,top-mid,top-left,top-right,bottom,bottom-mid,bottom-left,bottom-right,left,left-mid,mid,mid-mid,right,right-mid'
    .split(',')
    .map((name) => [name, '']),
);
PLAIN.middle = '  ';
const STYLE = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };

/** What people look for first; then what a thing says of itself; ids of other things and times last. */
function rank(name: string): number {
  const place = FIRST.indexOf(name);
  if (place !== -1) return place;
  if (name.endsWith('At')) return FIRST.length + 1;
  return /Id$|Hash$/.test(name) ? FIRST.length + 2 : FIRST.length;
}

/** A value in one line: of things their names, of other nested values the JSON. */
function cell(value: unknown): string {
  return shortened(inline(value).replaceAll(/\s+/g, ' '), 60);
}

function inline(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (isScalar(value)) return scalar(value);
  if (Array.isArray(value)) return value.map(inline).join(', ');
  if (!isRecord(value) || Object.keys(value).length === 0) return '';
  return typeof value.name === 'string' ? value.name : JSON.stringify(value);
}

function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function toLines(fields: Fields, indent: string): string[] {
  const scalars = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  const width = Math.max(0, ...scalars.filter(([, value]) => isScalar(value)).map(([name]) => name.length));
  return scalars.flatMap(([name, value]) => {
    if (isScalar(value)) return [`${indent}${name.padEnd(width)}  ${scalar(value)}`];
    if (Array.isArray(value) && value.every(isScalar))
      return value.length ? [`${indent}${name}: ${value.map(scalar).join(', ')}`] : [];
    if (Array.isArray(value)) {
      return [
        `${indent}${name}:`,
        ...value.map((item) => `${indent}  - ${isRecord(item) ? brief(item) : item}`),
      ];
    }
    if (!isRecord(value) || Object.keys(value).length === 0) return [];
    return [`${indent}${name}:`, ...toLines(value, `${indent}  `)];
  });
}

/** One line about a thing inside a thing. */
function brief(item: Fields): string {
  return Object.entries(item)
    .map(([name, value]) => [name, cell(value)] as const)
    .filter(([, text]) => text !== '')
    .sort(([a], [b]) => rank(a) - rank(b))
    .slice(0, 7)
    .map(([name, text]) => `${name} ${text}`)
    .join(' · ');
}

/** Digits of an amount that people read; `--json` has all of them. */
const DIGITS = 6;

function scalar(value: unknown): string {
  return typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(DIGITS)))
    : String(value);
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
