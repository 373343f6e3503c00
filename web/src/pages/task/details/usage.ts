import type { Task } from '../../../api/models.ts';
import { carbon, count, energy, money } from '../../../parts/amounts.ts';
import { duration } from '../../../parts/time.tsx';

const NONE = 'none reported';
const format = (value: number | null, write: (value: number) => string): string =>
  value === null ? NONE : write(value);

/**
 * What a task used, as rows of name and value. What nobody reported is said to be so, never shown as nothing.
 *
 * @param steps how many were done, where they are no tasks of their own
 */
export function usageRows(usage: Task['usage'], steps = usage.steps): Array<[string, string]> {
  return [
    ['Steps done', count(steps)],
    ['Work of all agents together', duration(usage.workMs)],
    ['Tokens read', format(usage.inputTokens, count)],
    ['Tokens written', format(usage.outputTokens, count)],
    ['Cost', format(usage.costUsd, money) + guessed(usage.sources)],
    ['Energy', format(usage.energyJ, (joules) => energyWith(joules, usage.energy))],
    ...(usage.energyJ === null || usage.energy === null
      ? []
      : [['Carbon', `${carbon(usage.energy.carbonG)} (grid: ${usage.energy.grid})`] as [string, string]]),
  ];
}

/** Says when figures hold calls that nobody counted. */
function guessed(sources: Task['usage']['sources']): string {
  const worst = sources['worst-case'];
  return worst === 0 ? '' : ` (${worst === 1 ? 'one call' : `${worst} calls`} at the most it could take)`;
}

/** Joules with how they came about and the range in which the truth is expected. */
function energyWith(joules: number, known: Task['usage']['energy']): string {
  if (known === null) return energy(joules);
  const missing = known.unknown > 0 ? `; ${known.unknown} attempts not known` : '';
  return `${energy(joules)}, ${known.mark} (${energy(known.lowJ)} to ${energy(known.highJ)}${missing})`;
}

/** True when no agent reported anything: the built-in skills have nothing to report. */
export const nothingReported = (usage: Task['usage']): boolean =>
  [usage.inputTokens, usage.outputTokens, usage.costUsd, usage.energyJ].every((value) => value === null);
