import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { StepAhead } from '../tasks/estimate.ts';
import { evaluate, fill, type Scope } from './expression.ts';
import type { Step, Workflow } from './language.ts';
import { blocksIn } from './places.ts';
import { definitionAt, pinWorkflow, resolve } from './versions.ts';

/**
 * The work of a workflow before it begins, so that what it may take can be said: what is asked of whom, and how often.
 * What the input alone decides is decided (`if`, `switch`, the length of a list); the rest is a range. Attempts that
 * fail and what undoes a step are not in it. Where one operator carries out a workflow, all its steps are asked of it.
 */

type Often = Pick<StepAhead, 'usual' | 'most'>;

/** Finds the workflow that a step calls; undefined when there is none that could be run. */
export type Called = (reference: string) => Promise<Workflow | undefined>;

const ONCE: Often = { usual: 1, most: 1 };
/** What only happens when something failed. */
const PERHAPS: Often = { usual: 0, most: 1 };
const UNKNOWN: Often = { usual: null, most: null };
/** Workflows that call workflows; a circle is refused when they are saved. */
const MAX_CALLS_DEEP = 20;

/** @param given the input of the task and its files */
export async function workIn(
  { steps, operator }: Pick<Workflow, 'steps' | 'operator'>,
  given: { input: Record<string, Json>; files: string[] },
  called: Called,
  often: Often = ONCE,
  depth = 0,
): Promise<StepAhead[]> {
  const scope: Scope = { input: given.input, task: { id: '', files: given.files } };
  const found: StepAhead[] = [];

  const add = (step: { name: string; goal: string } & Partial<Asked>, times: Often) =>
    found.push({
      step: step.name,
      goal: String(filled(step.goal, scope)),
      input: (step.input ?? {}) as Record<string, Json>,
      files: filesOf(step.files === undefined ? given.files : filled(step.files, scope)),
      agent: (operator ?? step).agent ?? null,
      capability: (operator ?? step).capability ?? null,
      ...times,
    });
  const walk = async (list: readonly Step[], around: Often): Promise<void> => {
    for (const step of list) {
      if (step.if !== undefined && givenValue(step.if, scope) === false) continue;
      if ('goal' in step) {
        add(step, around);
        for (const way of step.recover ?? []) {
          if ('fallback' in way) add({ ...step, ...way.fallback }, times(around, PERHAPS));
          if ('alternative' in way) add({ ...step, ...way.alternative }, times(around, PERHAPS));
        }
      } else if ('workflow' in step) {
        const workflow = depth < MAX_CALLS_DEEP ? await called(step.workflow) : undefined;
        const input = filled(step.input ?? {}, scope) as Record<string, Json>; // an object stays one
        if (workflow) found.push(...(await workIn(workflow, { ...given, input }, called, around, depth + 1)));
        else add({ name: step.name, goal: step.workflow }, times(around, UNKNOWN));
      } else {
        const often = oftenIn(step, scope);
        for (const [label, inner] of blocksIn(step)) await walk(inner, times(around, often(label)));
      }
    }
  };
  await walk(steps, often);
  return found.filter(({ most }) => most !== 0);
}

interface Asked {
  input: Record<string, Json> | undefined;
  files: string | string[] | undefined;
  agent: string | undefined;
  capability: string | undefined;
}

/** How often each block of a step is carried out, by its label. */
function oftenIn(step: Step, scope: Scope): (label: string) => Often {
  if ('forEach' in step) {
    const list = givenValue(step.forEach, scope);
    const often = Array.isArray(list) ? { usual: list.length, most: list.length } : UNKNOWN;
    return () => often;
  }
  if ('repeat' in step) return () => ({ usual: 1, most: step.repeat.max });
  if ('switch' in step) {
    const taken = caseTaken(step.switch.cases, scope);
    if (taken !== undefined) return (label) => (label === taken ? ONCE : { usual: 0, most: 0 });
    const ways = step.switch.cases.length + 1; // the default, or none
    return () => ({ usual: 1 / ways, most: 1 });
  }
  if ('try' in step) return (label) => (label === 'catch' ? PERHAPS : ONCE);
  return () => ONCE;
}

/** The case that the input alone decides; undefined when it does not. */
function caseTaken(cases: ReadonlyArray<{ when: string }>, scope: Scope): string | undefined {
  for (const [index, { when }] of cases.entries()) {
    const value = givenValue(when, scope);
    if (value === true) return `case${index + 1}`;
    if (value !== false) return undefined;
  }
  return 'default';
}

const times = (one: Often, other: Often): Often => ({
  usual: product(one.usual, other.usual),
  most: product(one.most, other.most),
});
const product = (one: number | null, other: number | null): number | null =>
  one === 0 || other === 0 ? 0 : one === null || other === null ? null : one * other;

/** The value of an expression, where what is known before the start says it. */
function givenValue(expression: string, scope: Scope): Json | undefined {
  return known(() => evaluate(expression, scope));
}

/** The same value with its texts filled in, or as it stands. */
function filled(value: Json, scope: Scope): Json {
  return known(() => fill(value, scope)) ?? value;
}

function known<T>(reckon: () => T): T | undefined {
  try {
    return reckon();
  } catch (error) {
    if (error instanceof CadreError) return undefined; // it rests on what a step will say
    throw error;
  }
}

const filesOf = (value: Json): string[] => [value].flat().filter((one) => typeof one === 'string');

/** The work of the workflow that a submission names, as it is published now. @throws CadreError `workflow/…` */
async function workAhead(
  tx: TenantTx,
  reference: string,
  given: { input: Record<string, Json>; files: string[] },
): Promise<StepAhead[]> {
  const load = async (name: string) => {
    const { workflowId, version } = await resolve(tx, name);
    return definitionAt(tx, workflowId, version);
  };
  return workIn(await load(reference), given, (name) =>
    load(name).catch((error: unknown) => {
      if (error instanceof CadreError) return undefined;
      throw error;
    }),
  );
}

/** What the submission of a task needs of workflows. */
export const workflowsAhead = { pinWorkflow, workAhead };
