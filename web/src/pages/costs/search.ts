import type { UsageBy } from '../../api/cost-queries.ts';

export const COST_KEYS = ['agent', 'task', 'team', 'model', 'day'] as const satisfies readonly UsageBy[];
export const COST_PERIODS = ['today', 'month'] as const;

/** What the page of costs shows, as its address says it. */
export interface CostsSearch {
  by?: (typeof COST_KEYS)[number];
  period?: (typeof COST_PERIODS)[number];
}

export function readCostsSearch(search: Record<string, unknown>): CostsSearch {
  const by = COST_KEYS.find((each) => each === search.by);
  const period = COST_PERIODS.find((each) => each === search.period);
  return { ...(by && { by }), ...(period && { period }) };
}
