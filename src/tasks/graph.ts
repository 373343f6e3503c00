import { CadreError } from '../platform/kernel/errors.ts';
import { MAX_PLAN_STEPS, MAX_TASK_DEPTH, type Plan } from './plan.ts';
import { referencesIn } from './references.ts';

/**
 * The rules of a graph of steps (FEATURES WF-3, WF-4). Pure. A circle is refused and named, never cut open:
 * a silently deleted dependency would run a step without what it needs.
 */

/** The part of a step that makes the graph. */
export interface GraphStep {
  name: string;
  dependsOn: readonly string[];
}

/** Letters, digits, `_` and `-`; no dot, because `{{name.output.path}}` splits at dots. */
const STEP_NAME = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,99}$/u;

/**
 * Refuses a plan that could not be carried out.
 * @throws CadreError `request/invalid` (no steps, an unusable name), `plan/too-large`, `plan/too-deep`,
 * `plan/duplicate-step`, `plan/unknown-step`, `plan/cycle`, `plan/bad-reference`
 */
export function checkPlan(plan: Plan, depth = 1): void {
  if (depth > MAX_TASK_DEPTH) throw new CadreError('plan/too-deep', { depth, limit: MAX_TASK_DEPTH });
  checkGraph(plan.steps);
  const names = new Set(plan.steps.map((step) => step.name));
  for (const missing of [plan.resultStep, plan.verifyStep]) {
    if (missing !== undefined && !names.has(missing))
      throw new CadreError('plan/unknown-step', { step: 'plan', missing });
  }
  for (const step of plan.steps) {
    for (const reference of referencesIn(step.input)) {
      if (!step.dependsOn.includes(reference.step)) {
        throw new CadreError('plan/bad-reference', {
          reference: reference.text,
          detail: `"${step.name}" does not depend on "${reference.step}"`,
        });
      }
    }
  }
}

/** The checks of the graph alone; same errors as `checkPlan`. */
export function checkGraph(steps: readonly GraphStep[]): void {
  if (steps.length === 0) throw new CadreError('request/invalid', { detail: 'the plan has no steps' });
  if (steps.length > MAX_PLAN_STEPS)
    throw new CadreError('plan/too-large', { steps: steps.length, limit: MAX_PLAN_STEPS });
  const names = new Set<string>();
  for (const { name } of steps) {
    if (!STEP_NAME.test(name)) {
      throw new CadreError('request/invalid', {
        detail: `the step name "${name}" may hold only letters, digits, _ and -`,
      });
    }
    if (names.has(name)) throw new CadreError('plan/duplicate-step', { step: name });
    names.add(name);
  }
  for (const step of steps) {
    const missing = step.dependsOn.find((name) => !names.has(name));
    if (missing !== undefined) throw new CadreError('plan/unknown-step', { step: step.name, missing });
  }
  const cycle = findCycle(steps);
  if (cycle) throw new CadreError('plan/cycle', { cycle: cycle.join(' → ') });
}

/**
 * The first circle found by depth-first search in three colours (white: not seen, grey: on the path, black: done),
 * as names in the order "needs", first name repeated at the end: `["a", "b", "a"]` says a needs b and b needs a.
 * Iterative, so that a chain of any length is safe. Unknown dependencies are passed over.
 */
export function findCycle(steps: readonly GraphStep[]): string[] | undefined {
  const needs = new Map(steps.map((step) => [step.name, step.dependsOn]));
  const black = new Set<string>();
  for (const { name: root } of steps) {
    if (black.has(root)) continue;
    const path = [{ name: root, next: 0 }];
    const grey = new Set([root]);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const needed = needs.get(top.name)?.[top.next];
      top.next += 1;
      if (needed === undefined) {
        grey.delete(top.name);
        black.add(top.name);
        path.pop();
      } else if (grey.has(needed)) {
        const names = path.map((place) => place.name);
        return [...names.slice(names.indexOf(needed)), needed];
      } else if (needs.has(needed) && !black.has(needed)) {
        grey.add(needed);
        path.push({ name: needed, next: 0 });
      }
    }
  }
  return undefined;
}

/**
 * Generations by Kahn's algorithm: the members of one need only members of earlier ones and may run in parallel.
 * Within a generation steps keep the order of the plan. Call `checkGraph` first.
 * @throws CadreError `plan/cycle` when the steps are circular
 */
export function generations(steps: readonly GraphStep[]): string[][] {
  const open = new Map(steps.map((step) => [step.name, new Set(step.dependsOn)]));
  const dependants = new Map<string, string[]>();
  for (const step of steps) {
    for (const name of new Set(step.dependsOn))
      dependants.set(name, [...(dependants.get(name) ?? []), step.name]);
  }
  const order = new Map(steps.map((step, index) => [step.name, index]));
  const result: string[][] = [];
  let ready = steps.filter((step) => step.dependsOn.length === 0).map((step) => step.name);
  let placed = 0;
  while (ready.length > 0) {
    result.push(ready);
    placed += ready.length;
    const next: string[] = [];
    for (const name of ready) {
      for (const dependant of dependants.get(name) ?? []) {
        const waiting = open.get(dependant);
        waiting?.delete(name);
        if (waiting?.size === 0) next.push(dependant);
      }
    }
    ready = next.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  }
  if (placed < steps.length)
    throw new CadreError('plan/cycle', { cycle: (findCycle(steps) ?? []).join(' → ') });
  return result;
}
