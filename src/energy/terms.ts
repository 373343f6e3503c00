/**
 * Coordination energy (FEATURES EN-1): a score without unit that ranks states of a group of agents, lower is better.
 * It is never added to joules; a price per joule turns physical energy into a term of it (EVOLUTION 3.4).
 */
export const TERM_NAMES = ['pair', 'hyper', 'entropy', 'reg', 'mem', 'joule', 'drift', 'anomaly'] as const;
export type TermName = (typeof TERM_NAMES)[number];
export type EnergyTerms = Record<TermName, number>;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const at = (values: readonly number[], index: number) => values[index] ?? 0;

/** Cosine of two vectors; 0 where one has no length. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  const length = Math.hypot(...a) * Math.hypot(...b);
  return length === 0 ? 0 : sum(a.map((value, index) => value * at(b, index))) / length;
}

/** `-Σ_{i<j} w_ij · cos(h_i, h_j)`: each pair once, nobody with itself. */
export function pairTerm(
  vectors: ReadonlyArray<readonly number[]>,
  weight: (i: number, j: number) => number,
): number {
  let total = 0;
  for (const [i, a] of vectors.entries())
    for (const [j, b] of vectors.entries()) if (i < j) total -= weight(i, j) * cosine(a, b);
  return total;
}

/** `-Σ_e W_e · E_e`, with `|W_e| ≤ 1`. */
export function hyperTerm(edges: ReadonlyArray<{ weight: number; energy: number }>): number {
  return -sum(edges.map(({ weight, energy }) => Math.max(-1, Math.min(1, weight)) * energy));
}

/** Shannon entropy with the natural logarithm; parts of 0 count nothing. */
export function entropyOf(shares: readonly number[]): number {
  return -sum(shares.map((share) => (share > 0 ? share * Math.log(share) : 0)));
}

/** `-α · Σ H(p_i)`. */
export function entropyTerm(distributions: ReadonlyArray<readonly number[]>, alpha: number): number {
  return -alpha * sum(distributions.map(entropyOf));
}

/** `λ · s`, where `s` is a mean of squares over the agents, or their sum. */
export function regTerm(squares: readonly number[], lambda: number, over: 'mean' | 'sum' = 'mean'): number {
  const total = sum(squares);
  return lambda * (over === 'sum' || squares.length === 0 ? total : total / squares.length);
}

/**
 * Cost of memory, form (ii) of EN-1 with measured loss: `0.4·bytes/capacity + 0.4·loss + 0.2·staleness`, each in [0, 1];
 * staleness is `1/(1 + hits/items)`, 1 where there are none.
 */
export function memoryCost(memory: {
  bytes: number;
  capacityBytes: number;
  loss: number;
  hits: number;
  items: number;
}): number {
  const { bytes, capacityBytes, loss, hits, items } = memory;
  const staleness = items === 0 ? 1 : 1 / (1 + hits / items);
  const share = capacityBytes === 0 ? 1 : Math.min(1, bytes / capacityBytes);
  return 0.4 * share + 0.4 * Math.min(1, Math.max(0, loss)) + 0.2 * staleness;
}

/** Cost of memory, form (i): `p_compress · (1 − 1/r)`. It is that of the published vector. */
export function compressionCost(shareCompressed: number, ratio: number): number {
  return shareCompressed * (1 - 1 / Math.max(1, ratio));
}

/** Weight of memory for one who gains much from it: `max(0.5, 1 − 0.5·u)`. */
export const memoryDiscount = (utility: number): number => Math.max(0.5, 1 - 0.5 * utility);

/** `w ← 0.9·w + 0.1·success·min(c_i, c_j)`. */
export const nextPairWeight = (weight: number, isSuccess: boolean, ci: number, cj: number): number =>
  0.9 * weight + (isSuccess ? 0.1 * Math.min(ci, cj) : 0);

/** All terms together. */
export const totalEnergy = (terms: EnergyTerms): number => sum(TERM_NAMES.map((name) => terms[name]));

/** The share of `reg` in positive energy (FEATURES section 4, 8); 0 where there is none. */
export function regShare(terms: EnergyTerms): number {
  const positive = sum(TERM_NAMES.map((name) => Math.max(0, terms[name])));
  return positive === 0 ? 0 : Math.max(0, terms.reg) / positive;
}

/** How much of a value a small sample is believed: `n/(n + 20)`. */
const shrink = (together: number): number => together / (together + 20);

/**
 * Log lift of success when agents worked on one task, beside what they reach otherwise, shrunk (EVOLUTION 3.4):
 * `(ln((s+1)/(n+2)) − ln p̂) · n/(n+20)`. Positive: better together.
 */
export function lift(together: number, succeeded: number, expected: number): number {
  if (together === 0) return 0;
  return (Math.log((succeeded + 1) / (together + 2)) - Math.log(Math.max(1e-6, expected))) * shrink(together);
}

/** Slope of values over their places, by least squares; 0 for fewer than two. */
export function slopeOf(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return 0;
  const meanX = (n - 1) / 2;
  const meanY = sum(values) / n;
  const top = sum(values.map((value, index) => (index - meanX) * (value - meanY)));
  return top / ((n * (n * n - 1)) / 12);
}
