import type { COST_PERIODS } from './search.ts';

/** When a period began: days and months begin at midnight in UTC, as those of budgets do. */
export function sinceOf(period: (typeof COST_PERIODS)[number], nowMs: number): string {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  return period === 'today' ? `${day}T00:00:00Z` : `${day.slice(0, 7)}-01T00:00:00Z`;
}
