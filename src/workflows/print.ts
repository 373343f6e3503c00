import { stringify } from 'yaml';
import { kindOf, type Step, type Workflow } from './language.ts';
import { listsIn } from './shape.ts';

/**
 * A workflow as YAML that people like to read. What is read from it again is the same workflow: `needs` is left out
 * where it is just the step before, and everything else is there.
 */
export function printWorkflow(workflow: Workflow): string {
  const { name, description, tags, input, operator, steps, output, budget, timeoutMs, ...rest } = workflow;
  const ordered = {
    name,
    description,
    tags,
    input,
    operator,
    budget,
    timeoutMs,
    ...rest,
    steps: listed(steps),
    output,
  };
  return stringify(present(ordered), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
    compat: 'yaml-1.1', // quotes what older readers would take for true or false
  });
}

/** Keys of a step as they are printed: what it is called, when it begins, what it does, and the rest. */
const FIRST = ['name', 'description', 'needs', 'if', 'optional'];

function listed(steps: readonly Step[]): object[] {
  return steps.map((step, index) => {
    const before = steps[index - 1];
    const usual = before ? [before.name] : [];
    const isUsual = step.needs?.length === usual.length && step.needs.every((need, at) => need === usual[at]);
    const { needs, ...others } = step;
    const shown: Record<string, unknown> = isUsual ? { ...others } : { ...others, needs };
    const kind = kindOf(step);
    const keys = [...FIRST, kind, ...Object.keys(shown)].filter((key) => shown[key] !== undefined);
    const ordered = Object.fromEntries([...new Set(keys)].map((key) => [key, shown[key]]));
    for (const [place, list] of listsIn(step, kind)) put(ordered, place, listed(list as readonly Step[])); // of a workflow
    return ordered;
  });
}

/** Puts a value at a place, on copies of what leads there. */
function put(target: Record<string, unknown>, place: ReadonlyArray<string | number>, value: unknown): void {
  const [key = '', ...inner] = place;
  if (inner.length === 0) {
    target[key] = value;
    return;
  }
  // What leads to a list of steps is a map or a list of them.
  const copy = structuredClone(target[key]) as Record<string, unknown>;
  target[key] = copy;
  put(copy, inner, value);
}

const present = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
