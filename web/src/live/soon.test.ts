import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { atMostEvery } from './soon.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('works at once, then once per interval, and never loses the last asking', () => {
  let done = 0;
  const ask = atMostEvery(100, () => {
    done += 1;
  });
  for (let index = 0; index < 50; index += 1) ask();
  expect(done).toBe(1);
  vi.advanceTimersByTime(100);
  expect(done).toBe(2);
  vi.advanceTimersByTime(1_000);
  expect(done).toBe(2);
  ask();
  expect(done).toBe(3);
});
