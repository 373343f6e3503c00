import type { Json } from '../platform/kernel/json.ts';
import type { Plan, PlanStep } from '../tasks/plan.ts';
import { type Reference, referencesIn } from '../tasks/references.ts';
import { STEP_NAME, type Step, type Workflow } from './language.ts';

/**
 * The plan that a chief made, as a workflow of the same steps: what worked once can be kept, changed and started again.
 * Files that the whole task had are left out, so that each new task brings its own. Pure.
 */
export function workflowOf(name: string, plan: Plan, task: { goal: string; files: string[] }): Workflow {
  const names = namesFor(plan.steps);
  const of = (step: string) => names.get(step) ?? step;
  return {
    name,
    description: `${task.goal.slice(0, 2_000)}\n\nMade by the rule “${plan.rule}”: ${plan.because}.`,
    steps: plan.steps.map((step) => stepOf(step, of, task.files)),
    output: `{{${of(plan.resultStep)}.output}}`,
  };
}

function stepOf(step: PlanStep, of: (name: string) => string, files: string[]): Step {
  const isWhole = step.files.length === files.length && step.files.every((id) => files.includes(id));
  return {
    name: of(step.name),
    goal: step.goal,
    ...(step.doneWhen && { doneWhen: step.doneWhen }),
    type: step.type,
    capability: step.capability,
    needs: step.dependsOn.map(of),
    ...(Object.keys(step.input).length > 0 && { input: rewritten(step.input, of) as Record<string, Json> }), // stays one
    ...(!isWhole && { files: step.files }),
    ...(step.priority !== undefined && { priority: step.priority }),
    ...(step.timeoutMs !== undefined && { timeoutMs: step.timeoutMs }),
    ...(step.optional && { optional: true }),
  };
}

/** Names that an expression can hold: `read-a.txt` becomes `read_a_txt`. */
function namesFor(steps: readonly PlanStep[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { name } of steps) {
    const plain = name.replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, 56);
    const base = STEP_NAME.test(plain) ? plain : `s_${plain}`;
    let found = base;
    for (let count = 2; taken.has(found); count += 1) found = `${base}_${count}`;
    taken.add(found);
    names.set(name, found);
  }
  return names;
}

/** References are written as expressions: `{{read.output.0.text}}` as `{{read.output[0].text}}`. */
function rewritten(value: Json, of: (name: string) => string): Json {
  if (typeof value === 'string')
    return referencesIn(value).reduce(
      (text, reference) => text.replace(reference.text, () => expressionOf(reference, of)),
      value,
    );
  if (Array.isArray(value)) return value.map((item) => rewritten(item, of));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewritten(item, of)]));
  return value;
}

function expressionOf({ step, path }: Reference, of: (name: string) => string): string {
  const keys = path.map((key) => {
    if (/^\d+$/.test(key)) return `[${key}]`;
    return STEP_NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return `{{${of(step)}.output${keys.join('')}}}`;
}
