import type { Purpose } from '../usage.ts';
import type { Technique } from './technique.ts';

/**
 * How much an answer may say, by what the call is for: whoever plans answers with a plan, whoever checks with a
 * verdict. The limit lowers what is reserved for a call; whether the sentence makes answers shorter at equal success
 * only a real model can show.
 */
export interface Verbosity {
  sentence: string;
  maxOutputTokens: number;
}

const BY_PURPOSE: Record<Purpose, Verbosity> = {
  work: { sentence: 'Between calls of tools write at most one short sentence.', maxOutputTokens: 4_096 },
  plan: {
    sentence: 'Answer with the plan alone: no introduction, no reasons that were not asked for.',
    maxOutputTokens: 4_096,
  },
  review: { sentence: 'Answer with the points that count, one line each.', maxOutputTokens: 2_048 },
  verify: {
    sentence: 'Answer with the verdict and, for each point that fails, one line.',
    maxOutputTokens: 1_024,
  },
  compact: {
    sentence: 'Keep names, numbers, dates, decisions and open questions; drop the rest.',
    maxOutputTokens: 2_048,
  },
  chat: { sentence: 'Answer as briefly as the question allows.', maxOutputTokens: 2_048 },
};

/** Task types whose answer is a text of its own: only the limit of the model holds for them. */
const LONG_TYPES = /(?:write|draft|report|translate|compose|document)/i;

/** Null: the answer may be as long as the model can. */
export function verbosityFor(purpose: Purpose, taskType: string): Verbosity | null {
  return purpose === 'work' && LONG_TYPES.test(taskType) ? null : BY_PURPOSE[purpose];
}

export const verbosity: Technique = {
  name: 'verbosity',
  what: 'A sentence says how short the answer is to be, by what the call is for; it costs tokens to save output.',
  kind: 'adds',
  apply(prompt, { purpose, taskType }) {
    const wanted = verbosityFor(purpose, taskType);
    const first = prompt[0];
    if (!wanted || first?.role !== 'system') return { prompt, omitted: [] };
    return {
      prompt: [{ ...first, content: `${first.content}\n${wanted.sentence}` }, ...prompt.slice(1)],
      omitted: [],
    };
  },
};
