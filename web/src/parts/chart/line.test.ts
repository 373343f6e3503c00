import { expect, test } from 'vitest';
import { lineOf } from './line.ts';

test('the largest stands at the top, the last at the right', () => {
  const { path, lowest, highest } = lineOf([0, 10, 5], 100, 20);
  expect(path).toBe('M0 20L50 0L100 10');
  expect([lowest, highest]).toEqual([0, 10]);
});

test('values that are equal lie in the middle; none makes no line', () => {
  expect(lineOf([3, 3], 10, 4).path).toBe('M0 2L10 2');
  expect(lineOf([3], 10, 4).path).toBe('M0 2');
  expect(lineOf([], 10, 4).path).toBe('');
});
