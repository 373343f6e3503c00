/**
 * Successive halving: many points are tried with a small budget, the best 1/eta of them with eta times as much, until
 * one is left or the whole budget is spent.
 */
export interface Rung {
  /** Points tried, as long as enough of the rung before succeeded. */
  points: number;
  budget: number;
}

/** The rungs for so many points. Budgets rise by `eta` and end at `max`. Pure. */
export function rungsOf(points: number, eta: number, budget: { min: number; max: number }): Rung[] {
  const rungs: Rung[] = [];
  let count = points;
  let spend = budget.min;
  for (;;) {
    rungs.push({ points: count, budget: spend });
    if (count <= 1 || spend >= budget.max) return rungs;
    count = Math.max(1, Math.floor(count / eta));
    spend = Math.min(budget.max, spend * eta);
  }
}

/** The best of a rung, in the order of their scores; of equal ones the first. What has no score never goes on. */
export function survivorsOf<One extends { score: number | null; place: number }>(
  rung: readonly One[],
  count: number,
): One[] {
  return rung
    .filter((one) => one.score !== null)
    .sort((a, b) => Number(b.score) - Number(a.score) || a.place - b.place)
    .slice(0, count);
}
