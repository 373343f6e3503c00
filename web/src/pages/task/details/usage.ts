import type { Task } from '../../../api/models.ts';
import { duration } from '../../../parts/time.tsx';

const NONE = 'none reported';
const format = (value: number | null, write: (value: number) => string): string =>
  value === null ? NONE : write(value);
const count = (value: number): string => value.toLocaleString('en-GB');

/** Money: cents where they are enough, more digits for fractions of one. */
export const money = (usd: number): string =>
  `$${usd === 0 || usd >= 0.01 ? usd.toFixed(2) : usd.toPrecision(2)}`;

/** Joules, or kilojoules of many. */
export const energy = (joules: number): string =>
  joules >= 10_000 ? `${(joules / 1_000).toFixed(1)} kJ` : `${Number(joules.toFixed(1))} J`;

/** What a task used, as rows of name and value. What nobody reported is said to be so, never shown as nothing. */
export function usageRows(usage: Task['usage']): Array<[string, string]> {
  return [
    ['Steps done', count(usage.steps)],
    ['Work of all agents together', duration(usage.workMs)],
    ['Tokens read', format(usage.inputTokens, count)],
    ['Tokens written', format(usage.outputTokens, count)],
    ['Cost', format(usage.costUsd, money)],
    ['Energy', format(usage.energyJ, energy)],
  ];
}

/** True when no agent reported anything: the built-in skills have nothing to report. */
export const nothingReported = (usage: Task['usage']): boolean =>
  [usage.inputTokens, usage.outputTokens, usage.costUsd, usage.energyJ].every((value) => value === null);
