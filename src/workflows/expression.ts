import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import { toText, type Value } from './functions.ts';
import { MAX_WORK, pay, type Reckoning, reckon } from './reckon.ts';
import { faultIn, parseExpression } from './syntax.ts';
import { isTemplate, piecesOf } from './template.ts';

export { RESERVED_WORDS, variablesOf } from './syntax.ts';
export { checkExpression, type ExpressionProblem, type Type, typeOfSchema } from './types.ts';

/**
 * Expressions of workflows: CEL, parsed by its library and evaluated by `reckon.ts`, which counts its work. Total and
 * bounded: an expression gives JSON or a `workflow/expression`, soon, whatever it says and whatever it is given.
 */

/** What an expression can see, by name: JSON. */
export type Scope = Readonly<Record<string, Json>>;

/** Deeper values are refused: what walks over them needs a stack. */
const MAX_VALUE_DEPTH = 100;

/** Values of a scope as expressions need them; a scope is not changed once it is made. */
const seen = new WeakMap<Scope, Map<string, Value>>();

/** The value of an expression (CEL). @throws CadreError `workflow/expression` */
export function evaluate(expression: string, scope: Scope): Json {
  const text = expression.trim();
  try {
    const tree = parseExpression(text);
    const reckoning: Reckoning = { expression: text, left: MAX_WORK, read: (name) => readFrom(scope, name) };
    return toJson(reckoning, reckon(reckoning, tree), 0);
  } catch (error) {
    if (error instanceof CadreError) {
      if (error.values.expression !== '') throw error;
      throw faultIn(text, undefined, String(error.values.detail));
    }
    // A stack that overflowed, or a text longer than the machine can hold.
    throw faultIn(
      text,
      undefined,
      `it cannot be evaluated: ${error instanceof Error ? error.message : 'no reason'}`,
    );
  }
}

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
  if (!isTemplate(text)) return text;
  const pieces = piecesOf(text);
  const said = pieces.filter((piece) => !('text' in piece && piece.text.trim() === ''));
  const [only] = said;
  if (said.length === 1 && only && 'expression' in only) return evaluate(only.expression, scope);
  return pieces
    .map((piece) => {
      if ('text' in piece) return piece.text;
      const found = evaluate(piece.expression, scope);
      return typeof found === 'string' ? found : JSON.stringify(found);
    })
    .join('');
}

function readFrom(scope: Scope, name: string): Value | undefined {
  const known = seen.get(scope) ?? new Map<string, Value>();
  seen.set(scope, known);
  const value = known.get(name);
  if (value !== undefined || !Object.hasOwn(scope, name)) return value;
  const converted = toValue(scope[name] ?? null, 0);
  known.set(name, converted);
  return converted;
}

function toValue(value: Json, depth: number): Value {
  if (depth > MAX_VALUE_DEPTH)
    throw faultIn('', undefined, `what it reads is nested deeper than ${MAX_VALUE_DEPTH}`);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => toValue(item, depth + 1));
  if (value !== null && typeof value === 'object')
    return new Map(Object.entries(value).map(([key, item]) => [key, toValue(item, depth + 1)]));
  return value;
}

/** A result as JSON. Times become texts (RFC 3339), durations texts of seconds such as "90s". */
function toJson(reckoning: Reckoning, value: Value, depth: number): Json {
  const refuse = (detail: string) => faultIn(reckoning.expression, undefined, detail);
  if (depth > MAX_VALUE_DEPTH) throw refuse(`its value is nested deeper than ${MAX_VALUE_DEPTH}`);
  pay(reckoning, typeof value === 'string' ? 1 + value.length / 8 : 1);
  if (typeof value === 'bigint') {
    if (!Number.isSafeInteger(Number(value))) throw refuse(`${value} is more than JSON can hold exactly`);
    return Number(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refuse('the number it gives is not finite');
    return value;
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => toJson(reckoning, item, depth + 1));
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [key, toJson(reckoning, item, depth + 1)]));
  return toText(value);
}
