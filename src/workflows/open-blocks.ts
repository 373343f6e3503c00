import type { Workflow } from './language.ts';
import { ENDED, NOWHERE, PLAN, type PlanNode } from './node.ts';
import { blockIn, blocksIn, stepAt } from './places.ts';

/** The blocks of a plan in which something is under way or may begin, outermost first. */
export function openBlocks(workflow: Workflow, nodes: readonly PlanNode[]): string[] {
  const plan = nodes.find((node) => node.block === NOWHERE);
  if (!plan || ENDED.includes(plan.status) || plan.data.part !== 'try') return [];
  return openWithin(workflow, nodes, PLAN);
}

/** The same for one block, the first in the answer. */
export function openWithin(workflow: Workflow, nodes: readonly PlanNode[], top: string): string[] {
  const byBlock = Map.groupBy(nodes, (node) => node.block);
  const paths = new Set(nodes.map((node) => node.path));
  const open = [top];
  for (const block of open)
    for (const node of byBlock.get(block) ?? []) {
      if (node.status !== 'running') continue;
      const step = stepAt(workflow, node);
      const { items, begun = 0, again = [], round = 1, part } = node.data;
      let labels: Array<string | number> = [];
      if ('forEach' in step)
        labels = [...(items ?? []).slice(0, begun).keys()].filter((index) => !again.includes(index));
      else if ('parallel' in step) labels = Object.keys(step.parallel);
      else if ('repeat' in step) labels = [round];
      else if ('switch' in step)
        labels = blocksIn(step).flatMap(([one]) => (byBlock.has(blockIn(node.path, one)) ? [one] : []));
      else if ('try' in step && part !== undefined && part !== 'undo') labels = [part];
      // Items and branches that have ended have a result.
      for (const label of labels)
        if (!paths.has(blockIn(node.path, label))) open.push(blockIn(node.path, label));
    }
  return open;
}
