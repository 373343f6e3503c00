import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { PromptRow } from '../platform/store/schema.ts';

/**
 * Prompts and templates (FEATURES CO-8): texts with variables in double braces. A prompt is a finished text for one
 * purpose; a template is the shape from which prompts are made.
 */

/** What a text is called to people and in errors. */
export type Kind = 'prompt' | 'template';

/** Names are those of requests too (`ping`), so that a prompt can say what is asked for. */
export const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,79}$/, 'a small letter first, then small letters, digits, . _ and -');

/** Longest text that is kept, in characters (Unicode code points). */
export const MAX_BODY_CHARACTERS = 20_000;
/** Longest text that rendering makes. */
export const MAX_RENDERED_CHARACTERS = 32_000;
/** Values longer than the longest outcome need not come in at all. */
export const variablesSchema = z
  .record(z.string().max(64), z.union([z.string().max(MAX_RENDERED_CHARACTERS), z.number(), z.boolean()]))
  .refine((values) => Object.keys(values).length <= 200, 'at most 200 variables');
export type Variables = z.output<typeof variablesSchema>;

const VARIABLE = /\{\{ ?([a-z][A-Za-z0-9_]{0,63}) ?\}\}/g;

/**
 * The variables of a text, each once, in its order.
 * @throws CadreError `prompt/bad-body` where double braces hold no name: what looks like a variable is one
 */
export function variablesOf(body: string): string[] {
  const names = new Set<string>();
  const rest = body.replace(VARIABLE, (whole, name: string) => {
    names.add(name);
    return '_'.repeat(whole.length);
  });
  const at = rest.search(/\{\{|\}\}/);
  if (at >= 0) throw new CadreError('prompt/bad-body', { at: at + 1, found: body.slice(at, at + 20) });
  return [...names];
}

/**
 * Puts the values into their places. They are plain text: braces in a value stay as they are, because the text is
 * walked once and nothing is evaluated.
 * @throws CadreError `prompt/variable-missing`, `prompt/variable-unknown`, `prompt/too-long`
 */
export function render(kind: Kind, text: { name: string; body: string }, values: Variables): string {
  const { name, body } = text;
  const wanted = variablesOf(body);
  for (const variable of wanted)
    if (!Object.hasOwn(values, variable))
      throw new CadreError('prompt/variable-missing', { kind, name, variable });
  const unknown = Object.keys(values).find((variable) => !wanted.includes(variable));
  if (unknown !== undefined)
    throw new CadreError('prompt/variable-unknown', { kind, name, variable: unknown });
  const tooLong = () => new CadreError('prompt/too-long', { limit: MAX_RENDERED_CHARACTERS });
  let room = MAX_RENDERED_CHARACTERS * 2; // a character has at most two units; counted before anything is built
  const rendered = body.replace(VARIABLE, (_whole, variable: string) => {
    const value = String(values[variable]);
    room -= value.length;
    if (room < 0) throw tooLong();
    return value;
  });
  if ([...rendered].length > MAX_RENDERED_CHARACTERS) throw tooLong();
  return rendered;
}

/** A version as people see it. */
export const promptSchema = z.object({
  name: z.string(),
  version: z.number().int(),
  description: z.string(),
  body: z.string(),
  variables: z.array(z.string()),
  contentHash: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  archived: z.boolean(),
});
export type Prompt = z.output<typeof promptSchema>;

/** A row as people see it. */
export function toPrompt(row: PromptRow): Prompt {
  return promptSchema.parse({
    name: row.name,
    version: row.version,
    description: row.description,
    body: row.body,
    variables: JSON.parse(row.variables),
    contentHash: row.content_hash,
    createdBy: row.created_by,
    createdAt: toRfc3339(row.created_at),
    archived: row.archived_at !== null,
  });
}
