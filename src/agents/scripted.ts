import { z } from 'zod';
import { EFFECTS } from './permission.ts';

/**
 * The spec of an operator that follows a script instead of a language model: turns with texts, metered tokens and
 * acts, under models with prices. It is there to try out run control, and to prove it, without a key.
 */
const MAX_TURNS = 200;
const MAX_ACTS = 20;
const MAX_TEXT = 20_000;
const MAX_THINK_MS = 600_000;

const modelName = z.string().min(1).max(80);

/** One value, or one for each model. */
const byModel = <Value extends z.ZodType>(value: Value) => z.union([value, z.record(modelName, value)]);
const tokens = z.number().int().min(0).max(10_000_000);

const modelSchema = z.strictObject({
  name: modelName,
  inputUsdPerMillion: z.number().min(0).max(10_000),
  outputUsdPerMillion: z.number().min(0).max(10_000),
});

const actSchema = z.strictObject({
  name: z.string().min(1).max(100),
  effect: z.enum(EFFECTS),
  wantsConfirmation: z.boolean().optional(),
  detail: z.string().max(2_000).optional(),
});

const turnSchema = z.strictObject({
  text: byModel(z.string().max(MAX_TEXT)),
  inputTokens: byModel(tokens).default(0),
  outputTokens: byModel(tokens).default(0),
  /** How long a model would take. */
  thinkMs: byModel(z.number().int().min(0).max(MAX_THINK_MS)).default(0),
  /** What it wants to do then; nothing outside Cadre is touched. */
  acts: z.array(actSchema).max(MAX_ACTS).default([]),
});
export type ScriptedTurn = z.output<typeof turnSchema>;

export const scriptedSchema = z.strictObject({
  kind: z.literal('scripted'),
  /** The first is taken when the goal names none. */
  models: z
    .array(modelSchema)
    .min(1)
    .max(10)
    .refine((models) => new Set(models.map(({ name }) => name)).size === models.length, 'each model once')
    .default([
      { name: 'small', inputUsdPerMillion: 0.25, outputUsdPerMillion: 1 },
      { name: 'large', inputUsdPerMillion: 3, outputUsdPerMillion: 15 },
    ]),
  turns: z.array(turnSchema).min(1).max(MAX_TURNS),
});
export type ScriptedSpec = z.output<typeof scriptedSchema>;

/** The value for a model. */
export function valueFor<Value extends string | number>(
  given: Value | Record<string, Value>,
  model: string,
): Value | undefined {
  return typeof given === 'object' ? given[model] : given;
}
