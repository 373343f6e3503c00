import { expect, test } from 'vitest';
import { addUp, type StepFigures } from './estimate-sum.ts';
import { UNKNOWN, unknown } from './estimate-who.ts';

const step = (name: string, usual: number | null, most: number | null, cost = 10): StepFigures => ({
  step: name,
  usual,
  most,
  by: 'script',
  because: 'its script',
  figures: {
    ...UNKNOWN,
    ...{ cost_nano: cost, cost_high_nano: 2 * cost, tokens: 100, tokens_high: 300 },
    ...{ energy_mj: 4, energy_low_mj: 2, energy_high_mj: 8, duration_ms: 50, duration_high_ms: 60 },
  },
});

test('usual amounts are added as often as usual, high ones as often as possible', () => {
  const sum = addUp([step('a', 1, 1), step('b', 0.5, 3), step('c', 0, 1)]);
  expect(sum).toMatchObject({
    by: 'steps',
    because: 'its 2 steps added up; the high end counts every branch and round',
  });
  expect(sum.figures).toEqual({
    ...{ cost_nano: 15, cost_high_nano: 100, tokens: 150, tokens_high: 1_500 },
    ...{ energy_mj: 6, energy_low_mj: 3, energy_high_mj: 40, duration_ms: null, duration_high_ms: null },
  });
});

test('a step that nobody can tell of makes the sum unknown, and is named', () => {
  const dark: StepFigures = { step: 'b', usual: 1, most: 1, ...unknown('Ann works elsewhere') };
  const sum = addUp([step('a', 1, 1), dark]);
  expect(sum).toMatchObject({ by: 'unknown', because: 'the step b: Ann works elsewhere' });
  expect(sum.figures).toEqual(UNKNOWN);
  // Only in a branch for failures: what is usual can still be told.
  const perhaps = addUp([step('a', 1, 1), { ...dark, usual: 0 }]);
  expect(perhaps).toMatchObject({ by: 'steps', figures: { cost_nano: 10, cost_high_nano: null } });
});

test('a list whose length nobody knows is not counted as one; an empty sum is nothing', () => {
  expect(addUp([step('each', null, null)])).toMatchObject({
    by: 'unknown',
    because: 'the step each: how often it comes shows when it runs',
    figures: UNKNOWN,
  });
  expect(addUp([]).figures).toMatchObject({ cost_nano: 0, tokens: 0 });
});
