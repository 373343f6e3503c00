import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { Purpose } from '../usage.ts';

/** Ways to send fewer tokens, or cheaper ones (FEATURES MC-4). Docs: docs/tokens.md. */
export const TECHNIQUES = [
  'tables',
  'changes',
  'ids',
  'symbols',
  'dictionary',
  'retrieval',
  'sentences',
  'verbosity',
  'cache-layout',
] as const;
export type TechniqueName = (typeof TECHNIQUES)[number];

/** Those that an agent can be given: the others need something learned, which is measured and not yet kept anywhere. */
export const SWITCHABLE = [
  'tables',
  'changes',
  'ids',
  'symbols',
  'retrieval',
  'verbosity',
  'cache-layout',
] as const;

/** What a technique may look at beside the prompt. Nothing of it may change when the same call is made again. */
export interface Situation {
  purpose: Purpose;
  taskType: string;
  /** Tokens of a text by the real tokenizer. */
  count(text: string): number;
  /** How well each text fits the question, higher is better. Given by who has a retrieval. */
  rank?(question: string, texts: readonly string[]): number[];
  learned?: Learned;
}

/** What was learned from a tenant's own past prompts, always on others than those it was measured on. */
export interface Learned {
  /** Long phrases that come up again and again within a prompt. */
  phrases: readonly string[];
  /** Sentences that stand in many prompts and never held an answer. */
  idleSentences: ReadonlySet<string>;
}

/** What a technique left out, so that a person can see it and a stored turn can bring it back. */
export interface Omission {
  technique: TechniqueName;
  /** Which message of the prompt, from 0. */
  message: number;
  tokens: number;
  text: string;
}

export interface Applied {
  prompt: LanguageModelV4Prompt;
  omitted: Omission[];
  /** Short names that stand for ids: to be put back into the answer (`ids.ts`). */
  names?: ReadonlyMap<string, string>;
}

export interface Technique {
  name: TechniqueName;
  /** One sentence for people. */
  what: string;
  /** Said to the model as soon as the technique changed something. */
  note?: string;
  /**
   * `exact`: every value comes back, by `restore` from the prompt alone or by the names that `apply` gives. `layout`: the same text in another order. `drops`:
   * something is left out, and `omitted` says what. `adds`: something is said besides.
   */
  kind: 'exact' | 'layout' | 'drops' | 'adds';
  /** Pure: the same prompt and situation give the same, so a call that is made again is the same call. */
  apply(prompt: LanguageModelV4Prompt, situation: Situation): Applied;
  restore?(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt;
}
