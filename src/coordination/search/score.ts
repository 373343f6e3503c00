import { z } from 'zod';

/** What counts: one metric, or several with weights; without either time and success (FEATURES CO-6). */
export const criteriaSchema = z.union([
  z.strictObject({ targetMetric: z.string().min(1).max(200), minimize: z.boolean().default(false) }),
  z.strictObject({
    weights: z
      .record(z.string().min(1).max(200), z.number())
      .refine((weights) => Object.keys(weights).length > 0, 'at least one metric'),
  }),
]);
export type Criteria = z.output<typeof criteriaSchema>;

/** What an evaluator answers. Numbers that no computer can keep are refused. */
export const measuredSchema = z.object({
  metrics: z.record(z.string().max(200), z.number()).default({}),
  /** Seconds; by default the time until the answer. */
  executionS: z.number().min(0).optional(),
  /** From 0 to 1; by default 1: it answered. */
  successRate: z.number().min(0).max(1).optional(),
});
export type Measured = z.output<typeof measuredSchema>;

/**
 * The score without criteria: `0.4 * max(0, 1 - executionS / 10) + 0.6 * successRate`, at most 1 (FEATURES CO-6).
 */
export function defaultScore(executionS: number, successRate: number): number {
  return Math.min(1, 0.4 * Math.max(0, 1 - executionS / 10) + 0.6 * successRate);
}

/** The score of an answer, higher is better, or why there is none. `ms`: until the answer. */
export function scoreOf(
  criteria: Criteria | null,
  measured: Measured,
  ms: number,
): { score: number } | { error: string } {
  const score = judge(criteria, measured, ms);
  if (typeof score === 'string') return { error: score };
  return Number.isFinite(score) ? { score } : { error: 'Its score is no number that can be compared.' };
}

function judge(criteria: Criteria | null, { metrics, executionS, successRate }: Measured, ms: number) {
  if (criteria === null) return defaultScore(executionS ?? ms / 1_000, successRate ?? 1);
  if ('targetMetric' in criteria) {
    const value = metrics[criteria.targetMetric];
    if (value === undefined) return `It has no metric "${criteria.targetMetric}".`;
    return criteria.minimize ? -value : value;
  }
  let sum = 0;
  for (const [name, weight] of Object.entries(criteria.weights)) {
    const value = metrics[name];
    if (value === undefined) return `It has no metric "${name}".`;
    sum += weight * value;
  }
  return sum;
}
