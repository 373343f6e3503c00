import { Problem } from '../../api/client.ts';
import { amountIn, isFrom0 } from '../../parts/budget/typed.ts';

/** The most that a goal and all below it may take (the server's src/models/cap.ts). */
export interface Cap {
  costUsd?: number;
  tokens?: number;
}

/** The same as it is typed: empty is not limited. */
export interface TypedCap {
  costUsd: string;
  tokens: string;
}

export const NO_CAP: TypedCap = { costUsd: '', tokens: '' };

export type CapProblems = Partial<Record<keyof TypedCap, string>>;

const MOST_USD = 1_000_000;
const MOST_TOKENS = 1e12;

/** What was typed as a budget, undefined where nothing was; or what is wrong with each field. */
export function readCap(typed: TypedCap): { budget: Cap | undefined } | { problems: CapProblems } {
  const [costUsd, tokens] = [amountIn(typed.costUsd), amountIn(typed.tokens)];
  const areTokens = tokens === null || (Number.isInteger(tokens) && tokens >= 1 && tokens <= MOST_TOKENS);
  const problems: CapProblems = {
    ...(!isFrom0(costUsd, MOST_USD) && {
      costUsd: 'Dollars from 0 to 1,000,000, such as 0.50, or nothing.',
    }),
    ...(!areTokens && { tokens: 'A whole number from 1, or nothing.' }),
  };
  if (Object.keys(problems).length > 0) return { problems };
  if (costUsd === null && tokens === null) return { budget: undefined };
  return { budget: { ...(costUsd !== null && { costUsd }), ...(tokens !== null && { tokens }) } };
}

/** What the server said of the budget, at the field that it named. */
export function capProblemsIn(error: unknown): CapProblems {
  if (!(error instanceof Problem) || error.code !== 'request/invalid') return {};
  const said = /\bbudget(?:\.(\w+))?: (.+)$/.exec(error.message);
  if (!said) return {};
  const [, field, what = ''] = said;
  return { [field === 'tokens' ? 'tokens' : 'costUsd']: what };
}
