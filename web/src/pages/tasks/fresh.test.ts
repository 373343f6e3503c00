import { expect, test } from 'vitest';
import { countAbove } from './fresh.ts';

const tasks = ['c', 'b', 'a'].map((id) => ({ id }));

test('counts what came above the task that was on top, and nothing when that is gone or nobody scrolled', () => {
  expect(countAbove(tasks, 'a')).toBe(2);
  expect(countAbove(tasks, 'c')).toBe(0);
  expect(countAbove(tasks, 'gone')).toBe(0);
  expect(countAbove(tasks, undefined)).toBe(0);
});
