import { expect, test } from 'vitest';
import { fakeClock } from '../platform/kernel/clock.ts';
import { createBreaker } from './breaker.ts';

function breakerAfter(failures: number) {
  const clock = fakeClock();
  const breaker = createBreaker(clock);
  for (let at = 0; at < failures; at += 1) {
    breaker.enter('a');
    breaker.failed('a');
  }
  return { clock, breaker };
}

test('opens after five failures in a row, and only for what failed', () => {
  expect(breakerAfter(4).breaker.enter('a')).toBeNull();
  const { breaker } = breakerAfter(5);
  expect(breaker.enter('a')).toEqual({ waitMs: 60_000 });
  expect(breaker.enter('b')).toBeNull();
});

test('a success between them begins the count anew', () => {
  const { breaker } = breakerAfter(4);
  breaker.succeeded('a');
  for (let at = 0; at < 4; at += 1) breaker.failed('a');
  expect(breaker.enter('a')).toBeNull();
});

test('after 60 s one call at a time goes through, and three that succeed close it', () => {
  const { breaker, clock } = breakerAfter(5);
  clock.advance(59_999);
  expect(breaker.enter('a')).toEqual({ waitMs: 1 });
  clock.advance(1);
  for (let at = 0; at < 3; at += 1) {
    expect(breaker.enter('a')).toBeNull();
    expect(breaker.enter('a')).not.toBeNull();
    breaker.succeeded('a');
  }
  expect([breaker.enter('a'), breaker.enter('a')]).toEqual([null, null]);
});

test('one that fails half way rests it for 30 s and begins the three anew', () => {
  const { breaker, clock } = breakerAfter(5);
  clock.advance(60_000);
  breaker.enter('a');
  breaker.succeeded('a');
  breaker.enter('a');
  breaker.failed('a');
  expect(breaker.enter('a')).toEqual({ waitMs: 30_000 });
  clock.advance(30_000);
  breaker.enter('a');
  breaker.succeeded('a');
  breaker.enter('a');
  breaker.succeeded('a');
  expect(breaker.enter('a')).toBeNull();
  expect(breaker.enter('a')).not.toBeNull();
});

test('a call that showed nothing lets the next one try', () => {
  const { breaker, clock } = breakerAfter(5);
  clock.advance(60_000);
  breaker.enter('a');
  breaker.left('a');
  expect(breaker.enter('a')).toBeNull();
});

test('late news of calls from before do not change what is open', () => {
  const { breaker, clock } = breakerAfter(5);
  for (let at = 0; at < 10; at += 1) breaker.succeeded('a');
  breaker.failed('a');
  clock.advance(59_999);
  expect(breaker.enter('a')).toEqual({ waitMs: 1 });
});

test('who says how long it wants to rest is left alone so long', () => {
  const { breaker, clock } = breakerAfter(0);
  breaker.rest('a', 20_000);
  breaker.rest('a', 10_000);
  expect(breaker.enter('a')).toEqual({ waitMs: 20_000 });
  clock.advance(20_000);
  expect(breaker.enter('a')).toBeNull();
});
