import { z } from 'zod';
import { SWITCHABLE } from '../models/thrift/technique.ts';

/**
 * The spec of an operator that works with a language model: which one, what it is told, what it may use, and where it
 * stops. What it has no tool for, it cannot do (docs/model-agents.md).
 */
const MAX_TURNS = 100;
const MAX_INSTRUCTIONS = 20_000;
const MAX_TOOLS = 100;
const MAX_SCHEMA_CHARACTERS = 20_000;

/** The tools of an agent whose spec names none: they read what belongs to its own task. */
export const DEFAULT_TOOLS: readonly string[] = [
  'files.list',
  'files.read',
  'files.search',
  'tables.query',
  'history.read',
];

export const modelExecutorSchema = z.strictObject({
  kind: z.literal('model'),
  /** Such as `anthropic/claude-sonnet-4-5`; without it the rules of the tenant choose. */
  model: z.string().min(1).max(200).optional(),
  /** What it is told before every task: who it is, how it is to work. */
  instructions: z.string().max(MAX_INSTRUCTIONS).optional(),
  /** Names of all tools that it may use; without it those that read the files of its task. */
  tools: z.array(z.string().min(1).max(100)).max(MAX_TOOLS).optional(),
  /** Calls of the model in one task. */
  maxTurns: z.number().int().min(1).max(MAX_TURNS).default(20),
  /** Of one call. */
  maxOutputTokens: z.number().int().min(16).max(200_000).default(4_096),
  temperature: z.number().min(0).max(2).optional(),
  /** What of the context of the model is used; more than that is made shorter. */
  contextTokens: z.number().int().min(1_000).max(2_000_000).default(32_000),
  /** Ways to send fewer tokens, on or off; without it those that the evidence keeps (docs/tokens.md). */
  thrift: z.partialRecord(z.enum(SWITCHABLE), z.boolean()).optional(),
  /** JSON Schema of its output; without it the output is text. */
  outputSchema: z
    .record(z.string(), z.json())
    .refine((schema) => JSON.stringify(schema).length <= MAX_SCHEMA_CHARACTERS, 'at most 20,000 characters')
    .optional(),
});
export type ModelExecutorSpec = z.output<typeof modelExecutorSchema>;
