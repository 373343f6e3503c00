import { mapTexts } from './prompt-text.ts';
import type { Technique } from './technique.ts';

/**
 * Lists of records in JSON name every field in every record. As a table the names stand once: each list of at least
 * `MIN_ROWS` records with the same fields is taken out of the JSON, `"@table 1"` stands in its place, and its rows
 * follow. Values come back exactly; white space of the JSON does not.
 *
 *   {"total":3,"items":"@table 1"}
 *   @table 1 id|status|done
 *   t-1|running|false
 */
type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
type Record_ = { [key: string]: Value };

/** Fewer rows do not pay for the line of names. */
const MIN_ROWS = 2;
const MARK = '@table ';
const HEADER = /^@table (\d+) (.*)$/s;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The text in its shortest form, or the text itself when it is no JSON or holds what looks like a table already. */
export function tabulate(text: string): string {
  const first = text.trimStart()[0];
  if ((first !== '{' && first !== '[') || text.includes(MARK)) return text;
  let value: Value;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const tables: string[] = [];
  const outer = takeTables(value, tables);
  const written = [JSON.stringify(outer), ...tables].join('\n');
  // Long integers, doubled keys and the like change when they are parsed: what would not come back stays as it is.
  return written.length < text.length && JSON.stringify(value) === withoutSpace(text) ? written : text;
}

/** JSON without the white space between its values. */
export function withoutSpace(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

function takeTables(value: Value, tables: string[]): Value {
  if (Array.isArray(value)) {
    if (!isTable(value)) return value.map((one) => takeTables(one, tables));
    const names = Object.keys(value[0] ?? {});
    const at = tables.push('');
    const rows = value.map((record) => names.map((name) => cell(record[name] ?? null)).join('|'));
    tables[at - 1] = [`${MARK}${at} ${names.map(cell).join('|')}`, ...rows].join('\n');
    return `${MARK}${at}`;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, takeTables(one, tables)]));
}

function isTable(list: Value[]): list is Record_[] {
  const first = list[0];
  if (list.length < MIN_ROWS || !isRecord(first)) return false;
  const names = Object.keys(first);
  return (
    names.length > 0 &&
    list.every(
      (one) =>
        isRecord(one) &&
        Object.keys(one).length === names.length &&
        names.every((name, at) => Object.keys(one)[at] === name),
    )
  );
}

function isRecord(value: Value | undefined): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A cell: words as they are, everything else as JSON. `-` is null, the commonest value of all. */
function cell(value: Value): string {
  if (value === null) return '-';
  if (typeof value !== 'string') return JSON.stringify(value).replaceAll('|', '\\u007c');
  const isPlain =
    value !== '-' && !/[|\n\r\u2028\u2029]|^["{[@]|^\s|\s$/.test(value) && value !== '' && !isJsonWord(value);
  return isPlain ? value : JSON.stringify(value).replaceAll('|', '\\u007c');
}

function isJsonWord(text: string): boolean {
  return NUMBER.test(text) || text === 'true' || text === 'false';
}

function fromCell(text: string): Value {
  if (text === '-') return null;
  return /^["{[]/.test(text) || isJsonWord(text) ? JSON.parse(text) : text;
}

/** The JSON that `tabulate` was given, without white space; any other text as it is. */
export function untabulate(text: string): string {
  const [outer = '', ...lines] = text.split('\n');
  if (!lines[0]?.startsWith(MARK)) return text;
  const tables = new Map<string, Record_[]>();
  let names: string[] = [];
  let rows: Record_[] = [];
  for (const line of lines) {
    const header = HEADER.exec(line);
    if (header) {
      names = (header[2] ?? '').split('|').map((one) => String(fromCell(one) ?? '-'));
      rows = [];
      tables.set(`${MARK}${header[1]}`, rows);
    } else {
      const cells = line.split('|').map(fromCell);
      rows.push(Object.fromEntries(names.map((name, at) => [name, cells[at] ?? null])));
    }
  }
  const put = (value: Value): Value => {
    if (typeof value === 'string') return tables.get(value) ?? value;
    if (Array.isArray(value)) return value.map(put);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, put(one)]));
  };
  return JSON.stringify(put(JSON.parse(outer)));
}

export const tables: Technique = {
  name: 'tables',
  what: 'Lists of records in results of tools are sent as tables: the names of the fields stand once.',
  note: '"@table 1" stands for the list of records whose rows follow; - is null.',
  kind: 'exact',
  apply: (prompt, { count }) => ({
    prompt: mapTexts(prompt, ['result'], (text) => {
      const shorter = tabulate(text);
      return shorter !== text && count(shorter) < count(text) ? shorter : text;
    }),
    omitted: [],
  }),
  restore: (prompt) => mapTexts(prompt, ['result'], untabulate),
};
