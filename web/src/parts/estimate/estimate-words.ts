import type { Operations } from '../../api/types.ts';
import { count, energy, money } from '../amounts.ts';
import { duration } from '../time.tsx';

type Estimate = Operations['tasks.estimate']['output'];

const NOBODY = 'nobody can say';

/** What a task may take, as rows: the amount, and the most that nine of ten stay below. */
export function estimateRows(estimate: Omit<Estimate, 'kind'>): Array<[name: string, words: string]> {
  const { reckoned, costUsd, costHighUsd, tokens, tokensHigh, energyJ, energyLowJ, energyHighJ } = estimate;
  const upTo = (value: number | null, high: number | null, write: (value: number) => string): string => {
    if (value === null) return NOBODY;
    return high === null || high === value ? write(value) : `${write(value)}, at most about ${write(high)}`;
  };
  const range =
    energyLowJ === null || energyHighJ === null ? '' : ` (${energy(energyLowJ)} to ${energy(energyHighJ)})`;
  return [
    ['Cost', reckoned.by === 'keyless' ? '0 USD: built-in skills' : upTo(costUsd, costHighUsd, money)],
    ['Tokens', upTo(tokens, tokensHigh, count)],
    ['Time', upTo(estimate.durationMs, estimate.durationHighMs, duration)],
    ['Energy', energyJ === null ? NOBODY : `${energy(energyJ)}${range}`],
  ];
}
