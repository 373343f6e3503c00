import { CadreError, toErrorRecord } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { Recovery, Step, WorkStep } from './language.ts';
import type { NodeError, Outcome, PlanNode } from './node.ts';

/** What the end of a step, or of several, means. */

/** `replan` may be used several times: each is a way of its own. */
export function waysOf(step: WorkStep): Recovery[] {
  return (step.recover ?? []).flatMap((way) =>
    Array.from({ length: 'replan' in way ? way.replan.max : 1 }, () => way),
  );
}

export function isOptional(name: string, steps: readonly Step[]): boolean {
  return steps.find((step) => step.name === name)?.optional === true;
}

/** A block fails with its first step, in the order of the document, that failed by itself. */
export function outcomeOf(steps: readonly Step[], nodes: readonly PlanNode[]): Outcome {
  const failed = nodes.filter((node, index) => node.status === 'failed' && !steps[index]?.optional);
  const cause = failed.find((node) => node.error?.code !== 'workflow/need-failed') ?? failed[0];
  if (cause?.error) return { status: 'failed', error: cause.error };
  return { status: 'completed', output: nodes.at(-1)?.output ?? null };
}

export function isTrue(value: Json, expression: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new CadreError('workflow/expression', { expression, detail: 'it is neither true nor false' });
}

export function errorOf(error: unknown, step: string): NodeError {
  const { code, message } = toErrorRecord(error);
  return { code, message, step };
}
