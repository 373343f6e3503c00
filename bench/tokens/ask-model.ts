/** The suite with a real model: the same questions with and without the kept techniques, answers compared in pairs. */

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { withIds } from '../../src/models/thrift/ids.ts';
import { promptTokens } from '../../src/models/thrift/prompt-text.ts';
import type { Learned, TechniqueName } from '../../src/models/thrift/technique.ts';
import { makeThrifty, type Thrifty } from '../../src/models/thrift/thrift.ts';
import { rankTexts } from '../../src/operator/skills/rank-texts.ts';
import { wealthAgainst } from '../lib/e-process.ts';
import type { Conversation } from './conversations.ts';
import { ALPHA, MARGIN, only } from './measure.ts';
import type { Question } from './reader.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface AskRequest {
  baseUrl: string;
  model: string;
  cases: readonly Conversation[];
  learned: Learned;
  tokenizer: Tokenizer;
  kept: readonly TechniqueName[];
}

interface Answered {
  isRight: boolean;
  inputTokens: number;
  outputTokens: number;
}

/** Below this share of right answers without techniques there is little that they could lose. */
const LEAST_RIGHT = 0.5;
/** How many questions wait at once: hosted models limit requests a minute. */
const AT_ONCE = 4;

/** Lines that say how often the model was right with and without. */
export async function askModel({
  baseUrl,
  model,
  cases,
  learned,
  tokenizer,
  kept,
}: AskRequest): Promise<string[]> {
  const provider = createOpenAICompatible({
    name: 'bench',
    baseURL: baseUrl,
    ...(process.env.BENCH_MODEL_KEY && { apiKey: process.env.BENCH_MODEL_KEY }),
  });
  const language = provider.chatModel(model);
  const ask = async (
    { prompt, names }: Pick<Thrifty, 'prompt' | 'names'>,
    question: Question,
  ): Promise<Answered> => {
    const { content, usage } = await language.doGenerate({
      prompt: [
        ...prompt,
        { role: 'user', content: [{ type: 'text', text: 'Answer the task now, with the value alone.' }] },
      ],
      maxOutputTokens: 1_000,
      temperature: 0,
    });
    const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    return {
      isRight: isRight(withIds(text, names), question),
      inputTokens: usage.inputTokens.total ?? promptTokens(prompt, tokenizer.count),
      outputTokens: usage.outputTokens.total ?? tokenizer.count(text),
    };
  };
  const pairs: Array<{ without: Answered; withIt: Answered }> = [];
  const queue = [...cases];
  const work = async () => {
    for (let one = queue.shift(); one; one = queue.shift()) {
      const last = one.calls.at(-1) ?? [];
      const situation = {
        purpose: 'work',
        taskType: 'question',
        count: tokenizer.count,
        rank: rankTexts,
        learned,
      } as const;
      const make = (names: readonly TechniqueName[]) => makeThrifty(last, only(names), situation);
      const without = await ask(make([]), one.question);
      pairs.push({ without, withIt: await ask(make(kept), one.question) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const total = (of: (pair: (typeof pairs)[number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0);
  const wealth = wealthAgainst(
    pairs.map(({ without, withIt }) => Number(withIt.isRight) - Number(without.isRight)),
    -MARGIN,
  );
  // Two models that are never right are equal, and that says nothing.
  const rightShare = total((one) => Number(one.without.isRight)) / pairs.length;
  const isEqual = wealth >= 1 / ALPHA && rightShare >= LEAST_RIGHT;
  return [
    '',
    `With ${model} (${pairs.length} questions, last call of each): right without ${total((one) => Number(one.without.isRight))}, with the kept techniques ${total((one) => Number(one.withIt.isRight))}; input ${total((one) => one.without.inputTokens)} → ${total((one) => one.withIt.inputTokens)} tokens, output ${total((one) => one.without.outputTokens)} → ${total((one) => one.withIt.outputTokens)}.`,
    isEqual
      ? `Equal success within ${MARGIN * 100} points: proven (evidence ${wealth.toFixed(1)}).`
      : `Equal success within ${MARGIN * 100} points: not proven by this run (evidence ${wealth.toFixed(1)} of ${1 / ALPHA}; right without: ${(rightShare * 100).toFixed(0)} %, at least ${LEAST_RIGHT * 100} % wanted).`,
  ];
}

/** The value stands in the answer; a number may be written with separators. */
export function isRight(answer: string, question: Question): boolean {
  const plain = (text: string) => text.replace(/[\s,]/g, '').toLowerCase();
  const values = question.kind === 'holds' ? question.values : [`${question.value}`];
  return values.some((value) => plain(answer).includes(plain(value)));
}
