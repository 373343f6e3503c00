import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANOMALY_Z, errorOf, likely, quantile, robustZ } from './forecast.ts';

test('what is likely lies between the samples, the high end above the middle', () => {
  expect(likely([])).toBeUndefined();
  expect(likely([4])).toEqual({ mid: 4, high: 4 });
  expect(likely([1, 2, 3, 4, 100])).toEqual({ mid: 3, high: expect.closeTo(61.6) });
  fc.assert(
    fc.property(
      fc.array(fc.nat(1_000_000), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (all, share) => {
        const found = quantile(all, share);
        expect(found).toBeGreaterThanOrEqual(Math.min(...all));
        expect(found).toBeLessThanOrEqual(Math.max(...all));
      },
    ),
  );
});

test('the error of estimates is a share of what it really was, with its sign', () => {
  expect(errorOf([])).toEqual({ count: 0, mape: null, signed: null });
  expect(
    errorOf([
      { estimate: 12, real: 10 },
      { estimate: 6, real: 10 },
    ]),
  ).toEqual({ count: 2, mape: expect.closeTo(0.3), signed: expect.closeTo(-0.1) });
  // Nothing expected and nothing taken was right; something expected of nothing is no share.
  expect(
    errorOf([
      { estimate: 0, real: 0 },
      { estimate: 1, real: 0 },
    ]),
  ).toEqual({ count: 1, mape: 0, signed: 0 });
});

test('an anomaly stands far out on the logarithm; few samples, and equal ones nearby, make none', () => {
  const usual = [100, 110, 95, 105, 98, 102, 107, 93, 101, 99];
  expect(robustZ(104, usual)).toBeLessThan(2);
  expect(robustZ(200, usual)).toBeGreaterThan(ANOMALY_Z);
  expect(robustZ(40, usual)).toBeGreaterThan(ANOMALY_Z);
  expect(robustZ(200, usual.slice(0, 7))).toBe(0);
  const equal = Array.from({ length: 10 }, () => 100);
  expect(robustZ(110, equal)).toBeLessThan(ANOMALY_Z);
  expect(robustZ(200, equal)).toBeGreaterThan(ANOMALY_Z);
  expect(robustZ(0, usual)).toBe(0);
});
