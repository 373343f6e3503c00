import { CadreError } from '../../platform/kernel/errors.ts';
import { messageOf } from '../../platform/kernel/json.ts';
import type { Composer } from '../composer.ts';
import type { DocumentText } from '../document.ts';
import { MAX_DEPTH } from '../limits.ts';

/** A value of JSON in which numbers are texts, so that `1.10` and numbers of forty digits stay as written. */
type Value = null | boolean | string | Value[] | { [key: string]: Value };

/** Longer texts inside JSON are encoded pictures or other data that nobody reads. */
const MAX_VALUE = 100_000;

/** JSON, or one JSON value per line: a list of like records becomes a table, all else a line `path: value`. */
export function readJson(name: string, text: string, composer: Composer): DocumentText['meta'] {
  const value = parseValue(name, text);
  refuseDepth(name, value);
  write(composer, '', value);
  return meta(value);
}

function parseValue(name: string, text: string): Value {
  try {
    return parse(text);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new CadreError('file/too-deep', { name, limit: MAX_DEPTH }, { cause });
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    try {
      if (lines.length > 1) return lines.map(parse);
    } catch {
      // neither form: the first error is the one to report
    }
    throw new CadreError(
      'file/unreadable',
      { name, detail: `it is not JSON: ${messageOf(cause)}` },
      { cause },
    );
  }
}

function parse(text: string): Value {
  return JSON.parse(text.replace(/^\ufeff/, ''), asWritten) as Value; // numbers became texts
}

/** JSON.parse hands over the source text of each plain value, which the library's types do not say yet. */
function asWritten(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}

/** Without recursion: what is too deep would overflow the stack of any later step. */
function refuseDepth(name: string, root: Value): void {
  const stack = [{ value: root, depth: 1 }];
  for (let item = stack.pop(); item; item = stack.pop()) {
    if (item.value === null || typeof item.value !== 'object') continue;
    if (item.depth > MAX_DEPTH) throw new CadreError('file/too-deep', { name, limit: MAX_DEPTH });
    for (const value of Object.values(item.value)) stack.push({ value, depth: item.depth + 1 });
  }
}

function write(composer: Composer, path: string, value: Value): void {
  if (composer.full) return;
  if (Array.isArray(value)) {
    const columns = recordColumns(value);
    if (columns) {
      const rows = value.map((record) =>
        columns.map((column) => shown((record as Record<string, Value>)[column])),
      );
      composer.table(path || 'records', columns, rows);
    } else if (value.length > 0 && value.every(isPlain)) {
      field(composer, path, value.map(shown).join(', '));
    } else {
      for (const [index, item] of value.entries()) write(composer, `${path}[${index}]`, item);
    }
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) write(composer, path ? `${path}.${key}` : key, item);
  } else {
    field(composer, path, shown(value));
  }
}

function field(composer: Composer, path: string, text: string): void {
  if (text === '') return;
  if (text.length > MAX_VALUE) {
    composer.warn(`The field ${path} holds ${text.length} characters; it was left out.`);
    return;
  }
  composer.block('field', path ? `${path}: ${text}` : text, { label: path });
}

/** The keys of a list of at least two flat records that share most of their keys; otherwise undefined. */
function recordColumns(list: Value[]): string[] | undefined {
  if (list.length < 2) return undefined;
  const keys = new Map<string, number>();
  for (const record of list) {
    if (record === null || typeof record !== 'object' || Array.isArray(record)) return undefined;
    for (const [key, value] of Object.entries(record)) {
      if (!isPlain(value) || shown(value).length > 1_000) return undefined;
      keys.set(key, (keys.get(key) ?? 0) + 1);
    }
  }
  const cells = [...keys.values()].reduce((sum, count) => sum + count, 0);
  return cells >= (keys.size * list.length) / 2 ? [...keys.keys()] : undefined;
}

function isPlain(value: Value): boolean {
  return value === null || typeof value !== 'object';
}

function shown(value: Value | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

function meta(value: Value): DocumentText['meta'] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {};
  const { title, author } = value;
  return {
    ...(typeof title === 'string' && title !== '' && { title: title.slice(0, 500) }),
    ...(typeof author === 'string' && author !== '' && { author: author.slice(0, 500) }),
  };
}
