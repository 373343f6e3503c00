import { z } from 'zod';
import type { Effect } from '../../agents/permission.ts';
import type { Json } from '../../platform/kernel/json.ts';

/** What surrounds one call of a tool. */
export interface ToolCall {
  /** Stable across attempts: what acts outside does it once. */
  idempotencyKey: string;
  signal: AbortSignal;
}

/**
 * Something a model may ask for. What it does is said by its effect class; whether it may is decided outside the
 * model, before it runs (`Turns.act`).
 */
export interface Tool {
  /** `noun.verb`; models see it with `_`, because providers take no dots. */
  readonly name: string;
  /** For the model. */
  readonly description: string;
  readonly effect: Effect;
  readonly input: z.ZodType;
  /** The schema of `input` as models get it. */
  readonly inputSchema: Record<string, unknown>;
  /** @throws CadreError what the model is told; failures of the store and of the run pass through */
  run(input: unknown, call: ToolCall): Promise<Json>;
}

interface ToolSpec<Input extends z.ZodType> {
  name: string;
  description: string;
  effect: Effect;
  input: Input;
  run(input: z.output<Input>, call: ToolCall): Promise<Json>;
}

/** A tool whose arguments are parsed before it runs. */
export function tool<Input extends z.ZodType>(spec: ToolSpec<Input>): Tool {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(spec.input, { io: 'input' });
  return { ...spec, inputSchema, run: (input, call) => spec.run(spec.input.parse(input), call) };
}

/** The name that models see: `^[a-zA-Z0-9_-]{1,64}$` suits every provider. */
export function wireNameOf(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64);
}
