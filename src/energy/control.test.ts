import { describe, expect, it } from 'vitest';
import { seededRandom } from '../platform/kernel/random.ts';
import {
  anomalyOf,
  compositeLipschitz,
  driftOf,
  guard,
  nextCusum,
  nextLambda,
  searchRoles,
  spectralNorm,
  turnFlywheel,
} from './control.ts';
import { type EnergyTerms, entropyOf, regShare } from './terms.ts';

const terms = (some: Partial<EnergyTerms>): EnergyTerms => ({
  pair: 0,
  hyper: 0,
  entropy: 0,
  reg: 0,
  mem: 0,
  joule: 0,
  drift: 0,
  anomaly: 0,
  ...some,
});

describe('one controller of λ (contradiction 8)', () => {
  it('brings reg from 164 % of the rest to a quarter of positive energy or less, within its bounds', () => {
    let lambda = 0.1;
    const share = () => regShare(terms({ reg: lambda * 16.4, mem: 1 }));
    expect(share()).toBeGreaterThan(0.6);
    for (let step = 0; step < 400; step += 1) lambda = nextLambda(lambda, share());
    expect(share()).toBeLessThanOrEqual(0.3);
    expect(share()).toBeGreaterThanOrEqual(0.15);
  });
  it('never leaves .001 to .1', () => {
    let [low, high] = [0.01, 0.01];
    for (let step = 0; step < 2_000; step += 1) [low, high] = [nextLambda(low, 1), nextLambda(high, 0)];
    expect([low, high]).toEqual([0.001, 0.1]);
    expect(nextLambda(0.01, 0.2)).toBe(0.01);
  });
});

describe('flywheel (EN-5)', () => {
  const start = { alpha: 0.5, lambda: 0.01, beta: 0.2 };
  const rising = (sign: number, isSuccess: (index: number) => boolean, count = 20) =>
    Array.from({ length: count }, (_, index) => ({
      terms: terms({ entropy: sign * index, reg: sign * index, mem: sign * index }),
      isSuccess: isSuccess(index),
    }));
  it('turns each weight by the slope of its term', () => {
    expect(
      turnFlywheel(
        start,
        rising(-1, (index) => index >= 10),
      ),
    ).toEqual({
      alpha: expect.closeTo(0.525, 9),
      lambda: expect.closeTo(0.0095, 9),
      beta: expect.closeTo(0.21, 9),
    });
    expect(
      turnFlywheel(
        start,
        rising(1, () => true),
      ),
    ).toEqual({
      alpha: expect.closeTo(0.475, 9),
      lambda: expect.closeTo(0.0105, 9),
      beta: expect.closeTo(0.19, 9),
    });
  });
  it('does not raise α once success stalls', () => {
    expect(
      turnFlywheel(
        start,
        rising(-1, () => true),
      )?.alpha,
    ).toBe(0.5);
    expect(
      turnFlywheel(
        start,
        rising(-1, (index) => index < 10),
      )?.alpha,
    ).toBe(0.5);
  });
  it('needs ten points, and stays within its bounds', () => {
    expect(
      turnFlywheel(
        start,
        rising(-1, () => true, 9),
      ),
    ).toBeUndefined();
    let now = start;
    for (let turn = 0; turn < 100; turn += 1)
      now =
        turnFlywheel(
          now,
          rising(1, () => true),
        ) ?? now;
    expect(now).toEqual({ alpha: 0.1, lambda: 0.1, beta: 0.05 });
  });
});

describe('guards', () => {
  const pairs = [
    { a: 'i', b: 'j', weight: 0.6 },
    { a: 'j', b: 'k', weight: 0.6 },
  ];
  it('finds the spectral norm, also where signs alternate', () => {
    expect(spectralNorm(pairs)).toBeCloseTo(0.6 * Math.SQRT2, 6);
    expect(spectralNorm([{ a: 'i', b: 'j', weight: -0.4 }])).toBeCloseTo(0.4, 9);
    expect(spectralNorm([])).toBe(0);
  });
  it('refuses what would not die down, and lets the rest pass', () => {
    const calm = { pair: 1, betaMeta: 0.8, betaMem: 0.99 };
    expect(guard(calm, { pairs, pFast: 1 })).toBeUndefined();
    expect(guard({ ...calm, pair: 1.5 }, { pairs, pFast: 1 })).toMatch(/spectral norm .* 1\.273/);
    expect(guard({ ...calm, betaMem: 1.2 }, { pairs, pFast: 1 })).toMatch(/Lipschitz/);
    expect(compositeLipschitz(0.9, 0.8, 0.5)).toBeCloseTo(0.98 * 0.99 * 0.5, 12);
  });
});

describe('drift and anomaly', () => {
  it('sums failures up and forgets them again, at most to 1', () => {
    let cusum = 0;
    for (let fails = 0; fails < 10; fails += 1) cusum = nextCusum(cusum, false);
    expect(driftOf(cusum)).toBe(1);
    for (let good = 0; good < 13; good += 1) cusum = nextCusum(cusum, true);
    expect(driftOf(cusum)).toBe(0);
  });
  it('measures the distance from the usual in robust steps', () => {
    const usual = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    expect(anomalyOf(6, usual)).toBe(0);
    expect(anomalyOf(1_000, usual)).toBe(1);
    expect(anomalyOf(6 + 3 * 1.4826 * 3, usual)).toBeCloseTo(0.5, 9);
    expect(anomalyOf(1_000, [1, 2])).toBe(0);
  });
});

describe('search for roles (EN-4)', () => {
  const shares = (success: number, doubt: number, energyShare: number) => {
    const found = searchRoles([{ agentId: 'a', success, doubt, energyShare }], 0.5, seededRandom(7)).get('a');
    if (!found) throw new Error('no shares');
    return found;
  };
  it('makes the proven a specialist, the unknown an explorer, the dear and bad an observer', () => {
    const [proven, unknown, bad] = [shares(0.98, 0.02, 0.2), shares(0.3, 0.9, 0.2), shares(0.02, 0.02, 1)];
    expect(proven.specialist).toBeGreaterThan(Math.max(proven.explorer, proven.observer));
    expect(unknown.explorer).toBeGreaterThan(Math.max(unknown.specialist, unknown.observer));
    expect(bad.observer).toBeGreaterThan(Math.max(bad.specialist, bad.explorer));
  });
  it('never falls below 0.2 bits', () => {
    for (const one of [shares(1, 0, 0), shares(0, 1, 0), shares(0, 0, 1)])
      expect(entropyOf(Object.values(one)) / Math.LN2).toBeGreaterThanOrEqual(0.19);
  });
});
