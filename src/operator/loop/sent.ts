import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { SavedTokens } from '../../agents/executor.ts';
import type { AnswerPart } from '../../models/call.ts';
import { type IdNames, withIds } from '../../models/thrift/ids.ts';
import { makeThrifty, type ThriftSettings } from '../../models/thrift/thrift.ts';
import { rankTexts } from '../skills/rank-texts.ts';
import { estimateTokens } from './tokens.ts';

/**
 * A prompt as it goes out: made shorter by the techniques that the evidence keeps (docs/tokens.md). Decided by the same
 * estimate in every process, so a turn that is taken again after a crash sends the same.
 */
export interface Sent {
  prompt: LanguageModelV4Prompt;
  names: IdNames;
  saved: SavedTokens;
}

export function asSent(
  prompt: LanguageModelV4Prompt,
  taskType: string,
  settings: ThriftSettings | undefined,
): Sent {
  const { prompt: sent, ...made } = makeThrifty(prompt, settings, {
    purpose: 'work',
    taskType,
    count: estimateTokens,
    rank: rankTexts,
  });
  const { names, techniques, tokensBefore, tokensAfter } = made;
  return { prompt: sent, names, saved: { techniques, tokensBefore, tokensAfter } };
}

/** An answer with the ids that the short names of its prompt stand for: in calls of tools and in what it says. */
export function withOwnIds(parts: readonly AnswerPart[], names: IdNames): AnswerPart[] {
  return parts.map((part) => {
    if (part.type === 'tool-call') return { ...part, input: withIds(part.input, names) };
    // Reasoning goes back to its provider as it came: some are signed.
    return part.type === 'text' ? { ...part, text: withIds(part.text, names) } : part;
  });
}
