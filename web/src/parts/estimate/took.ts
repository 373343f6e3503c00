import type { Task } from '../../api/models.ts';
import { count, energy, money, percent } from '../amounts.ts';
import { duration } from '../time.tsx';

/** What was foretold of one measure, what it took, and how far apart they are. */
export interface Held {
  name: string;
  foretold: string;
  took: string;
  off: string;
}

const UNKNOWN = 'not known';

/** The estimate of a task beside what it took; of a task that goes on, what it took so far and no error. */
export function heldAgainst(estimate: NonNullable<Task['estimate']>, usage: Task['usage']): Held[] {
  const { real } = estimate;
  const tokens =
    usage.inputTokens === null && usage.outputTokens === null
      ? null
      : (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
  const row = (
    name: string,
    write: (value: number) => string,
    foretold: number | null,
    taken: { inAll: number | null | undefined; soFar: number | null },
  ): Held => {
    const took = real ? (taken.inAll ?? null) : taken.soFar;
    const soFar = real || took === null ? '' : ' so far';
    return {
      name,
      foretold: foretold === null ? 'nobody could say' : write(foretold),
      took: took === null ? UNKNOWN : `${write(took)}${soFar}`,
      off: real ? offBy(foretold, took) : 'known at its end',
    };
  };
  return [
    row('Cost', money, estimate.costUsd, { inAll: real?.costUsd, soFar: usage.costUsd }),
    row('Tokens', count, estimate.tokens, { inAll: real?.tokens, soFar: tokens }),
    row('Time', duration, estimate.durationMs, { inAll: real?.durationMs, soFar: null }),
    row('Energy', energy, estimate.energyJ, { inAll: real?.energyJ, soFar: usage.energyJ }),
  ];
}

/** How far an estimate was from what was taken, as a share of what was taken. */
export function offBy(foretold: number | null, took: number | null): string {
  if (foretold === null || took === null) return 'cannot be said';
  if (foretold === took) return 'right';
  if (took === 0) return 'expected, and nothing was taken';
  const share = Math.abs(foretold - took) / took;
  return `${percent(share)} ${foretold > took ? 'too much expected' : 'too little expected'}`;
}
