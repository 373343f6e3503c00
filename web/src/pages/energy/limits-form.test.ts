import { expect, test } from 'vitest';
import { readLimit } from './limits-form.ts';

test('a limit in joules, or none', () => {
  expect(['500', ' 1 500 J', '0,5', ''].map(readLimit)).toEqual([
    { limit: 500 },
    { limit: 1_500 },
    { limit: 0.5 },
    { limit: 'none' },
  ]);
  for (const typed of ['0', '-3', 'much', '1e13']) expect(readLimit(typed)).toHaveProperty('problem');
});
