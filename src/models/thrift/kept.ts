import type { TechniqueName } from './technique.ts';

/**
 * Which techniques are on when nobody says otherwise, and why: bench/results/tokens.md (600 conversations, o200k). What
 * leaves something out waits for a real model to show equal success.
 */
export interface Evidence {
  isKept: boolean;
  because: string;
}

export const KEPT: Record<TechniqueName, Evidence> = {
  tables: { isKept: true, because: 'saves 15.9 % of tokens; every value comes back' },
  changes: { isKept: true, because: 'saves 2.4 % alone and more on tables; every value comes back' },
  ids: { isKept: true, because: 'saves 10.3 %; the ids come back by their names' },
  symbols: { isKept: false, because: 'saves nothing: most signs take as many tokens as words, or more' },
  dictionary: {
    isKept: false,
    because: 'saves 2.1 %, but its key moves the beginning of prompts: money is lost',
  },
  retrieval: { isKept: false, because: 'the saving is not proven, and answers were lost' },
  sentences: { isKept: false, because: 'saves 4.5 %, but leaves out: no real model has shown equal success' },
  verbosity: {
    isKept: false,
    because: 'costs 0.4 % of input; what it saves of output only a model can show',
  },
  'cache-layout': { isKept: true, because: 'saves 60.9 % of the price of input, no token' },
};
