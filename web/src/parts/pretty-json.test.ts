import { expect, test } from 'vitest';
import { beginningOf, prettyJson } from './pretty-json.ts';

test('values and texts that hold JSON are laid out; other texts stay', () => {
  expect(prettyJson({ a: 1 })).toBe('{\n  "a": 1\n}');
  expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(prettyJson('{"a":1')).toBe('{"a":1');
  expect(prettyJson(undefined)).toBe('nothing');
});

test('a long text is cut at a line, a short one is not cut', () => {
  expect(beginningOf('abc', 3)).toEqual({ text: 'abc', isCut: false });
  expect(beginningOf('aaa\nbbb\nccc', 9)).toEqual({ text: 'aaa\nbbb', isCut: true });
  expect(beginningOf('a'.repeat(10), 4)).toEqual({ text: 'aaaa', isCut: true });
});
