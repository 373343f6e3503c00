import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';

/**
 * Input references between steps: `{{step.output.path.0.name}}` in a text of a step's input stands for a value in
 * the result of a step it depends on (FEATURES WF-4 writes `result` for `output`; both are read). A text that is
 * nothing but one reference becomes the value with its type; inside a longer text the value becomes text.
 * One pass only: what a result holds is never read as a reference again.
 */

export interface Reference {
  /** As written, with braces. */
  text: string;
  step: string;
  /** Keys and indexes below the output, outermost first. */
  path: string[];
}

const REFERENCE = /\{\{([^{}]*)\}\}/g;

/** All references in the texts of a value, in order. @throws CadreError `plan/bad-reference` for a malformed one */
export function referencesIn(value: Json): Reference[] {
  if (typeof value === 'string') return [...value.matchAll(REFERENCE)].map(([text]) => parse(text));
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(referencesIn);
  return [];
}

/**
 * The input with every reference replaced.
 * @param results outputs by step name, of the steps this one depends on
 * @throws CadreError `plan/bad-reference` when a step or a field is not there
 */
export function resolveReferences(
  input: Record<string, Json>,
  results: Readonly<Record<string, unknown>>,
): Record<string, Json> {
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, resolve(value, results)]));
}

/** Words of somebody that may hold braces, so that none of them is read as a reference. */
export const withoutReferences = (text: string): string => text.replace(/\{(?=\{)/g, '{ ');

function resolve(value: Json, results: Readonly<Record<string, unknown>>): Json {
  if (typeof value === 'string') return resolveText(value, results);
  if (Array.isArray(value)) return value.map((item) => resolve(item, results));
  if (value !== null && typeof value === 'object') return resolveReferences(value, results);
  return value;
}

function resolveText(text: string, results: Readonly<Record<string, unknown>>): Json {
  const whole = /^\s*(\{\{[^{}]*\}\})\s*$/.exec(text)?.[1];
  if (whole) return lookUp(parse(whole), results);
  return text.replace(REFERENCE, (written) => {
    const found = lookUp(parse(written), results);
    return typeof found === 'string' ? found : JSON.stringify(found);
  });
}

function parse(text: string): Reference {
  const [step, door, ...path] = text
    .slice(2, -2)
    .split('.')
    .map((part) => part.trim());
  if (!step || (door !== undefined && door !== 'output' && door !== 'result') || path.includes('')) {
    throw new CadreError('plan/bad-reference', {
      reference: text,
      detail: 'write {{step.output}} or {{step.output.field.0}}',
    });
  }
  return { text, step, path };
}

function lookUp(reference: Reference, results: Readonly<Record<string, unknown>>): Json {
  const refuse = (detail: string) =>
    new CadreError('plan/bad-reference', { reference: reference.text, detail });
  if (!Object.hasOwn(results, reference.step))
    throw refuse(`no result of a step "${reference.step}" is here`);
  let value: unknown = results[reference.step];
  for (const key of reference.path) {
    // Own fields only: `constructor` and `length` are not part of a result.
    const index = Array.isArray(value) && /^(0|[1-9]\d*)$/.test(key);
    if (
      value === null ||
      typeof value !== 'object' ||
      (Array.isArray(value) && !index) ||
      !Object.hasOwn(value, key)
    )
      throw refuse(`the result has no "${key}"`);
    // An object with own field `key`: the checks above make the index safe.
    value = (value as Record<string, unknown>)[key];
  }
  if (value === undefined) throw refuse('the result is empty there');
  // Results of steps are stored as JSON, so whatever is in them is JSON.
  return value as Json;
}
