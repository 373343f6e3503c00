import { isDeepStrictEqual } from 'node:util';
import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { cacheLayout } from './cache-layout.ts';
import { changes } from './changes.ts';
import { dictionary } from './dictionary.ts';
import { type IdNames, ids, restoreIds } from './ids.ts';
import { KEPT } from './kept.ts';
import { promptTokens } from './prompt-text.ts';
import { retrieval } from './retrieval.ts';
import { sentences } from './sentences.ts';
import { symbols } from './symbols.ts';
import { tables } from './tables.ts';
import type { Omission, Situation, Technique, TechniqueName } from './technique.ts';
import { verbosity } from './verbosity.ts';

/** In the order in which they are applied: ids get their names before tables are made of them, a difference is taken of tables, a short form of what is left. */
export const ALL_TECHNIQUES: readonly Technique[] = [
  verbosity,
  ids,
  tables,
  changes,
  retrieval,
  sentences,
  symbols,
  dictionary,
  cacheLayout,
];

/** Which techniques are on: what the evidence keeps, unless it is said otherwise. */
export type ThriftSettings = Partial<Record<TechniqueName, boolean>>;

export interface Thrifty {
  prompt: LanguageModelV4Prompt;
  /** Techniques that were applied, in order. */
  techniques: TechniqueName[];
  /** Tokens before and after, by our tokenizer: estimates, as every count before a call. */
  tokensBefore: number;
  tokensAfter: number;
  omitted: Omission[];
  /** To be put back into what the model answers: `withIds`. */
  names: IdNames;
}

export function isOn(name: TechniqueName, settings: ThriftSettings = {}): boolean {
  return settings[name] ?? KEPT[name].isKept;
}

/**
 * The prompt as it is sent. Pure: the same prompt, settings and situation give the same, so a call that is made again
 * after a crash is the same call.
 */
export function makeThrifty(
  prompt: LanguageModelV4Prompt,
  settings: ThriftSettings | undefined,
  situation: Situation,
): Thrifty {
  const techniques = ALL_TECHNIQUES.filter(({ name }) => isOn(name, settings));
  let sent = prompt;
  const omitted: Omission[] = [];
  let names: IdNames = new Map();
  for (const technique of techniques) {
    const applied = technique.apply(sent, situation);
    // What a note tells of comes into a prompt once and stays, and so does the note: its place does not move.
    const isChanged = technique.note !== undefined && !isDeepStrictEqual(applied.prompt, sent);
    sent = isChanged ? withNote(applied.prompt, technique.note) : applied.prompt;
    omitted.push(...applied.omitted);
    names = applied.names ?? names;
  }
  return {
    prompt: sent,
    techniques: techniques.map(({ name }) => name),
    tokensBefore: promptTokens(prompt, situation.count),
    tokensAfter: promptTokens(sent, situation.count),
    omitted,
    names,
  };
}

/** Undoes what can be undone, from the prompt and the names of its ids: what a reader of it can know. */
export function restorePrompt(
  prompt: LanguageModelV4Prompt,
  names: IdNames = new Map(),
): LanguageModelV4Prompt {
  return ALL_TECHNIQUES.toReversed().reduce((all, { name, note, restore }) => {
    const bare = withoutNote(all, note);
    return name === 'ids' ? restoreIds(bare, names) : (restore?.(bare) ?? bare);
  }, prompt);
}

function withNote(prompt: LanguageModelV4Prompt, note = ''): LanguageModelV4Prompt {
  const [first, ...rest] = prompt;
  return first?.role === 'system' ? [{ ...first, content: `${first.content}\n${note}` }, ...rest] : prompt;
}

function withoutNote(prompt: LanguageModelV4Prompt, note: string | undefined): LanguageModelV4Prompt {
  const [first, ...rest] = prompt;
  if (note === undefined || first?.role !== 'system' || !first.content.endsWith(`\n${note}`)) return prompt;
  return [{ ...first, content: first.content.slice(0, -note.length - 1) }, ...rest];
}
