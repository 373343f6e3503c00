import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rungsOf, survivorsOf } from './rungs.ts';
import { samplePoints } from './sampler.ts';
import { criteriaSchema, defaultScore, measuredSchema, scoreOf } from './score.ts';
import { axesOf, pointAt, type Space, sizeOf } from './space.ts';

const range = (min: number, max: number, step: number) => ({ type: 'range' as const, min, max, step });
const choice = (...values: Array<string | number | boolean>) => ({ type: 'choice' as const, values });
const pointsOf = (space: Space) => {
  const axes = axesOf(space);
  return Array.from({ length: sizeOf(axes) }, (_, place) => pointAt(axes, place));
};

/** Spaces of a few axes; ranges in decimal steps. */
const spaces = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 5 }).filter((name) => name !== '__proto__'),
  fc.oneof(
    fc
      .record({
        from: fc.integer({ min: -500, max: 500 }),
        count: fc.integer({ min: 0, max: 8 }),
        step: fc.integer({ min: 1, max: 50 }),
        places: fc.integer({ min: 0, max: 4 }),
      })
      .map(({ from, count, step, places }) => {
        const at = (digits: number) => Number(`${digits}e-${places}`);
        return range(at(from), at(from + count * step), at(step));
      }),
    fc
      .uniqueArray(fc.integer(), { minLength: 1, maxLength: 6 })
      .map((values) => ({ type: 'choice' as const, values })),
  ),
  { minKeys: 1, maxKeys: 4 },
);

describe('the grid', () => {
  it('counts decimal steps without drift', () => {
    expect(pointsOf({ x: range(0.1, 0.3, 0.1) })).toEqual([{ x: 0.1 }, { x: 0.2 }, { x: 0.3 }]);
    expect(sizeOf(axesOf({ x: range(0, 1, 0.01) }))).toBe(101);
    expect(pointsOf({ x: range(0, 1, 0.3) }).map(({ x }) => x)).toEqual([0, 0.3, 0.6, 0.9]);
    expect(pointsOf({ x: range(-1e-7, 1e-7, 1e-7) }).map(({ x }) => x)).toEqual([-1e-7, 0, 1e-7]);
    expect(pointsOf({ x: range(5, 5, 1) })).toEqual([{ x: 5 }]);
  });

  it('has every combination once, the last parameter fastest', () => {
    expect(pointsOf({ a: choice('u', 'v'), b: range(1, 2, 1) })).toEqual([
      { a: 'u', b: 1 },
      { a: 'u', b: 2 },
      { a: 'v', b: 1 },
      { a: 'v', b: 2 },
    ]);
  });

  it('twin: refuses what is no space', () => {
    const refused = (space: Space) => {
      expect(() => axesOf(space)).toThrow(expect.objectContaining({ code: 'optimization/space' }));
    };
    refused({});
    refused({ x: range(2, 1, 1) });
    refused({ x: range(0, 1, 0) });
    refused({ x: range(0, 1, -1) });
    refused({ x: range(0, 1, 1e-12) });
    refused({ x: choice() });
    refused({ x: choice(1, 1) });
  });

  it('has as many points as the product, all different and within bounds', () => {
    fc.assert(
      fc.property(spaces, (space) => {
        const points = pointsOf(space);
        const product = axesOf(space).reduce((size, { count }) => size * count, 1);
        expect(points.length).toBe(product);
        expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(points.length);
        for (const point of points)
          for (const [name, parameter] of Object.entries(space)) {
            const value = point[name];
            if (parameter.type === 'choice') expect(parameter.values).toContain(value);
            else {
              expect(value).toBeGreaterThanOrEqual(parameter.min);
              expect(value).toBeLessThanOrEqual(parameter.max);
            }
          }
      }),
      { numRuns: 50 },
    );
  });
});

