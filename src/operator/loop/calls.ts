import type { z } from 'zod';
import type { AnswerPart } from '../../models/call.ts';
import { messageOf, parseJson } from '../../platform/kernel/json.ts';
import { type Tool, wireNameOf } from '../tools/tool.ts';

/** Tool calls in one answer; an answer with more is refused as a whole. */
export const MAX_CALLS_PER_ANSWER = 128;

export type RawCall = Extract<AnswerPart, { type: 'tool-call' }>;

/** A call that can be carried out, or what the model is told. `input` is what its own message shows again. */
export type ReadCall =
  | { isUsable: true; tool: Tool; input: unknown; parsed: unknown }
  | { isUsable: false; input: unknown; problem: string };

/** Reads what a model wrote as a call: text that nobody has checked. */
export function readCall(call: RawCall, tools: readonly Tool[]): ReadCall {
  const tool = tools.find(({ name }) => name === call.name || wireNameOf(name) === call.name);
  let input: unknown;
  try {
    input = parseJson(call.input.trim() === '' ? '{}' : call.input);
  } catch (thrown) {
    return { isUsable: false, input: {}, problem: `The arguments are not valid JSON: ${messageOf(thrown)}` };
  }
  if (!tool) {
    const known = tools.map(({ name }) => wireNameOf(name)).join(', ');
    return {
      isUsable: false,
      input: objectOf(input),
      problem: `There is no tool "${call.name.slice(0, 100)}". There are: ${known}.`,
    };
  }
  const parsed = tool.input.safeParse(input);
  if (!parsed.success)
    return {
      isUsable: false,
      input: objectOf(input),
      problem: `The arguments do not fit: ${explain(parsed.error)}`,
    };
  return { isUsable: true, tool, input: objectOf(input), parsed: parsed.data };
}

/** Providers take objects only as the input of a call. */
function objectOf(input: unknown): unknown {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {};
}

/** What is wrong, in one line that a model can act on. */
export function explain(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join('.') || 'input'}: ${issue.message}`)
    .join('; ');
}
