import type { Budget } from '../../api/models.ts';
import { count, energy, money, percent } from '../amounts.ts';

/** From this share of a limit on people are told. */
export const WARN_SHARE = 0.8;

export interface Fill {
  measure: 'costUsd' | 'tokens' | 'energyJ';
  name: string;
  /** Shares of the limit, each from 0 to 1, and never more than 1 together. */
  spentShare: number;
  reservedShare: number;
  state: 'fine' | 'warned' | 'reached';
  /** "$3.20 of $5.00 (64 %)", and what is reserved. */
  words: string;
}

const MEASURES = [
  ['costUsd', 'Money', money],
  ['tokens', 'Tokens', count],
  ['energyJ', 'Energy', energy],
] as const;

/** How full a budget is, by each limit it has. */
export function fillsOf(
  budget: Pick<Budget, 'costUsd' | 'tokens' | 'energyJ' | 'spent' | 'reserved' | 'hostJ'>,
): Fill[] {
  return MEASURES.flatMap(([measure, name, write]) => {
    const limit = budget[measure];
    if (limit === null) return [];
    const share = (value: number) => (limit === 0 ? 1 : value / limit);
    const spent = share(budget.spent[measure]);
    const reserved = limit === 0 ? 0 : share(budget.reserved[measure]);
    const held =
      budget.reserved[measure] > 0 ? `, ${write(budget.reserved[measure])} reserved by calls under way` : '';
    const host =
      measure === 'energyJ' && budget.hostJ !== null && budget.hostJ > 0
        ? `, ${write(budget.hostJ)} of it by this machine`
        : '';
    return [
      {
        measure,
        name,
        spentShare: Math.min(1, spent),
        reservedShare: Math.min(reserved, 1 - Math.min(1, spent)),
        state: spent >= 1 ? 'reached' : spent >= WARN_SHARE ? 'warned' : 'fine',
        words: `${write(budget.spent[measure])} of ${write(limit)} spent (${percent(spent)})${host}${held}`,
      },
    ];
  });
}

export const PERIOD_WORDS: Record<Budget['period'], string> = {
  day: 'each day (UTC)',
  month: 'each month (UTC)',
  total: 'in all',
};

export const AT_LIMIT_WORDS: Record<Budget['atLimit'], string> = {
  stop: 'Calls that would not fit are refused.',
  'switch-down': 'From 80 % on calls go to a cheaper model; those that would not fit are refused.',
};

/** What to do about a budget that is nearly or quite full; undefined while there is room. */
export function warningOf(fills: readonly Fill[], period: Budget['period']): string | undefined {
  const until = period === 'total' ? '' : period === 'day' ? ' until midnight UTC' : ' until the month ends';
  if (fills.some(({ state }) => state === 'reached'))
    return `Used up: calls of models are refused${until}, or until you raise it.`;
  if (fills.some(({ state }) => state === 'warned'))
    return 'More than 80 % is spent. Raise it, or let the rest be done later.';
  return undefined;
}
