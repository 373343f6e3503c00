import { kindOf, type Step, type Workflow } from './language.ts';
import { ENDED, isStep, type PlanNode } from './node.ts';
import { openBlocks } from './open-blocks.ts';
import { blocksTo, nameOf, needsOf, pathIn, stepAt } from './places.ts';

/**
 * Whether a task under way can follow another version: every step that has begun must have its place there, and what
 * has ended must be whole, so that nothing new is missing in it. Pure.
 */
export function obstacleTo(
  before: Workflow,
  after: Workflow,
  nodes: readonly PlanNode[],
): string | undefined {
  if (before.operator || after.operator) return 'one operator has all its steps in hand';
  const begun = new Set(nodes.map((node) => node.path));
  for (const node of nodes) {
    const obstacle = obstacleAt(after, node, begun);
    if (obstacle !== undefined) return obstacle;
  }
  const open = new Set(openBlocks(before, nodes));
  for (const [block, here] of Map.groupBy(nodes.filter(isStep), (node) => node.block)) {
    // A round that has passed stays as it was.
    if (open.has(block) || isPassedRound(before, nodes, block)) continue;
    const names = new Set(here.map(nameOf));
    const missing = blocksTo(after, block)
      .at(-1)
      ?.steps.find((step) => !names.has(step.name));
    if (missing) return `the step "${missing.name}" is new in "${block}", which has ended`;
  }
  return undefined;
}

function obstacleAt(after: Workflow, node: PlanNode, begun: ReadonlySet<string>): string | undefined {
  if (node.kind === 'plan') return undefined;
  const undone = /^undo\((.*)\)$/.exec(node.path)?.[1];
  const path = undone ?? node.path;
  if (node.kind === 'block') return hasBlock(after, path) ? undefined : `"${path}" has no place in it`;
  const block = undone === undefined ? node.block : undone.slice(0, Math.max(0, undone.lastIndexOf('.')));
  let step: Step;
  try {
    step = stepAt(after, { path, block });
  } catch {
    return `the step "${path}" has no place in it`;
  }
  if (kindOf(step) !== node.kind) return `the step "${path}" is of another kind in it`;
  const { steps = [] } = blocksTo(after, block).at(-1) ?? {};
  const lacking = needsOf(step, steps).find((need) => !begun.has(pathIn(block, need)));
  if (lacking !== undefined)
    return `the step "${path}" has begun, and needs "${lacking}" there, which has not`;
  return undefined;
}

function hasBlock(workflow: Workflow, block: string): boolean {
  try {
    return blocksTo(workflow, block).length > 0;
  } catch {
    return false;
  }
}

function isPassedRound(workflow: Workflow, nodes: readonly PlanNode[], block: string): boolean {
  const { step, holder } = blocksTo(workflow, block).at(-1) ?? {};
  if (!step || !('repeat' in step)) return false;
  return nodes.some((node) => node.path === holder && !ENDED.includes(node.status));
}
