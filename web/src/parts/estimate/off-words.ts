import type { Operations } from '../../api/types.ts';
import { count, money, percent } from '../amounts.ts';

type Predictions = Operations['usage.predictions']['output'];
type Estimate = Operations['tasks.estimate']['output'];

const MEASURES = [
  ['cost', 'cost'],
  ['tokens', 'tokens'],
  ['duration', 'time'],
  ['energy', 'energy'],
] as const;

/** How far estimates of late were off, by what they estimated; what was free and was expected to be is left out. */
export function usuallyOff(errors: Predictions): string {
  const parts = MEASURES.flatMap(([measure, name]) => {
    const { mape, estimated, real } = errors[measure];
    return mape === null || (estimated === 0 && real === 0) ? [] : [`${percent(mape)} (${name})`];
  });
  if (parts.length === 0) return 'No estimate of such a task has been held against what it took yet.';
  const most = Math.max(...MEASURES.map(([measure]) => errors[measure].count));
  const of = most === 1 ? 'The one estimate of late was' : `The last ${count(most)} estimates were`;
  return `${of} off by ${parts.join(', ')} on average.`;
}

/** Says when more is expected than the budget allows; undefined when it fits, or nobody can say. */
export function overCap(
  { costUsd, tokens }: Pick<Estimate, 'costUsd' | 'tokens'>,
  cap: { costUsd?: number; tokens?: number },
): string | undefined {
  const over = [
    ...(costUsd !== null && cap.costUsd !== undefined && costUsd > cap.costUsd
      ? [`${money(costUsd)} where the budget is ${money(cap.costUsd)}`]
      : []),
    ...(tokens !== null && cap.tokens !== undefined && tokens > cap.tokens
      ? [`${count(tokens)} tokens where the budget is ${count(cap.tokens)}`]
      : []),
  ];
  if (over.length === 0) return undefined;
  return `More is expected than the budget allows: ${over.join(', ')}. The work would stop there.`;
}
