import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import type { AnswerPart } from './call.ts';
import { costOf } from './cost.ts';
import { joulesOf } from './joules.ts';
import type { ModelInfo, Price } from './model.ts';
import type { Tokenizer } from './tokens.ts';
import { type CallUsage, type TokenCount, UNCACHED, type UsageSource, type WorstCase } from './usage.ts';

/** What was said to be used is not believed beyond these factors of what we counted ourselves. */
const FAR_TOO_MUCH = 10;
const FAR_TOO_LITTLE = 4;
/** Below, a factor says nothing. */
const SMALL = 64;

/** Input as we counted it, and what came. */
export interface Counted {
  inputTokens: number;
  parts: readonly AnswerPart[];
  tokenizer: Tokenizer;
}

/**
 * Tokens of a call and how sure they are: as the provider says, if it can be true; else as our tokenizer counts; the
 * worst case when the provider names more than anybody could have used.
 */
export function tokensOf(
  reported: LanguageModelV4Usage | undefined,
  counted: Counted,
  worst: WorstCase,
): { count: TokenCount; source: UsageSource } {
  const outputTokens = counted.parts.reduce((sum, part) => sum + partTokens(part, counted.tokenizer), 0);
  const own = { inputTokens: counted.inputTokens, outputTokens };
  const said = readCount(reported);
  if (said && isTooMuch(said, worst))
    return {
      count: { ...UNCACHED, inputTokens: worst.inputTokens, outputTokens: worst.outputTokens },
      source: 'worst-case',
    };
  if (said && !isTooLittle(said, own)) return { count: said, source: 'provider' };
  return { count: { ...UNCACHED, ...own }, source: 'tokenizer' };
}

const isTooMuch = (said: TokenCount, worst: WorstCase) =>
  said.inputTokens > FAR_TOO_MUCH * (worst.inputTokens + SMALL) ||
  said.outputTokens > FAR_TOO_MUCH * (worst.outputTokens + SMALL);

const isTooLittle = (said: TokenCount, own: { inputTokens: number; outputTokens: number }) =>
  said.inputTokens * FAR_TOO_LITTLE + SMALL < own.inputTokens ||
  said.outputTokens * FAR_TOO_LITTLE + SMALL < own.outputTokens;

/** Whole numbers of the provider that fit together; undefined where any of them is missing or cannot be. */
function readCount(usage: LanguageModelV4Usage | undefined): TokenCount | undefined {
  if (!usage) return undefined;
  const { inputTokens: input, outputTokens: output } = usage;
  const count = {
    inputTokens: input.total ?? Number.NaN,
    cachedInputTokens: input.cacheRead ?? 0,
    cacheWriteTokens: input.cacheWrite ?? 0,
    outputTokens: output.total ?? Number.NaN,
    reasoningTokens: output.reasoning ?? 0,
  };
  const isWhole = Object.values(count).every((value) => Number.isSafeInteger(value) && value >= 0);
  const isWithin =
    count.cachedInputTokens + count.cacheWriteTokens <= count.inputTokens &&
    count.reasoningTokens <= count.outputTokens;
  // A call without a prompt does not exist: zero is what some say who do not count.
  return isWhole && isWithin && count.inputTokens > 0 ? count : undefined;
}

function partTokens(part: AnswerPart, tokenizer: Tokenizer): number {
  return part.type === 'tool-call'
    ? tokenizer.count(part.name) + tokenizer.count(part.input)
    : tokenizer.count(part.text);
}

/** The call with its cost by the price of the day and its joules. */
export function usageOf(
  { count, source }: { count: TokenCount; source: UsageSource },
  { energy }: Pick<ModelInfo, 'energy'>,
  price: Price | undefined,
  times: { durationMs: number; firstPartMs: number | null },
): CallUsage {
  return { ...count, source, costUsd: costOf(price, count), ...joulesOf(energy, count), ...times };
}
