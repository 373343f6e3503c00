import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patiently } from './patiently.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a part is awaited while the server is away, and one question looks for it', async () => {
  let isThere = false;
  let asked = 0;
  const answers = async () => {
    asked += 1;
    return isThere;
  };
  const fetchPart = async () => {
    if (!isThere) throw new Error('Failed to fetch dynamically imported module');
    return 'part';
  };
  const parts = [patiently(fetchPart, answers), patiently(fetchPart, answers), patiently(fetchPart, answers)];
  await vi.advanceTimersByTimeAsync(4_000);
  expect(asked).toBe(3 + 2);
  isThere = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await Promise.all(parts)).toEqual(['part', 'part', 'part']);
});

test('a part that a running server does not have is an error at once', async () => {
  const gone = new Error('gone');
  await expect(
    patiently(
      () => Promise.reject(gone),
      async () => true,
    ),
  ).rejects.toBe(gone);
});
