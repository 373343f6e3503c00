import { Environment } from '@marcbachmann/cel-js';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';

/** What an expression can see, by name: JSON. */
export type Scope = Readonly<Record<string, Json>>;

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });

/** The value of an expression (CEL). @throws CadreError `workflow/expression` */
export function evaluate(expression: string, scope: Scope): Json {
  try {
    return toJson(environment.evaluate(expression, toCel(scope) as Record<string, unknown>));
  } catch (error) {
    throw new CadreError('workflow/expression', {
      expression,
      detail: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    });
  }
}

const TEMPLATE = /\{\{((?:[^}]|\}(?!\}))*)\}\}/g;

/**
 * The value with every `{{ … }}` in its texts replaced. A text that is nothing but one becomes the value with its
 * type; inside a longer text the value becomes text. @throws CadreError `workflow/expression`
 */
export function fill(value: Json, scope: Scope): Json {
  if (typeof value === 'string') return fillText(value, scope);
  if (Array.isArray(value)) return value.map((item) => fill(item, scope));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, scope)]));
  return value;
}

function fillText(text: string, scope: Scope): Json {
  const whole = /^\s*\{\{((?:[^}]|\}(?!\}))*)\}\}\s*$/.exec(text)?.[1];
  if (whole !== undefined) return evaluate(whole, scope);
  return text.replace(TEMPLATE, (_, inner: string) => {
    const found = evaluate(inner, scope);
    return typeof found === 'string' ? found : JSON.stringify(found);
  });
}

function toCel(value: Json): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toCel(item)]));
  return value;
}

function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map)
    return Object.fromEntries([...value.entries()].map(([key, item]) => [String(key), toJson(item)]));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  return (value ?? null) as Json; // text, number or boolean
}
