import { describe, expect, it } from 'vitest';
import {
  bestCompression,
  experimentA,
  experimentB,
  experimentC,
  experimentD,
  tasksToDrift,
} from './experiments.ts';

/** EN-6, each with its twin. */
describe('experiments A to D', () => {
  it('A: the pair term falls over 50 tasks of one team; twin: it rises where they do worse together', () => {
    expect(experimentA(1).slope).toBeLessThan(0);
    expect(experimentA(1).last).toBeLessThan(0);
    expect(experimentA(1, false).slope).toBeGreaterThan(0);
  });
  it('B: the cost across teams rises over 30 escalations; twin: it stays where complexity does', () => {
    expect(experimentB(1).slope).toBeGreaterThan(0.01);
    expect(Math.abs(experimentB(1, false).slope)).toBeLessThan(0.005);
  });
  it('C: entropy rises when roles are unlocked, and its term falls with it', () => {
    const { locked, unlocked, term } = experimentC(1);
    expect(locked).toBeCloseTo(0, 9);
    expect(unlocked).toBeGreaterThan(12 * 0.19 * Math.LN2);
    expect(term).toBeCloseTo(-0.5 * unlocked, 9);
  });
  it('D: half can be taken away with few facts lost; twin: by leaving out the end it cannot', () => {
    const steps = experimentD(1);
    expect(bestCompression(steps)).toBeGreaterThanOrEqual(0.5);
    expect(bestCompression(experimentD(1, true))).toBeLessThan(0.5);
    for (const { fresh, stale } of steps) expect(stale - fresh).toBeCloseTo(0.2 * (1 - 1 / 10), 9);
    expect(steps.at(-1)?.loss).toBeGreaterThan(0.5);
  });
  it('calls a stream of failures a drift, and successes never', () => {
    expect(tasksToDrift(false)).toBe(4);
    expect(tasksToDrift(true)).toBeUndefined();
  });
});
