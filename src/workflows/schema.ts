import { isRecord, type Json } from '../platform/kernel/json.ts';

/**
 * JSON Schema, as far as workflows use it for what goes in and out. A keyword that is not known here is refused when
 * the workflow is saved and never passed over, so that a schema never promises more than is looked at. No `pattern`:
 * regular expressions can take for ever.
 */

type Schema = { [key: string]: Json };

const TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'] as const;

/** What each keyword must be. */
const KEYWORDS: Readonly<Record<string, (value: Json) => string | undefined>> = {
  type: (value) =>
    [value].flat().length > 0 && [value].flat().every((one) => (TYPES as readonly Json[]).includes(one))
      ? undefined
      : `must be one of ${TYPES.join(', ')}, or a list of them`,
  enum: (value) => (Array.isArray(value) && value.length > 0 ? undefined : 'must be a list of values'),
  const: () => undefined,
  minLength: count,
  maxLength: count,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: (value) => (typeof value === 'number' && value > 0 ? undefined : 'must be a number above 0'),
  minItems: count,
  maxItems: count,
  uniqueItems: bool,
  minProperties: count,
  maxProperties: count,
  required: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string')
      ? undefined
      : 'must be a list of names',
  properties: (value) => (isRecord(value) ? undefined : 'must have a schema for each name'),
  additionalProperties: () => undefined,
  items: () => undefined,
  anyOf: schemas,
  oneOf: schemas,
  allOf: schemas,
  not: () => undefined,
  // These say something to people and change nothing.
  title: text,
  description: text,
  $comment: text,
  $schema: text,
  examples: (value) => (Array.isArray(value) ? undefined : 'must be a list'),
  default: () => undefined,
  deprecated: bool,
  readOnly: bool,
  writeOnly: bool,
};

function count(value: Json): string | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : 'must be a whole number from 0';
}
function number(value: Json): string | undefined {
  return typeof value === 'number' ? undefined : 'must be a number';
}
function bool(value: Json): string | undefined {
  return typeof value === 'boolean' ? undefined : 'must be true or false';
}
function text(value: Json): string | undefined {
  return typeof value === 'string' ? undefined : 'must be a text';
}
function schemas(value: Json): string | undefined {
  return Array.isArray(value) && value.length > 0 ? undefined : 'must be a list of schemas';
}

export interface SchemaProblem {
  /** Keys that lead to it. */
  place: Array<string | number>;
  message: string;
}

/** Schemas in schemas: more are refused, because what walks over them needs a stack. */
const MAX_SCHEMA_DEPTH = 32;
/** Each item of a list is held against all of it. */
const MAX_SCHEMA_CHARACTERS = 20_000;

/** What is wrong with a schema itself; nothing when `conforms` can be asked about it. */
export function schemaProblems(schema: Json, place: Array<string | number> = []): SchemaProblem[] {
  if (typeof schema === 'boolean') return [];
  if (!isRecord(schema)) return [{ place, message: 'a JSON Schema is an object, true or false' }];
  if (place.length === 0 && JSON.stringify(schema).length > MAX_SCHEMA_CHARACTERS)
    return [{ place, message: `the JSON Schema is longer than ${MAX_SCHEMA_CHARACTERS} characters` }];
  if (place.length > 2 * MAX_SCHEMA_DEPTH) return [{ place, message: 'the JSON Schema is nested too deep' }];
  return Object.entries(schema).flatMap(([key, value]) => {
    const rule = Object.hasOwn(KEYWORDS, key) ? KEYWORDS[key] : undefined;
    if (!rule)
      return [{ place: [...place, key], message: `the keyword ${key} of JSON Schema is not supported` }];
    const wrong = rule(value);
    if (wrong !== undefined) return [{ place: [...place, key], message: `${key} ${wrong}` }];
    return innerOf(key, value).flatMap(([inner, one]) => schemaProblems(one, [...place, ...inner]));
  });
}

function innerOf(key: string, value: Json): Array<[place: Array<string | number>, schema: Json]> {
  if (key === 'properties' && isRecord(value))
    return Object.entries(value).map(([name, one]) => [[key, name], one]);
  if (['items', 'additionalProperties', 'not'].includes(key)) return [[[key], value]];
  if (['anyOf', 'oneOf', 'allOf'].includes(key) && Array.isArray(value))
    return value.map((one, index) => [[key, index], one]);
  return [];
}

/** What is wrong with a value, in words; undefined when it is as the schema says. */
export function conforms(schema: Json, value: Json, place = ''): string | undefined {
  if (schema === true) return undefined;
  const here = place === '' ? 'it' : place;
  if (!isRecord(schema)) return `${here} is not allowed`;
  for (const [key, rule] of Object.entries(schema)) {
    const wrong = breaks(key, rule, schema, value, place);
    if (wrong !== undefined) return wrong.includes('\n') ? wrong.slice(1) : `${here} ${wrong}`;
  }
  return undefined;
}

