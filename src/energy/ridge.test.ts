import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LEAST_SAMPLES, ridge, type Sample, tryOut } from './ridge.ts';

/** Pseudo-random numbers in [-1, 1], the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 1_073_741_824 - 1;
  };
}

/** Choices whose outcome follows `weights`, with noise. */
function world(weights: readonly number[], count: number, noise = 0.1, seed = 7): Sample[] {
  const next = numbers(seed);
  return Array.from({ length: count }, (_, index) => {
    const terms = weights.map(next);
    const group = index % 2 === 0 ? 'a' : 'b';
    const level = group === 'a' ? 5 : -5; // what is done, not who does it
    const outcome = level + weights.reduce((sum, one, i) => sum + one * (terms[i] ?? 0), 0) + noise * next();
    return { group, terms, outcome };
  });
}

test('what the evidence says is found, whatever the level of each group', () => {
  const [a = 0, b = 0] = ridge(world([2, 0.3], 600), [1, 1]);
  expect(a).toBeCloseTo(2, 1);
  expect(b).toBeCloseTo(0.3, 1);
});

test('without evidence the prior stands: no samples, or a term that never varied', () => {
  expect(ridge([], [1, 0.5])).toEqual([1, 0.5]);
  const flat = world([2, 0], 100).map((one) => ({ ...one, terms: [one.terms[0] ?? 0, 0.7] }));
  const [, still] = ridge(flat, [1, 1]);
  expect(still).toBeCloseTo(1, 6);
});

test('a few samples move little, many move all the way', () => {
  const moved = (count: number) => ridge(world([3], count, 0), [1])[0] ?? 0;
  expect(moved(10)).toBeLessThan(2);
  expect(moved(1_000)).toBeGreaterThan(2.9);
  expect(moved(10)).toBeGreaterThan(1);
});

test('it solves any samples to the one minimum: no other weights are better', () => {
  const value = fc.double({ min: -5, max: 5, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value, value), { minLength: 3, maxLength: 30 }),
      fc.tuple(value, value),
      (rows, step) => {
        const samples = rows.map(([x, y, outcome]) => ({ group: 'g', terms: [x, y], outcome }));
        const prior = [1, 1];
        const best = ridge(samples, prior);
        const loss = (weights: readonly number[]) => lossOf(samples, prior, weights);
        const moved = best.map((one, index) => one + (step[index] ?? 0) / 10);
        expect(loss(best)).toBeLessThanOrEqual(loss(moved) + 1e-6 * (1 + loss(moved)));
      },
    ),
  );
});

/** The loss as the docstring has it, written anew. */
function lossOf(samples: readonly Sample[], prior: readonly number[], weights: readonly number[]): number {
  const mean = (of: (one: Sample) => number) =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const middle = mean(({ outcome }) => outcome);
  const middles = prior.map((_, i) => mean(({ terms }) => terms[i] ?? 0));
  let loss = 0;
  for (const { terms, outcome } of samples) {
    const said = terms.reduce((sum, term, i) => sum + (weights[i] ?? 0) * (term - (middles[i] ?? 0)), 0);
    loss += (outcome - middle - said) ** 2;
  }
  prior.forEach((old, i) => {
    const square = mean(({ terms }) => ((terms[i] ?? 0) - (middles[i] ?? 0)) ** 2);
    loss += (square > 0 ? 20 * square : 1) * ((weights[i] ?? 0) - old) ** 2;
  });
  return loss;
}

test('a fit holds when newer choices bear it out; twin: one that chance made does not, nor one from too few', () => {
  expect(tryOut(world([2, 0.3], 300), [1, 1])).toMatchObject({ holds: true });
  expect(tryOut(world([1, 1], 300, 3), [1, 1])).toMatchObject({
    holds: false,
    because: expect.stringContaining('not better beyond chance'),
  });
  expect(tryOut(world([2, 0.3], LEAST_SAMPLES - 1), [1, 1])).toMatchObject({
    holds: false,
    because: '59 choices have ended since the last change; 60 are needed',
  });
});

test('what was right once and is no longer does not hold', () => {
  const turned = [...world([3], 200), ...world([-1], 100)];
  expect(tryOut(turned, [1]).holds).toBe(false);
});
