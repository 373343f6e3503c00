import { CadreError } from '../platform/kernel/errors.ts';
import type { Step, TryStep, Workflow } from './language.ts';
import { PLAN } from './node.ts';

/**
 * Where things stand in a workflow. A step has a place in the document; a node has a path, which also says in which
 * item, round or branch it is.
 */

/** A list of steps, in a step or in the workflow itself. */
export interface Block {
  path: string;
  /** Path of the node whose step holds the block; `PLAN` for the workflow. */
  holder: string;
  /** The step that holds it; undefined for the workflow. */
  step: Step | undefined;
  /** Item (from 0) or round (from 1); or branch, case, part of `try`; '' for the workflow. */
  label: string | number;
  steps: readonly Step[];
}

/** Blocks that a step may have, by label; items and rounds are one block under `[]`. */
export function blocksIn(step: Step): Array<[label: string, steps: readonly Step[]]> {
  if ('forEach' in step) return [['[]', step.steps]];
  if ('repeat' in step) return [['[]', step.repeat.steps]];
  if ('parallel' in step) return Object.entries(step.parallel);
  if ('switch' in step) {
    const cases = step.switch.cases.map((one, index): [string, readonly Step[]] => [
      `case${index + 1}`,
      one.steps,
    ]);
    return step.switch.default ? [...cases, ['default', step.switch.default]] : cases;
  }
  if ('try' in step) return partsOf(step);
  return [];
}

function partsOf(step: TryStep): Array<[string, readonly Step[]]> {
  const parts: Array<[string, readonly Step[] | undefined]> = [
    ['try', step.try],
    ['catch', step.catch],
    ['finally', step.finally],
  ];
  return parts.flatMap(([label, steps]) => (steps ? [[label, steps]] : []));
}

/** Every step of a document, outermost first, with the steps of its own list. */
export function* everyStep(
  steps: readonly Step[],
  depth = 1,
): Generator<{ step: Step; siblings: readonly Step[]; depth: number }> {
  for (const step of steps) {
    yield { step, siblings: steps, depth };
    for (const [, inner] of blocksIn(step)) yield* everyStep(inner, depth + 1);
  }
}

/** The path of a step in a block. */
export const pathIn = (block: string, name: string) => (block === PLAN ? name : `${block}.${name}`);

/** The name of the step at a path: `pathIn` backwards. */
export const nameOf = ({ path, block }: { path: string; block: string }): string =>
  block === PLAN ? path : path.slice(block.length + 1);

/** The block of an item or round, or of a branch or part, inside the node with this path. */
export const blockIn = (path: string, label: string | number) =>
  typeof label === 'number' ? `${path}[${label}]` : `${path}.${label}`;

/** One part of a path: `load`, or `each[3]`. */
const PART = /^([A-Za-z]\w*)(?:\[(\d+)\])?$/;

/**
 * The block with this path, and those around it, outermost first: what a step in it can see.
 * @throws CadreError `workflow/no-such-step` when the workflow has no such place (another version of it had)
 */
export function blocksTo(workflow: Workflow, path: string): Block[] {
  const found: Block[] = [{ path: PLAN, holder: PLAN, step: undefined, label: '', steps: workflow.steps }];
  if (path === PLAN) return found;
  const parts = path.split('.');
  for (let at = 0; at < parts.length; at += 1) {
    const around = found.at(-1);
    const [, name, item] = PART.exec(parts[at] ?? '') ?? [];
    const step = around?.steps.find((one) => one.name === name);
    if (!around || !step) throw new CadreError('workflow/no-such-step', { path });
    if (item === undefined) at += 1;
    const label = item === undefined ? (parts[at] ?? '') : Number(item);
    const steps = new Map(blocksIn(step)).get(typeof label === 'number' ? '[]' : label);
    if (!steps) throw new CadreError('workflow/no-such-step', { path });
    const holder = pathIn(around.path, step.name);
    found.push({ path: blockIn(holder, label), holder, step, label, steps });
  }
  return found;
}

/** The step to which a path of a node leads. @throws CadreError `workflow/no-such-step` */
export function stepAt(workflow: Workflow, node: { path: string; block: string }): Step {
  const name = nameOf(node);
  const step = blocksTo(workflow, node.block)
    .at(-1)
    ?.steps.find((one) => one.name === name);
  if (!step) throw new CadreError('workflow/no-such-step', { path: node.path });
  return step;
}

/** What a step needs: what it says, else the step before it in its list. */
export function needsOf(step: Step, siblings: readonly Step[]): readonly string[] {
  if (step.needs) return step.needs;
  const before = siblings[siblings.indexOf(step) - 1];
  return before ? [before.name] : [];
}

/** The same document with `needs` on every step: the form that is stored. */
export function canonical(workflow: Workflow): Workflow {
  return { ...workflow, steps: withNeeds(workflow.steps) };
}

function withNeeds(steps: readonly Step[]): Step[] {
  return steps.map((step): Step => {
    const needs = [...needsOf(step, steps)];
    if ('forEach' in step) return { ...step, needs, steps: withNeeds(step.steps) };
    if ('repeat' in step)
      return { ...step, needs, repeat: { ...step.repeat, steps: withNeeds(step.repeat.steps) } };
    if ('parallel' in step) {
      const branches = Object.entries(step.parallel).map(([label, inner]) => [label, withNeeds(inner)]);
      return { ...step, needs, parallel: Object.fromEntries(branches) };
    }
    if ('switch' in step) {
      const { cases, default: otherwise } = step.switch;
      return {
        ...step,
        needs,
        switch: {
          cases: cases.map((one) => ({ ...one, steps: withNeeds(one.steps) })),
          ...(otherwise && { default: withNeeds(otherwise) }),
        },
      };
    }
    if ('try' in step) {
      return {
        ...step,
        needs,
        try: withNeeds(step.try),
        ...(step.catch && { catch: withNeeds(step.catch) }),
        ...(step.finally && { finally: withNeeds(step.finally) }),
      };
    }
    return { ...step, needs };
  });
}

/** Whether a path is another one, or stands in it: `each[3].load` in `each`. */
export const isAtOrBelow = (path: string, top: string) =>
  path === top || path.startsWith(`${top}.`) || path.startsWith(`${top}[`);
