import { CadreError } from './errors.ts';

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Whether it is an object with names: neither a list nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Limits at the door (GUARANTEES 2.3): deeper or wider JSON parses quickly but breaks later handlers. */
export const JSON_MAX_DEPTH = 64;
export const JSON_MAX_KEYS = 10_000;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Refuses JSON that is too deep or too wide, holds a key that could change a prototype, a number that became
 * infinite, a NUL or a lone surrogate (both are refused or changed by PostgreSQL).
 * Iterative on purpose: 200,000 levels parse, then recursion overflows.
 * @throws CadreError `request/json-too-deep`, `request/json-too-wide`, `request/json-forbidden-key`,
 * `request/json-bad-number`, `request/json-bad-text`
 */
export function checkJson(value: unknown): void {
  const stack: Array<{ value: unknown; depth: number }> = [{ value, depth: 1 }];
  let keys = 0;
  for (let item = stack.pop(); item; item = stack.pop()) {
    const { value: current, depth } = item;
    if (typeof current === 'string') checkText(current);
    else if (typeof current === 'number') {
      if (!Number.isFinite(current)) throw new CadreError('request/json-bad-number', {});
    } else if (current !== null && typeof current === 'object') {
      if (depth > JSON_MAX_DEPTH) throw new CadreError('request/json-too-deep', { limit: JSON_MAX_DEPTH });
      for (const [key, child] of Object.entries(current)) {
        keys += 1;
        if (keys > JSON_MAX_KEYS) throw new CadreError('request/json-too-wide', { limit: JSON_MAX_KEYS });
        if (!Array.isArray(current)) {
          if (FORBIDDEN_KEYS.has(key)) throw new CadreError('request/json-forbidden-key', { key });
          checkText(key);
        }
        stack.push({ value: child, depth: depth + 1 });
      }
    }
  }
}

function checkText(text: string): void {
  if (text.includes('\u0000') || !text.isWellFormed()) throw new CadreError('request/json-bad-text', {});
}

/** Parses JSON text that came from outside, with every check of `checkJson`. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CadreError('request/json-invalid', { detail: messageOf(cause) }, { cause });
  }
  checkJson(value);
  return value;
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
