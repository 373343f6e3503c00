import { describe, expect, test } from 'vitest';
import { fakeClock, fromRfc3339, pause, systemClock, toRfc3339 } from './clock.ts';

test('the machine’s clock moves, and its monotonic time never goes back', () => {
  const first = systemClock.monotonicMs();
  expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(first);
  expect(systemClock.nowMs()).toBeGreaterThan(1_700_000_000_000);
});

test('a clock of tests moves only when told', () => {
  const clock = fakeClock(1_000);
  expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1_000, 0]);
  clock.advance(250);
  expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1_250, 250]);
});

test('times are RFC 3339 with milliseconds in UTC, there and back', () => {
  expect(toRfc3339(1_761_955_200_123)).toBe('2025-11-01T00:00:00.123Z');
  expect(fromRfc3339('2025-11-01T01:00:00.123+01:00')).toBe(1_761_955_200_123);
  expect(fromRfc3339('tomorrow')).toBeUndefined();
});

describe('a pause', () => {
  test('ends after its time', async () => {
    const began = performance.now();
    await pause(30, new AbortController().signal);
    expect(performance.now() - began).toBeGreaterThanOrEqual(28);
  });

  test('ends at once with the reason of its signal, before or during it', async () => {
    await expect(pause(60_000, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    const stop = new AbortController();
    const pausing = pause(60_000, stop.signal);
    stop.abort(new Error('during'));
    await expect(pausing).rejects.toThrow('during');
  });
});
