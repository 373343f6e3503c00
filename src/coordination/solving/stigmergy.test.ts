import { expect, it } from 'vitest';
import { fade, HALF_LIFE_MS, lay, markOf, NO_TRAIL, setOf, strengths } from './stigmergy.ts';

it('adds what KG-2 says: one success at 500 ms 0.9, one failure at 4,000 ms 0.1667', () => {
  expect(lay(NO_TRAIL, { ok: true, ms: 500, elapsedMs: 0 }).score).toBeCloseTo(0.9, 12);
  expect(lay(NO_TRAIL, { ok: false, ms: 4_000, elapsedMs: 0 }).score).toBeCloseTo(1 / 6, 12);
});

it('fades to a half in 15 minutes, before it is laid again', () => {
  const once = lay(NO_TRAIL, { ok: true, ms: 500, elapsedMs: 0 });
  expect(fade(once, HALF_LIFE_MS)).toEqual({
    count: expect.closeTo(0.5, 12),
    success: expect.closeTo(0.5, 12),
    score: expect.closeTo(0.45, 12),
  });
  const twice = lay(once, { ok: false, ms: 2_000, elapsedMs: HALF_LIFE_MS });
  // 0.45 left, 0.5 · 0.5/1.5 for the rate of success, 0.25 for the time.
  expect(twice.score).toBeCloseTo(0.45 + 0.5 / 3 + 0.25, 12);
  expect([twice.count, twice.success]).toEqual([expect.closeTo(1.5, 12), expect.closeTo(0.5, 12)]);
  // A clock that went back fades nothing, and adds nothing.
  expect(fade(once, -5_000)).toEqual(once);
});

it('is one trail for one set, in whatever order its agents were asked', () => {
  expect(setOf(['b', 'a', 'b'])).toBe(setOf(['a', 'b']));
});

it('compares the 64 strongest, the strongest being 1', () => {
  const trails = Array.from({ length: 100 }, (_, index) => ({ set: `s${index}`, score: index }));
  const strength = strengths(trails);
  expect(strength.size).toBe(64);
  expect(strength.get('s99')).toBe(1);
  expect(strength.get('s36')).toBeCloseTo(36 / 99, 12);
  expect(strength.has('s35')).toBe(false);
  expect(strengths([]).size).toBe(0);
  expect(strengths([{ set: 'a', score: 0 }]).size).toBe(0);
});

it('marks an agent by the strongest set it belongs to', () => {
  const strength = strengths([
    { set: 'a b', score: 2 },
    { set: 'b', score: 1 },
  ]);
  expect([markOf('a', strength), markOf('b', strength), markOf('c', strength)]).toEqual([1, 1, 0]);
});