describe('samples', () => {
  it('are points of the grid, without repeats, the same for the same seed', () => {
    fc.assert(
      fc.property(spaces, fc.integer({ min: 1, max: 60 }), fc.integer(), (space, samples, seed) => {
        const axes = axesOf(space);
        const texts = samplePoints(axes, samples, seed).map((point) => JSON.stringify(point));
        expect(texts.length).toBe(Math.min(samples, sizeOf(axes)));
        expect(new Set(texts).size).toBe(texts.length);
        const grid = new Set(pointsOf(space).map((point) => JSON.stringify(point)));
        expect(texts.filter((text) => !grid.has(text))).toEqual([]);
        expect(samplePoints(axes, samples, seed).map((point) => JSON.stringify(point))).toEqual(texts);
      }),
      { numRuns: 50 },
    );
  });

  it('come from spaces that no computer could list', () => {
    const axes = axesOf(
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p${i}`, range(0, 1, 0.001)])),
    );
    expect(samplePoints(axes, 100, 7)).toHaveLength(100);
    expect(samplePoints(axes, 3, 7)).not.toEqual(samplePoints(axes, 3, 8));
  });
});

describe('halving', () => {
  it('gives fewer points more budget', () => {
    expect(rungsOf(27, 3, { min: 1, max: 27 })).toEqual([
      { points: 27, budget: 1 },
      { points: 9, budget: 3 },
      { points: 3, budget: 9 },
      { points: 1, budget: 27 },
    ]);
    expect(rungsOf(100, 3, { min: 1, max: 4 })).toEqual([
      { points: 100, budget: 1 },
      { points: 33, budget: 3 },
      { points: 11, budget: 4 },
    ]);
    expect(rungsOf(1, 3, { min: 2, max: 9 })).toEqual([{ points: 1, budget: 2 }]);
  });

  it('ends, with falling points, rising budgets and a total below points * eta / (eta - 1) + rungs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 2, max: 10 }),
        fc.double({ min: 0.001, max: 10, noNaN: true }),
        fc.double({ min: 1, max: 1_000, noNaN: true }),
        (points, eta, min, factor) => {
          const rungs = rungsOf(points, eta, { min, max: min * factor });
          expect(rungs[0]).toEqual({ points, budget: min });
          for (const [index, rung] of rungs.slice(1).entries()) {
            expect(rung.points).toBeLessThanOrEqual(Math.max(1, rungs[index]?.points ?? 0));
            expect(rung.budget).toBeGreaterThan(rungs[index]?.budget ?? 0);
            expect(rung.budget).toBeLessThanOrEqual(min * factor);
          }
          const total = rungs.reduce((sum, rung) => sum + rung.points, 0);
          expect(total).toBeLessThanOrEqual((points * eta) / (eta - 1) + rungs.length);
        },
      ),
    );
  });

  it('keeps the best, of equal ones the first, and never one that failed', () => {
    const rung = [0.5, null, 0.9, 0.5].map((score, place) => ({ score, place }));
    expect(survivorsOf(rung, 2).map(({ place }) => place)).toEqual([2, 0]);
    expect(survivorsOf(rung, 10).map(({ place }) => place)).toEqual([2, 0, 3]);
  });
});

describe('scores', () => {
  it('without criteria: time and success (FEATURES CO-6)', () => {
    expect(defaultScore(0, 1)).toBe(1);
    expect(defaultScore(5, 1)).toBeCloseTo(0.8, 12);
    expect(defaultScore(10, 1)).toBeCloseTo(0.6, 12);
    expect(defaultScore(100, 0.5)).toBeCloseTo(0.3, 12);
    expect(defaultScore(2.5, 0)).toBeCloseTo(0.3, 12);
    expect(defaultScore(0, 5)).toBe(1); // at most 1
    expect(scoreOf(null, { metrics: {} }, 5_000)).toEqual({ score: 0.8 });
    expect(scoreOf(null, { metrics: {}, executionS: 0, successRate: 0.5 }, 5_000)).toEqual({ score: 0.7 });
  });

  it('by one metric, or by weights', () => {
    const measured = { metrics: { loss: 2, gain: 3 } };
    expect(scoreOf({ targetMetric: 'gain', minimize: false }, measured, 0)).toEqual({ score: 3 });
    expect(scoreOf({ targetMetric: 'loss', minimize: true }, measured, 0)).toEqual({ score: -2 });
    expect(scoreOf({ weights: { gain: 2, loss: -1 } }, measured, 0)).toEqual({ score: 4 });
  });

  it('twin: what is not measured has no score', () => {
    const measured = { metrics: { gain: 1e308 } };
    expect(scoreOf({ targetMetric: 'loss', minimize: true }, measured, 0)).toHaveProperty('error');
    expect(scoreOf({ weights: { gain: 1, loss: 1 } }, measured, 0)).toHaveProperty('error');
    expect(scoreOf({ weights: { gain: 1e308 } }, measured, 0)).toHaveProperty('error');
    for (const garbage of [null, 'fast', [], { metrics: { gain: null } }, { metrics: { gain: 'NaN' } }])
      expect(measuredSchema.safeParse(garbage).success).toBe(false);
    expect(measuredSchema.safeParse({ metrics: { gain: Number.NaN } }).success).toBe(false);
    expect(criteriaSchema.safeParse({ weights: {} }).success).toBe(false);
  });
});
