import { CadreError } from '../platform/kernel/errors.ts';

/** What an expression works with. Whole numbers are `bigint`, so that `1` and `1.0` stay two things as in CEL. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Date
  | Duration
  | Value[]
  | Map<string, Value>;

/** A length of time. */
export interface Duration {
  ms: number;
}

export type Kind = 'null' | 'bool' | 'int' | 'double' | 'text' | 'timestamp' | 'duration' | 'list' | 'map';

/** Kinds as people name them: to them `1` and `1.5` are numbers. */
export const named = (kind: Kind): string => (kind === 'int' || kind === 'double' ? 'number' : kind);

export function kindOfValue(value: Value): Kind {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'text';
    default:
      if (value === null) return 'null';
      if (Array.isArray(value)) return 'list';
      if (value instanceof Map) return 'map';
      return value instanceof Date ? 'timestamp' : 'duration';
  }
}

/** What cannot be done with these values; who calls knows the place. */
export function refuse(detail: string): never {
  throw new CadreError('workflow/expression', { expression: '', detail });
}

export interface FunctionRule {
  /** Kinds of each value it takes, what it is called on first; `optional` of the last ones may be missing. */
  takes: ReadonlyArray<readonly Kind[]>;
  optional?: number;
  gives: Kind | 'dyn';
  /** Called as `value.name()`, or as `name(value)`. */
  isMethod: boolean;
  isFunction: boolean;
  /** The kinds have been compared with `takes`. */
  run(args: Value[]): Value;
}

/** Macros, with how many values they may be given. */
export const MACROS: Readonly<Record<string, readonly number[]>> = {
  map: [2, 3],
  filter: [2],
  all: [2],
  exists: [2],
  exists_one: [2],
};

export const MAX_INT = 9_223_372_036_854_775_807n;
export const MIN_INT = -9_223_372_036_854_775_808n;
/** Years 1 to 9999. */
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;

export function asInt(value: bigint): bigint {
  return value <= MAX_INT && value >= MIN_INT ? value : refuse('the whole number is too large');
}

export function asTimestamp(ms: number): Date {
  return ms >= FIRST_MS && ms <= LAST_MS ? new Date(ms) : refuse('the time is not in the years 1 to 9999');
}

const ALL: readonly Kind[] = [
  'null',
  'bool',
  'int',
  'double',
  'text',
  'timestamp',
  'duration',
  'list',
  'map',
];
const TEXT: readonly Kind[] = ['text'];
const INT: readonly Kind[] = ['int'];
const TIME: readonly Kind[] = ['timestamp'];

const method = (
  takes: FunctionRule['takes'],
  gives: Kind,
  run: FunctionRule['run'],
  optional = 0,
): FunctionRule => ({ takes, gives, run, optional, isMethod: true, isFunction: false });

const conversion = (from: readonly Kind[], gives: Kind, run: (value: Value) => Value): FunctionRule => ({
  takes: [from],
  gives,
  isMethod: false,
  isFunction: true,
  run: ([value = null]) => run(value),
});

/** The casts here and below: `takes` says what the values are, and it has been looked at. */
const onTexts = (takes: FunctionRule['takes'], gives: Kind, run: (...texts: string[]) => Value) =>
  method(takes, gives, (args) => run(...(args as string[])));

const ofTime = (read: (time: Date) => number) =>
  method([TIME], 'int', ([time]) => BigInt(read(time as Date)));

/** A part of a time, or all of a duration in that unit. */
const ofTimeOrDuration = (read: (time: Date) => number, unitMs: number) =>
  method([['timestamp', 'duration']], 'int', ([value]) =>
    BigInt(value instanceof Date ? read(value) : Math.trunc((value as Duration).ms / unitMs)),
  );

/** Where a text stands in another, counted in characters as people see them, not in halves of them. */
function place(text: string, at: number): bigint {
  return BigInt(at < 0 ? -1 : [...text.slice(0, at)].length);
}

function cut(args: Value[]): string {
  const [text, from, to] = args as [string, bigint, bigint | undefined];
  const characters = [...text];
  const end = to ?? BigInt(characters.length);
  if (from < 0n || end < from || end > BigInt(characters.length))
    refuse(`there is no part from ${from} to ${end} in a text of ${characters.length} characters`);
  return characters.slice(Number(from), Number(end)).join('');
}

function joined(args: Value[]): string {
  const [list, between = ''] = args as [Value[], string | undefined];
  if (!list.every((item) => typeof item === 'string')) refuse('join() takes a list of texts; see string()');
  return list.join(between);
}

function sized([value]: Value[]): bigint {
  if (typeof value === 'string') {
    let count = 0n;
    for (const _ of value) count += 1n;
    return count;
  }
  return BigInt(Array.isArray(value) ? value.length : (value as Map<string, Value>).size);
}

function toInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number')
    return Number.isFinite(value) ? asInt(BigInt(Math.trunc(value))) : refuse('it is not finite');
  if (value instanceof Date) return BigInt(Math.floor(value.getTime() / 1000));
  return typeof value === 'string' && /^[+-]?\d{1,20}$/.test(value)
    ? asInt(BigInt(value.replace('+', '')))
    : refuse('the text is not a whole number');
}

function toDouble(value: Value): number {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  return typeof value === 'string' && /^[+-]?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,4})?$/.test(value)
    ? Number(value)
    : refuse('the text is not a number');
}

function toBool(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return refuse('the text is neither "true" nor "false"');
}

/** A value as text: what templates show, too. */
export function toText(value: Value): string {
  if (value instanceof Date) return value.toISOString();
  if (kindOfValue(value) === 'duration') return `${(value as Duration).ms / 1000}s`;
  return String(value);
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function toTimestamp(value: Value): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'bigint') return asTimestamp(Number(value) * 1000);
  const time = typeof value === 'string' && RFC_3339.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? refuse('it is not a time like 2026-05-01T09:30:00Z') : asTimestamp(time);
}

const UNITS_MS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

function toDuration(value: Value): Duration {
  if (typeof value !== 'string') return value as Duration; // as said above
  const [, sign = '', parts = ''] =
    /^([+-]?)((?:\d{1,12}(?:\.\d{1,6})?(?:h|ms|m|s))+)$/.exec(value.slice(0, 100)) ?? [];
  if (parts === '') refuse('it is not a duration like 1h30m or 90s');
  let ms = 0;
  for (const [, count, unit] of parts.matchAll(/([\d.]+)(h|ms|m|s)/g))
    ms += Number(count) * (UNITS_MS[unit ?? ''] ?? 0);
  return { ms: sign === '-' ? -ms : ms };
}

/** Everything that can be called, and nothing else can. No patterns: they can take for ever. */
export const FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  size: { takes: [['text', 'list', 'map']], gives: 'int', isMethod: true, isFunction: true, run: sized },
  contains: onTexts([TEXT, TEXT], 'bool', (text, part = '') => text?.includes(part) ?? false),
  startsWith: onTexts([TEXT, TEXT], 'bool', (text, part = '') => text?.startsWith(part) ?? false),
  endsWith: onTexts([TEXT, TEXT], 'bool', (text, part = '') => text?.endsWith(part) ?? false),
  indexOf: onTexts([TEXT, TEXT], 'int', (text = '', part = '') => place(text, text.indexOf(part))),
  lastIndexOf: onTexts([TEXT, TEXT], 'int', (text = '', part = '') => place(text, text.lastIndexOf(part))),
  lowerAscii: onTexts([TEXT], 'text', (text = '') => text.replace(/[A-Z]+/g, (part) => part.toLowerCase())),
  upperAscii: onTexts([TEXT], 'text', (text = '') => text.replace(/[a-z]+/g, (part) => part.toUpperCase())),
  trim: onTexts([TEXT], 'text', (text = '') => text.trim()),
  substring: method([TEXT, INT, INT], 'text', cut, 1),
  split: onTexts([TEXT, TEXT], 'list', (text = '', between = '') => text.split(between)),
  join: method([['list'], TEXT], 'text', joined, 1),
  int: conversion(['int', 'double', 'text', 'timestamp'], 'int', toInt),
  double: conversion(['int', 'double', 'text'], 'double', toDouble),
  bool: conversion(['bool', 'text'], 'bool', toBool),
  string: conversion(['text', 'bool', 'int', 'double', 'timestamp', 'duration'], 'text', toText),
  timestamp: conversion(['text', 'int', 'timestamp'], 'timestamp', toTimestamp),
  duration: conversion(['text', 'duration'], 'duration', toDuration),
  /** Says nothing of its type to the check when a workflow is saved. */
  dyn: { takes: [ALL], gives: 'dyn', isMethod: false, isFunction: true, run: ([value = null]) => value },
  getFullYear: ofTime((time) => time.getUTCFullYear()),
  getMonth: ofTime((time) => time.getUTCMonth()),
  getDate: ofTime((time) => time.getUTCDate()),
  getDayOfMonth: ofTime((time) => time.getUTCDate() - 1),
  getDayOfWeek: ofTime((time) => time.getUTCDay()),
  getHours: ofTimeOrDuration((time) => time.getUTCHours(), 3_600_000),
  getMinutes: ofTimeOrDuration((time) => time.getUTCMinutes(), 60_000),
  getSeconds: ofTimeOrDuration((time) => time.getUTCSeconds(), 1_000),
  getMilliseconds: ofTimeOrDuration((time) => time.getUTCMilliseconds(), 1),
};
