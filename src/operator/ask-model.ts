import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { z } from 'zod';
import type { Turns } from '../agents/executor.ts';
import type { ModelOrder, Models } from '../models/call.ts';
import type { Purpose } from '../models/usage.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf, parseJson } from '../platform/kernel/json.ts';
import { explain } from './loop/calls.ts';

/** One question to a model that has no tools, and the form that its answer must have. */
export interface ModelQuestion<T> {
  /** Of the turn: stable across attempts. */
  name: string;
  purpose: Purpose;
  taskType: string;
  /** The wish of the goal goes before it. Null: the rules of the tenant choose. */
  model: string | null;
  otherThan?: string;
  /** Who asks, where the run has no agent of its own. */
  agentId: string | null;
  prompt: LanguageModelV4Prompt;
  form: { name: string; schema: z.ZodType<T> };
  maxOutputTokens: number;
}

/** What came: the text as the model wrote it, and what it says where it has the form. */
export type ModelReply<T> = { model: string; text: string } & (
  | { isGood: true; value: T }
  | { isGood: false; problem: string }
);

/** So much of an answer is kept. */
const KEPT_CHARACTERS = 200_000;

/**
 * Asks a model as a turn: the answer is stored with its usage in one transaction, so it is paid for once, and read anew
 * by every attempt. Text of others may stand in the prompt: there is no tool that it could reach.
 * @throws CadreError `model/…`, `budget/…`, and what `turns` throws
 */
export async function askModel<T>(
  { call, turns, signal }: { call: Models['call']; turns: Turns; signal: AbortSignal },
  question: ModelQuestion<T>,
): Promise<ModelReply<T>> {
  const { form } = question;
  const taken = await turns.take(question.name, async ({ model, bill }) => {
    const order: ModelOrder = {
      bill: { ...bill, agentId: question.agentId, purpose: question.purpose },
      model: model ?? question.model,
      taskType: question.taskType,
      ...(question.otherThan !== undefined && { otherThan: question.otherThan }),
      prompt: question.prompt,
      schema: { name: form.name, schema: jsonSchemaOf(form.schema) },
      maxOutputTokens: question.maxOutputTokens,
    };
    const { parts, usage, reservationId, model: by, finish } = await call(order, signal);
    const said = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
    return {
      value: { text: clean(said.slice(0, KEPT_CHARACTERS)), finish },
      model: by,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      costUsd: usage.costUsd ?? 0,
      billed: { reservationId, usage },
    };
  });
  const { text, finish } = taken.value;
  const read = finish === 'length' ? CUT : readAnswer(text, form.schema);
  return { model: taken.model ?? '', text, ...read };
}

const CUT = { isGood: false as const, problem: 'the answer was cut at its end: give a shorter one' };

const clean = (text: string): string => text.replaceAll('\u0000', '\uFFFD').toWellFormed();

/** The JSON in a text, if it has the form. Code blocks around it are taken off. */
export function readAnswer<T>(
  text: string,
  schema: z.ZodType<T>,
): { isGood: true; value: T } | { isGood: false; problem: string } {
  const bare = /^```(?:json)?\s*\n([\s\S]*?)\n```\s*$/.exec(text.trim())?.[1] ?? text;
  try {
    const parsed = schema.safeParse(parseJson(bare));
    if (parsed.success) return { isGood: true, value: parsed.data };
    return { isGood: false, problem: explain(parsed.error) };
  } catch (thrown) {
    return { isGood: false, problem: inWords(thrown) };
  }
}

/** What is wrong with a text that is no JSON: there is no body of a request here. */
function inWords(thrown: unknown): string {
  if (thrown instanceof CadreError && thrown.code === 'request/json-invalid')
    return `it is not JSON: ${thrown.values.detail}`;
  return messageOf(thrown);
}

function jsonSchemaOf(schema: z.ZodType): NonNullable<ModelOrder['schema']>['schema'] {
  // zod writes draft 2020-12; what is used of it here means the same in draft 7.
  return z.toJSONSchema(schema, { io: 'input' }) as NonNullable<ModelOrder['schema']>['schema'];
}
