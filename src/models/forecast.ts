/** What work like this took before, and how well that was foretold. Pure. */

/** The value at a share of the sorted samples, between its neighbours where it falls between them. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** What is likely, and what nine of ten stayed below. */
export function likely(samples: readonly number[]): { mid: number; high: number } | undefined {
  if (samples.length === 0) return undefined;
  return { mid: median(samples), high: quantile(samples, 0.9) };
}

/** How far estimates were off, of those whose real value is known. */
export interface PredictionError {
  count: number;
  /** Mean of |estimate - real| / real (MAPE); null when nothing could be compared. */
  mape: number | null;
  /** Mean of (estimate - real) / real: above 0, too much was expected. */
  signed: number | null;
}

/** Of pairs whose real value is 0 only a right estimate can be expressed as a share: others are left out. */
export function errorOf(pairs: ReadonlyArray<{ estimate: number; real: number }>): PredictionError {
  const shares = pairs.flatMap(({ estimate, real }) =>
    real > 0 ? [(estimate - real) / real] : estimate === real ? [0] : [],
  );
  if (shares.length === 0) return { count: 0, mape: null, signed: null };
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { count: shares.length, mape: mean(shares.map(Math.abs)), signed: mean(shares) };
}

/** Beyond it a value is an anomaly (EVOLUTION 2.7). */
export const ANOMALY_Z = 6;
/** Fewer say nothing of what is usual. */
export const LEAST_SAMPLES = 8;
/** Makes the median absolute deviation comparable to a standard deviation. */
const MAD_FACTOR = 1.4826;
/** Equal samples would make the slightest difference an anomaly: 5 % on the logarithm is usual. */
const LEAST_SPREAD = 0.05;

/** The middle of samples and how far they lie from it, which no outlier moves. */
export function robustly(samples: readonly number[]): { middle: number; spread: number } {
  const middle = median(samples);
  return { middle, spread: MAD_FACTOR * median(samples.map((one) => Math.abs(one - middle))) };
}

/** Robust z of a value among others, on the logarithm: |ln x - median| / (1.4826 MAD) (EVOLUTION 2.7). */
export function robustZ(value: number, samples: readonly number[]): number {
  const logs = samples.filter((one) => one > 0).map(Math.log);
  if (value <= 0 || logs.length < LEAST_SAMPLES) return 0;
  const { middle, spread } = robustly(logs);
  return Math.abs(Math.log(value) - middle) / Math.max(spread, LEAST_SPREAD);
}
