import { expect, test } from 'vitest';
import { createRetryBudget, readRetryAfter } from './retry.ts';

const now = Date.parse('2026-11-21T23:00:00Z');

test.each([
  ['3', 3_000],
  ['0', 0],
  [' 1.5 ', 1_500],
  ['Sat, 21 Nov 2026 23:00:20 GMT', 20_000],
  ['Saturday, 21-Nov-26 23:00:05 GMT', 5_000],
  ['Sat Nov 21 23:00:05 2026 GMT', 5_000],
  ['Sat, 21 Nov 2026 22:00:00 GMT', 0],
  ['Sat, 21 Nov 2099 22:00:00 GMT', 600_000],
  ['999999999', 600_000],
  ['-5', undefined],
  ['soon', undefined],
  ['Sat, never', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s', (text, ms) => {
  expect(readRetryAfter(text, now)).toBe(ms);
});

test('one call in ten may be asked again, and what is saved is bounded', () => {
  const budget = createRetryBudget();
  const taken = (calls: number) => {
    let count = 0;
    for (let at = 0; at < calls; at += 1) {
      budget.offered('a');
      if (budget.take('a')) count += 1;
    }
    return count;
  };
  expect(taken(200)).toBe(20);
  for (let at = 0; at < 10_000; at += 1) budget.offered('a');
  expect(Array.from({ length: 50 }, () => budget.take('a')).filter(Boolean)).toHaveLength(10);
  expect(budget.take('b')).toBe(false);
});
