import { toRfc3339 } from '../platform/kernel/clock.ts';
import type { AccountRow, BudgetRow } from '../platform/store/ledger-rows.ts';
import { type Amount, toJoules, toNanoDown, toUsd } from './amount.ts';

/** Whose calls a budget is for. That of a task counts all that is below the task. */
export const SCOPES = ['tenant', 'team', 'agent', 'task'] as const;
/** Days and months begin at midnight in UTC. */
export const PERIODS = ['total', 'day', 'month'] as const;
export type Period = (typeof PERIODS)[number];
/**
 * The cap holds either way: a call that would not fit is refused. `switch-down` has calls go to a cheaper model from
 * 80 % on, so that the rest lasts longer.
 */
export const AT_LIMIT = ['stop', 'switch-down'] as const;

/** Share of a limit from which on people are told (FEATURES MC-3). */
export const WARN_SHARE = 0.8;

/** What every tenant begins with: enough to try things out, little enough to lose. */
export const DEFAULT_BUDGET = {
  name: 'default',
  period: 'day',
  limit_cost_nano: toNanoDown(5),
  at_limit: 'stop',
  created_by: 'cadre',
};

/** A day of 24 hours; UTC has no others. */
const DAY_MS = 86_400_000;

/** How the account of a period is called, and when the period began. */
export function periodOf(period: string, nowMs: number): { periodStart: string; sinceMs: number } {
  if (period === 'total') return { periodStart: '', sinceMs: 0 };
  const day = toRfc3339(nowMs).slice(0, 10);
  if (period === 'day') return { periodStart: day, sinceMs: nowMs - (nowMs % DAY_MS) };
  const midnight = nowMs - (nowMs % DAY_MS);
  return { periodStart: day.slice(0, 7), sinceMs: midnight - (Number(day.slice(8, 10)) - 1) * DAY_MS };
}

/** One limit of a budget, with what stands against it. */
export interface Limit {
  measure: 'money' | 'tokens' | 'energy';
  limit: number;
  spent: number;
  reserved: number;
}

/** The limits that a budget has. */
export function limitsOf(budget: BudgetRow, account: AccountRow | undefined): Limit[] {
  const all: Array<[Limit['measure'], number | null, number, number]> = [
    ['money', budget.limit_cost_nano, account?.spent_cost_nano ?? 0, account?.reserved_cost_nano ?? 0],
    ['tokens', budget.limit_tokens, account?.spent_tokens ?? 0, account?.reserved_tokens ?? 0],
    ['energy', budget.limit_energy_mj, account?.spent_energy_mj ?? 0, account?.reserved_energy_mj ?? 0],
  ];
  return all.flatMap(([measure, limit, spent, reserved]) =>
    limit === null
      ? []
      : [{ measure, limit: Number(limit), spent: Number(spent), reserved: Number(reserved) }],
  );
}

const PART = { money: 'costNano', tokens: 'tokens', energy: 'energyMj' } as const satisfies Record<
  Limit['measure'],
  keyof Amount
>;

/** The first limit that would not hold so much more; undefined when all do. */
export function firstBroken(limits: readonly Limit[], more: Amount): Limit | undefined {
  return limits.find((one) => one.spent + one.reserved + more[PART[one.measure]] > one.limit);
}

/** The first limit that has nothing left. */
export function firstUsedUp(limits: readonly Limit[]): Limit | undefined {
  return limits.find((one) => one.spent + one.reserved >= one.limit);
}

/** The largest share of a limit; 1 where a limit is 0. */
export function largestShare(limits: readonly Limit[], of: (one: Limit) => number): number {
  return Math.max(0, ...limits.map((one) => (one.limit === 0 ? 1 : of(one) / one.limit)));
}

const number = (value: number, digits: number) => String(Number(value.toFixed(digits)));

/** An amount of a measure, for people. */
export function shown(measure: Limit['measure'], value: number): string {
  if (measure === 'money') return `${number(toUsd(value), 6)} USD`;
  return measure === 'tokens' ? `${value} tokens` : `${number(toJoules(value), 3)} J`;
}

const A: Record<string, string> = { total: '', day: ' a day (UTC)', month: ' a month (UTC)' };

/** Why a budget does not hold: limit, spent and what was asked for. */
export function because(period: string, { measure, limit, spent, reserved }: Limit, more?: Amount): string {
  const held = reserved > 0 ? `, ${shown(measure, reserved)} are reserved by calls under way` : '';
  const asked = more ? `, and this call may take ${shown(measure, more[PART[measure]])}` : '';
  return `${shown(measure, spent)} of ${shown(measure, limit)}${A[period] ?? ''} are spent${held}${asked}`;
}
