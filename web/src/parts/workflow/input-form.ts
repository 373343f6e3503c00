import { type Free, type Payload, readJson } from '../message/payload-form.ts';

/** A form for what a workflow is given, made from the JSON Schema that it says (`input`). */

export interface InputField {
  name: string;
  label: string;
  /** `words`: texts, one a line; `data`: anything else, as JSON. */
  kind: 'line' | 'number' | 'whole' | 'yes' | 'choice' | 'words' | 'data';
  required: boolean;
  hint: string | undefined;
  choices: readonly string[];
  /** What is typed already. */
  start: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of a schema; undefined when it names none: then the whole input is written as JSON. */
export function fieldsOf(schema: unknown): InputField[] | undefined {
  if (!isObject(schema) || !isObject(schema.properties)) return undefined;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const entries = Object.entries(schema.properties);
  if (entries.length === 0) return undefined;
  return entries.map(([name, said]) => fieldOf(name, isObject(said) ? said : {}, required.includes(name)));
}

function fieldOf(name: string, said: Record<string, unknown>, required: boolean): InputField {
  const kind = kindOf(said);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const hint = [text(said.description), HINTS[kind]].filter(Boolean).join(' ');
  return {
    name,
    label: `${text(said.title) ?? name}${required ? '' : ' (may be left out)'}`,
    kind,
    required,
    hint: hint === '' ? undefined : hint,
    choices: kind === 'choice' && Array.isArray(said.enum) ? said.enum.map(String) : [],
    start: startOf(kind, said.default),
  };
}

const HINTS: Partial<Record<InputField['kind'], string>> = {
  words: 'One a line.',
  data: 'As JSON.',
};

function kindOf({ type, enum: choices, items }: Record<string, unknown>): InputField['kind'] {
  if (Array.isArray(choices) && choices.every((choice) => typeof choice === 'string')) return 'choice';
  if (type === 'string') return 'line';
  if (type === 'number') return 'number';
  if (type === 'integer') return 'whole';
  if (type === 'boolean') return 'yes';
  if (type === 'array' && isObject(items) && items.type === 'string') return 'words';
  return 'data';
}

function startOf(kind: InputField['kind'], value: unknown): string {
  if (value === undefined) return '';
  if (kind === 'words' && Array.isArray(value)) return value.join('\n');
  return kind === 'data' || typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export type Typed = Readonly<Record<string, string>>;

/** The input that was typed, or what is wrong with each field. The server has the last word. */
export function readInput(
  fields: readonly InputField[],
  typed: Typed,
): { input: Payload } | { problems: Record<string, string> } {
  const input: Payload = {};
  const problems: Record<string, string> = {};
  for (const { name, kind, required } of fields) {
    const text = typed[name] ?? '';
    if (text.trim() === '') {
      if (required) problems[name] = 'It is needed.';
      continue;
    }
    const read = readValue(kind, text);
    if ('problem' in read) problems[name] = read.problem;
    else input[name] = read.value;
  }
  return Object.keys(problems).length > 0 ? { problems } : { input };
}

function readValue(kind: InputField['kind'], text: string): { value: Free } | { problem: string } {
  if (kind === 'number' || kind === 'whole') {
    const value = Number(text);
    if (kind === 'whole' && !Number.isInteger(value)) return { problem: 'A whole number, such as 3.' };
    return Number.isFinite(value) ? { value } : { problem: 'A number, such as 0.5.' };
  }
  if (kind === 'yes') return { value: text === 'true' };
  if (kind === 'words')
    return {
      value: text
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    };
  if (kind !== 'data') return { value: text };
  // Any JSON: read as the value of a field.
  const read = readJson(`{"value": ${text}\n}`);
  if ('problem' in read || Object.keys(read.payload).length !== 1) return { problem: 'This is no JSON.' };
  return { value: read.payload.value ?? null };
}
