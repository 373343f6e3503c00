import type { ErrorValues } from '../../platform/kernel/errors.ts';
import { CadreError, type ErrorCode } from '../../platform/kernel/errors.ts';
import type { Exchange } from './transcript.ts';

/** Answers in a row that nothing can be done with. */
export const MAX_UNUSABLE = 3;
/** The same calls with the same results in a row: so often it is told, so often it ends. */
export const SAME_TOLD = 2;
export const SAME_ENDS = 3;
/** Tool calls that one task may carry out: each takes two of the 1,000 steps of its run (GUARANTEES P15). */
export const MAX_ACTS = 400;

/** Why the work must end now, if it must; looked at after each exchange. */
export function mustStop(exchanges: readonly Exchange[]): CadreError | undefined {
  const unusable = countUnusable(exchanges);
  if (unusable >= MAX_UNUSABLE) {
    const last = exchanges.at(-1);
    const detail = last?.nudge ?? last?.results.find(({ isUsable }) => !isUsable)?.text ?? 'no reason';
    return stop('model/unusable', { times: unusable, detail: detail.slice(0, 300) });
  }
  const same = countSame(exchanges);
  return same >= SAME_ENDS ? stop('model/no-progress', { times: same }) : undefined;
}

/** How many of the last exchanges are the same calls with the same results. */
export function countSame(exchanges: readonly Exchange[]): number {
  const last = signatureOf(exchanges.at(-1));
  if (last === undefined) return 0;
  let count = 0;
  for (const exchange of exchanges.toReversed()) {
    if (signatureOf(exchange) !== last) break;
    count += 1;
  }
  return count;
}

function countUnusable(exchanges: readonly Exchange[]): number {
  let count = 0;
  for (const { results, nudge } of exchanges.toReversed()) {
    const isUsable = results.some((one) => one.isUsable) || (results.length === 0 && nudge === null);
    if (isUsable) break;
    count += 1;
  }
  return count;
}

function signatureOf(exchange: Exchange | undefined): string | undefined {
  if (!exchange || exchange.results.length === 0) return undefined;
  return JSON.stringify(exchange.results.map(({ wireName, input, text }) => [wireName, input, text]));
}

const stop = (code: ErrorCode, values: ErrorValues) => new CadreError(code, values);
