/**
 * Ridge regression towards what holds already: weights that the evidence does not move stay as they are. Pure.
 * Hoerl and Kennard 1970; the prior in place of zero is the mean of a Gaussian prior.
 */

/** Something that was chosen: what each term of its score said, and what came of it. */
export interface Sample {
  /** Samples of one group are compared with one another only: the mean of the group is taken away. */
  group: string;
  terms: readonly number[];
  outcome: number;
}

/** How many samples the prior weighs as much as. */
const PRIOR_SAMPLES = 20;
/** Part of the samples, the newest, on which the fit is held against the prior. */
const HELD_OUT = 1 / 3;
/** Fewer say nothing. */
export const LEAST_SAMPLES = 60;
/** One-sided 5 % of the normal distribution. */
const Z = 1.645;

/**
 * The weights `w` that minimise `Σ (y − w·x)² + λ Σ s²·(w − prior)²` over samples less the mean of their group; `s²` is
 * the mean square of a term, so that the prior weighs as much whatever the unit of the term.
 */
export function ridge(samples: readonly Sample[], prior: readonly number[]): number[] {
  const rows = centred(samples);
  const size = prior.length;
  const matrix = prior.map((_, i) =>
    prior.map((_, j) => rows.reduce((sum, { terms }) => sum + at(terms, i) * at(terms, j), 0)),
  );
  const right = prior.map((_, i) =>
    rows.reduce((sum, { terms, outcome }) => sum + at(terms, i) * outcome, 0),
  );
  for (let i = 0; i < size; i += 1) {
    const own = matrix[i] as number[]; // made above
    const strength = (PRIOR_SAMPLES * at(own, i)) / Math.max(1, rows.length);
    // A term that never varied is decided by the prior alone.
    const penalty = strength > 0 ? strength : 1;
    own[i] = at(own, i) + penalty;
    right[i] = at(right, i) + penalty * at(prior, i);
  }
  return solve(matrix, right);
}

/** Whether the older samples foretell the newer ones better than the prior does, and why. */
export interface Trial {
  holds: boolean;
  because: string;
}

/**
 * Fits the older samples and holds the fit against the prior on the newer ones; it holds when the squared errors are
 * smaller beyond chance (paired, one-sided, 5 %). Samples stand oldest first.
 */
export function tryOut(samples: readonly Sample[], prior: readonly number[]): Trial {
  if (samples.length < LEAST_SAMPLES) {
    const because = `${samples.length} choices have ended since the last change; ${LEAST_SAMPLES} are needed`;
    return { holds: false, because };
  }
  const cut = Math.floor(samples.length * (1 - HELD_OUT));
  const fitted = ridge(samples.slice(0, cut), prior);
  const rows = centred(samples.slice(cut));
  const error = (weights: readonly number[]) =>
    rows.map(({ terms, outcome }) => (outcome - dot(terms, weights)) ** 2);
  const [before, after] = [error(prior), error(fitted)];
  const gains = before.map((one, index) => one - at(after, index));
  const gain = mean(gains);
  const spread = Math.sqrt(mean(gains.map((one) => (one - gain) ** 2)) / Math.max(1, gains.length - 1));
  const holds = gain > 0 && (spread === 0 || gain / spread > Z);
  const errors = `squared error ${mean(before).toPrecision(3)} before, ${mean(after).toPrecision(3)} after`;
  return {
    holds,
    because: `${errors}, on the newest ${rows.length} of ${samples.length} choices${holds ? '' : ': not better beyond chance'}`,
  };
}

function centred(samples: readonly Sample[]): Array<Pick<Sample, 'terms' | 'outcome'>> {
  return [...Map.groupBy(samples, ({ group }) => group).values()].flatMap((own) => {
    const middle = mean(own.map(({ outcome }) => outcome));
    const middles = own[0]?.terms.map((_, index) => mean(own.map(({ terms }) => at(terms, index)))) ?? [];
    return own.map(({ terms, outcome }) => ({
      terms: terms.map((term, index) => apart(term, at(middles, index))),
      outcome: outcome - middle,
    }));
  });
}

/** How far a value is from the middle; what rounding leaves is nothing. */
const apart = (value: number, middle: number): number =>
  Math.abs(value - middle) <= 1e-12 * Math.abs(middle) ? 0 : value - middle;

/** Gauss with the largest pivot; the matrix is positive definite, since the prior stands on its diagonal. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, at(right, index)]);
  const size = rows.length;
  const cell = (row: number, column: number) => at(rows[row] ?? [], column);
  for (let step = 0; step < size; step += 1) {
    let best = step;
    for (let row = step + 1; row < size; row += 1)
      if (Math.abs(cell(row, step)) > Math.abs(cell(best, step))) best = row;
    [rows[step], rows[best]] = [rows[best] as number[], rows[step] as number[]]; // both are there
    for (let row = 0; row < size; row += 1) {
      if (row === step) continue;
      const factor = cell(row, step) / cell(step, step);
      rows[row] = (rows[row] ?? []).map((value, column) => value - factor * cell(step, column));
    }
  }
  return rows.map((row, index) => at(row, size) / at(row, index));
}

const at = (list: readonly number[], index: number): number => list[index] ?? 0;
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, one, i) => sum + one * at(b, i), 0);
const mean = (list: readonly number[]) =>
  list.length === 0 ? 0 : list.reduce((sum, one) => sum + one, 0) / list.length;
