/** What a set of techniques does to a suite: tokens of all calls, what a provider that keeps prompts reads again, answers. */
import { learnPhrases } from '../../src/models/thrift/dictionary.ts';
import { promptTokens, samePrefixTokens, textsOf } from '../../src/models/thrift/prompt-text.ts';
import { learnIdleSentences } from '../../src/models/thrift/sentences.ts';
import { type Learned, TECHNIQUES, type TechniqueName } from '../../src/models/thrift/technique.ts';
import { makeThrifty, type ThriftSettings } from '../../src/models/thrift/thrift.ts';
import { rankTexts } from '../../src/operator/skills/rank-texts.ts';
import { wealthAgainst } from '../lib/e-process.ts';
import type { Conversation } from './conversations.ts';
import { isAnswered, type Question } from './reader.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Providers keep nothing shorter (OpenAI and Anthropic: 1,024 tokens). */
const LEAST_KEPT_TOKENS = 1_024;
/** What a kept token costs beside a fresh one: a tenth at Anthropic and OpenAI's newer models. */
const KEPT_PRICE = 0.1;

/** Non-inferior: at most two points of success are lost, at a level of 5 % (EVOLUTION 2.5). */
export const MARGIN = 0.02;
export const ALPHA = 0.05;

export interface Measured {
  id: string;
  /** Tokens of all calls. */
  tokens: number;
  /** Of these, those at the beginning of a prompt that the call before had as well. */
  keptTokens: number;
  /** Tokens at the price of fresh ones. */
  price: number;
  isAnswered: boolean;
}

/** Settings with only the named techniques on. */
export const only = (names: readonly TechniqueName[]): ThriftSettings =>
  Object.fromEntries(TECHNIQUES.map((name) => [name, names.includes(name)]));

export function measureConversation(
  { id, calls, question }: Conversation,
  settings: ThriftSettings,
  tokenizer: Tokenizer,
  learned: Learned,
): Measured {
  const sent = calls.map((prompt) =>
    makeThrifty(prompt, settings, {
      purpose: 'work',
      taskType: 'question',
      count: tokenizer.count,
      rank: rankTexts,
      learned,
    }),
  );
  let tokens = 0;
  let keptTokens = 0;
  for (const [at, { prompt }] of sent.entries()) {
    tokens += promptTokens(prompt, tokenizer.count);
    const former = sent[at - 1]?.prompt;
    const same = former ? samePrefixTokens(former, prompt, tokenizer) : 0;
    if (same >= LEAST_KEPT_TOKENS) keptTokens += same;
  }
  const last = sent.at(-1);
  return {
    id,
    tokens,
    keptTokens,
    price: tokens - keptTokens * (1 - KEPT_PRICE),
    isAnswered: last !== undefined && isAnswered(last.prompt, question, last.names),
  };
}

/** What the tenant's past prompts teach. */
export function learn(past: readonly Conversation[], tokenizer: Tokenizer): Learned {
  const prompts = past.map(({ calls, question }) => ({
    texts: (calls.at(-1) ?? []).flatMap((message) => (message.role === 'system' ? [] : textsOf(message))),
    needed: neededFor(question),
  }));
  return {
    phrases: learnPhrases(
      prompts.map(({ texts }) => texts),
      tokenizer.count,
    ),
    idleSentences: learnIdleSentences(prompts),
  };
}

function neededFor(question: Question): string[] {
  if (question.kind === 'sentence') return [question.sentence];
  return question.kind === 'holds' ? [...question.values] : [`${question.value}`];
}

export interface Verdict {
  name: string;
  /** Share of tokens and of price less than without; NaN for none. */
  saved: number;
  priceSaved: number;
  keptShare: number;
  answered: number;
  lost: number;
  won: number;
  /** Evidence that at most `MARGIN` of success is lost, and that tokens fall: proven from 1 / `ALPHA` on. */
  evidenceOfSuccess: number;
  evidenceOfSaving: number;
}

const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0);

/** A technique beside none, on the same conversations. */
export function judge(name: string, without: readonly Measured[], withIt: readonly Measured[]): Verdict {
  const pairs = withIt.map((after, at) => ({ before: without[at]!, after }));
  const differences = pairs.map(({ before, after }) => Number(after.isAnswered) - Number(before.isAnswered));
  // A layout saves no token; what it saves is their price.
  const of = name === 'cache-layout' ? 'price' : 'tokens';
  const savings = pairs.map(({ before, after }) => Math.max(-1, 1 - after[of] / before[of]));
  const total = (measured: readonly Measured[], of: 'tokens' | 'price' | 'keptTokens') =>
    sum(measured.map((one) => one[of]));
  return {
    name,
    saved: 1 - total(withIt, 'tokens') / total(without, 'tokens'),
    priceSaved: 1 - total(withIt, 'price') / total(without, 'price'),
    keptShare: total(withIt, 'keptTokens') / total(withIt, 'tokens'),
    answered: sum(withIt.map(({ isAnswered }) => Number(isAnswered))) / withIt.length,
    lost: differences.filter((one) => one < 0).length,
    won: differences.filter((one) => one > 0).length,
    evidenceOfSuccess: wealthAgainst(differences, -MARGIN),
    evidenceOfSaving: wealthAgainst(savings, 0),
  };
}

/** Tokens (of a layout: their price) fall and what is needed stays, both proven. */
export const isProven = ({ evidenceOfSuccess, evidenceOfSaving }: Verdict): boolean =>
  evidenceOfSuccess >= 1 / ALPHA && evidenceOfSaving >= 1 / ALPHA;
