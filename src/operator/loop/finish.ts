import { z } from 'zod';
import type { Json } from '../../platform/kernel/json.ts';
import { messageOf, parseJson } from '../../platform/kernel/json.ts';
import { type Tool, tool } from '../tools/tool.ts';
import { explain } from './calls.ts';

/** The tool with which a model ends its work. */
export const FINISH = 'finish';

/** What an end must fulfil. */
export interface Wanted {
  doneCriteria: readonly string[];
  /** JSON Schema of the output; null: text. */
  outputSchema: Record<string, Json> | null;
}

export interface Criterion {
  criterion: string;
  met: boolean;
  because?: string | undefined;
}

/** An end as a model states it, or what it is told. */
export type Ending =
  | { isGood: true; output: Json; doneCriteria: Criterion[] }
  | { isGood: false; problem: string; unmet?: string[] };

const criterionSchema = z.object({
  criterion: z.string().max(2_000),
  met: z.boolean(),
  because: z.string().max(4_000).optional(),
});
const finishSchema = z.object({
  output: z.json(),
  doneCriteria: z.array(criterionSchema).max(100).default([]),
});

/** The tool as the model sees it. It is never carried out: the loop reads it. */
export function finishTool({ doneCriteria, outputSchema }: Wanted): Tool {
  const criteria = {
    type: 'array',
    description: 'Each done-criterion of the task, in its order, and whether it is met.',
    items: {
      type: 'object',
      properties: {
        criterion: { type: 'string' },
        met: { type: 'boolean' },
        because: { type: 'string' },
      },
      required: ['criterion', 'met'],
    },
  };
  return {
    ...tool({
      name: FINISH,
      description: 'Ends the task with its result. Call it once, when everything is done.',
      effect: 'read',
      input: finishSchema,
      run: async () => null,
    }),
    inputSchema: {
      type: 'object',
      properties: {
        output: outputSchema ?? {
          type: 'string',
          description: 'The whole result, for the person who asked.',
        },
        ...(doneCriteria.length > 0 && { doneCriteria: criteria }),
      },
      required: ['output', ...(doneCriteria.length > 0 ? ['doneCriteria'] : [])],
    },
  };
}

/** The schema of outputs. @throws Error when it uses what cannot be checked here */
export function outputCheck(outputSchema: Record<string, Json> | null): z.ZodType {
  return outputSchema === null ? z.json() : z.fromJSONSchema(outputSchema);
}

/** Judges a call of `finish`. */
export function judgeFinish(input: unknown, wanted: Wanted): Ending {
  const parsed = finishSchema.safeParse(input);
  if (!parsed.success) return { isGood: false, problem: explain(parsed.error) };
  const { output, doneCriteria } = parsed.data;
  const checked = checkOutput(output, wanted);
  if (!checked.isGood) return checked;
  if (wanted.doneCriteria.length > doneCriteria.length)
    return {
      isGood: false,
      problem: `doneCriteria must say of each of the ${wanted.doneCriteria.length} done-criteria whether it is met.`,
    };
  const unmet = doneCriteria.filter(({ met }) => !met).map(({ criterion, because }) => because ?? criterion);
  if (unmet.length > 0 && wanted.doneCriteria.length > 0)
    return {
      isGood: false,
      problem: `You say that this is not met: ${unmet.join('; ')}. Go on until it is, or end again with the same if it cannot be.`,
      unmet,
    };
  return { isGood: true, output: checked.output, doneCriteria };
}

/** Judges an answer in plain text, without any call. */
export function judgeText(text: string, wanted: Wanted): Ending {
  if (text === '') return { isGood: false, problem: `You said nothing. Call ${FINISH} with the result.` };
  if (wanted.doneCriteria.length > 0)
    return { isGood: false, problem: `Call ${FINISH} and say of each done-criterion whether it is met.` };
  if (wanted.outputSchema === null) return { isGood: true, output: text, doneCriteria: [] };
  try {
    return checkOutput(parseJson(jsonIn(text)), wanted);
  } catch (thrown) {
    return { isGood: false, problem: `Call ${FINISH} with the output as JSON: ${messageOf(thrown)}` };
  }
}

function checkOutput(output: unknown, { outputSchema }: Wanted): Ending {
  // Models often write the object as a text that holds it.
  const candidates =
    typeof output === 'string' && outputSchema !== null ? [output, ...unpacked(output)] : [output];
  let problem = '';
  for (const candidate of candidates) {
    const parsed = outputCheck(outputSchema).safeParse(candidate);
    if (parsed.success) return { isGood: true, output: parsed.data as Json, doneCriteria: [] }; // JSON in, JSON out
    problem ||= `The output does not fit its schema: ${explain(parsed.error)}`;
  }
  return { isGood: false, problem };
}

function unpacked(text: string): unknown[] {
  try {
    return [parseJson(jsonIn(text))];
  } catch {
    return []; // it is a text, and judged as one
  }
}

/** The JSON of a text that may stand in a code block. */
function jsonIn(text: string): string {
  return /^```(?:json)?\s*\n([\s\S]*?)\n```\s*$/.exec(text.trim())?.[1] ?? text;
}
