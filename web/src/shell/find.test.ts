import { expect, test } from 'vitest';
import { finds } from './find.ts';

test('finds a text by its words, in any order and case, and nothing by a word it does not have', () => {
  expect(finds('theme da', 'Dark theme')).toBe(true);
  expect(finds('  ', 'Dark theme')).toBe(true);
  expect(finds('dark mode', 'Dark theme')).toBe(false);
  expect(finds('.*', 'Dark theme')).toBe(false);
});