/** What one keyword finds wrong; a text that begins a line names its own place. */
function breaks(key: string, rule: Json, schema: Schema, value: Json, place: string): string | undefined {
  switch (key) {
    case 'type':
      return [rule].flat().some((type) => isOfType(String(type), value))
        ? undefined
        : `must be ${[rule].flat().join(' or ')}, not ${typeName(value)}`;
    case 'enum':
      return (rule as Json[]).some((one) => isSame(one, value))
        ? undefined
        : `must be one of ${clip((rule as Json[]).map((one) => JSON.stringify(one)).join(', '))}`;
    case 'const':
      return isSame(rule, value) ? undefined : `must be ${clip(JSON.stringify(rule))}`;
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
    case 'not':
      return ofSchemas(key, rule, value, place);
    default:
  }
  if (typeof value === 'string') return ofText(key, Number(rule), value);
  if (typeof value === 'number') return ofNumber(key, Number(rule), value);
  if (Array.isArray(value)) return ofList(key, rule, value, place);
  return isRecord(value) ? ofObject(key, rule, schema, value, place) : undefined;
}

function ofSchemas(key: string, rule: Json, value: Json, place: string): string | undefined {
  if (key === 'not') return conforms(rule, value, place) === undefined ? 'is what it must not be' : undefined;
  const wrongs = (rule as Json[]).map((one) => conforms(one, value, place));
  const first = wrongs.find((wrong) => wrong !== undefined);
  const fitting = wrongs.filter((wrong) => wrong === undefined).length;
  if (key === 'allOf') return first === undefined ? undefined : `\n${first}`;
  if (fitting === 0) return `fits none of ${wrongs.length} schemas: ${first}`;
  return key === 'oneOf' && fitting > 1
    ? `fits ${fitting} of the schemas of which it must fit one`
    : undefined;
}

function ofText(key: string, limit: number, value: string): string | undefined {
  if (key !== 'minLength' && key !== 'maxLength') return undefined;
  const length = [...value].length;
  if (key === 'minLength' && length < limit) return `must have ${limit} characters or more`;
  return key === 'maxLength' && length > limit ? `must have ${limit} characters or fewer` : undefined;
}

function ofNumber(key: string, limit: number, value: number): string | undefined {
  if (key === 'minimum' && value < limit) return `must be ${limit} or more`;
  if (key === 'maximum' && value > limit) return `must be ${limit} or less`;
  if (key === 'exclusiveMinimum' && value <= limit) return `must be more than ${limit}`;
  if (key === 'exclusiveMaximum' && value >= limit) return `must be less than ${limit}`;
  if (key !== 'multipleOf') return undefined;
  const times = value / limit;
  return Math.abs(times - Math.round(times)) < 1e-9 ? undefined : `must be a multiple of ${limit}`;
}

function ofList(key: string, rule: Json, value: Json[], place: string): string | undefined {
  if (key === 'minItems' && value.length < Number(rule)) return `must have ${rule} items or more`;
  if (key === 'maxItems' && value.length > Number(rule)) return `must have ${rule} items or fewer`;
  if (key === 'uniqueItems' && rule === true && new Set(value.map(sorted)).size < value.length)
    return 'must have no item twice';
  if (key !== 'items') return undefined;
  for (const [index, item] of value.entries()) {
    const wrong = conforms(rule, item, `${place}[${index}]`);
    if (wrong !== undefined) return `\n${wrong}`;
  }
  return undefined;
}

function ofObject(key: string, rule: Json, schema: Schema, value: Schema, place: string): string | undefined {
  const within = (name: string) => (place === '' ? name : `${place}.${name}`);
  const keys = Object.keys(value);
  if (key === 'minProperties' && keys.length < Number(rule)) return `must have ${rule} properties or more`;
  if (key === 'maxProperties' && keys.length > Number(rule)) return `must have ${rule} properties or fewer`;
  if (key === 'required') {
    const missing = (rule as string[]).find((name) => !Object.hasOwn(value, name));
    return missing === undefined ? undefined : `\n${within(missing)} is missing`;
  }
  if (key !== 'properties' && key !== 'additionalProperties') return undefined;
  const named = isRecord(schema.properties) ? schema.properties : {};
  for (const name of keys) {
    const isNamed = Object.hasOwn(named, name);
    if (isNamed !== (key === 'properties')) continue;
    const wrong = conforms((isNamed ? named[name] : rule) ?? true, value[name] ?? null, within(name));
    if (wrong !== undefined) return `\n${wrong}`;
  }
  return undefined;
}

function isOfType(type: string, value: Json): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return type === typeName(value);
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const isSame = (one: Json, other: Json) =>
  one === other || (typeof one === 'object' && typeof other === 'object' && sorted(one) === sorted(other));

/** A value as text, the same for the same content. */
function sorted(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

const clip = (words: string) => (words.length > 120 ? `${words.slice(0, 120)}…` : words);
