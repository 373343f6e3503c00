import { describe, expect, test } from 'vitest';
import { checkJson, JSON_MAX_DEPTH, JSON_MAX_KEYS, messageOf, parseJson } from './json.ts';

const nested = (depth: number) => `${'['.repeat(depth)}0${']'.repeat(depth)}`;
const wide = (keys: number) => JSON.stringify(Array.from({ length: keys }, () => 0));

describe('JSON from outside', () => {
  const refused: Array<[string, string, string]> = [
    ['not JSON', '{"a":', 'request/json-invalid'],
    ['one level too deep', nested(JSON_MAX_DEPTH + 1), 'request/json-too-deep'],
    ['200,000 levels, without overflowing', nested(200_000), 'request/json-too-deep'],
    ['one key too many', wide(JSON_MAX_KEYS + 1), 'request/json-too-wide'],
    ['__proto__', '{"a":{"__proto__":{"admin":true}}}', 'request/json-forbidden-key'],
    ['__proto__ behind an escape', '{"__pr\\u006fto__":1}', 'request/json-forbidden-key'],
    ['constructor', '{"constructor":{"prototype":1}}', 'request/json-forbidden-key'],
    ['an endless number', '{"a":1e999}', 'request/json-bad-number'],
    ['NUL in a text', '["a\\u0000"]', 'request/json-bad-text'],
    ['NUL in a key', '{"a\\u0000":1}', 'request/json-bad-text'],
    ['half of a character', '["\\ud83d"]', 'request/json-bad-text'],
  ];
  test.each(refused)('that is or holds %s is refused', (_name, text, code) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code }));
  });

  const accepted: Array<[string, string]> = [
    ['at the greatest depth', nested(JSON_MAX_DEPTH)],
    ['of the greatest width', wide(JSON_MAX_KEYS)],
    ['with a text that looks like a key', '["__proto__"]'],
    ['with a whole character of two halves', '["\\ud83d\\ude00"]'],
    ['with null, booleans and numbers', '{"a":null,"b":[true,-1.5e10]}'],
  ];
  test.each(accepted)('%s is taken as it is', (_name, text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });
});

test('values that never were text are checked the same way', () => {
  expect(() => checkJson({ a: [Number.NaN] })).toThrow();
  expect(() => checkJson({ a: [1] })).not.toThrow();
});

test('the message of anything thrown', () => {
  expect([messageOf(new Error('a')), messageOf('b'), messageOf(3)]).toEqual(['a', 'b', '3']);
});
