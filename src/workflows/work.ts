import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import { fill, type Scope } from './expression.ts';
import type { Step, WorkStep } from './language.ts';
import { conforms } from './schema.ts';

/** A piece of work, ready to be given to an agent. */
export interface Work {
  goal: string;
  doneWhen: string;
  type: string;
  /** With neither capability nor agent a chief plans it. */
  capability: string | null;
  agent: string | null;
  input: Record<string, Json>;
  /** Null: the files of the task. */
  files: string[] | null;
  timeoutMs: number | null;
  maxAttempts: number | null;
  priority: WorkStep['priority'];
  budget: WorkStep['budget'];
  optional: boolean;
  /** Path of the approval that must have approved this input. */
  approvedBy: string | null;
}

/** The work of a step, with what its texts stand for. @throws CadreError `workflow/expression` */
export function workOf(step: Omit<WorkStep, 'needs'>, scope: Scope): Work {
  return {
    goal: asText(fill(step.goal, scope)),
    doneWhen: asText(fill(step.doneWhen ?? '', scope)),
    type: step.type ?? 'general',
    capability: step.capability ?? null,
    agent: step.agent ?? null,
    input: fillAll(step.input ?? {}, scope),
    files: step.files === undefined ? null : filesOf(fill(step.files, scope)),
    timeoutMs: step.timeoutMs ?? null,
    maxAttempts: step.retry?.maxAttempts ?? null,
    priority: step.priority,
    budget: step.budget,
    optional: step.optional === true,
    approvedBy: null,
  };
}

/** Parameters, filled. */
export function fillAll(input: Record<string, Json>, scope: Scope): Record<string, Json> {
  return fill(input, scope) as Record<string, Json>; // an object stays one
}

function filesOf(value: Json): string[] {
  const list = [value].flat();
  if (list.every((one) => typeof one === 'string')) return list as string[]; // just seen
  throw new CadreError('workflow/expression', {
    expression: 'files',
    detail: 'it is not a list of file ids',
  });
}

/** Text as it is; anything else as JSON. */
export const asText = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Why the output of a step is not as the step demands; undefined when it is, or when nothing is demanded. */
export function badOutput(step: Step, output: Json): CadreError | undefined {
  if (!('goal' in step) || step.output === undefined) return undefined;
  const detail = conforms(step.output, output);
  return detail === undefined
    ? undefined
    : new CadreError('workflow/bad-output', { step: step.name, detail });
}
