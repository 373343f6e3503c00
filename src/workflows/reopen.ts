import { CadreError } from '../platform/kernel/errors.ts';
import { DEFAULT_WIDTH, type Step, type Workflow } from './language.ts';
import { catchUp, ENDED, isStep, type NodeData, PLAN, type PlanNode, UNDO } from './node.ts';
import { outcomeOf, waysOf } from './outcome.ts';
import { blockIn, blocksIn, blocksTo, isAtOrBelow, nameOf, needsOf, stepAt } from './places.ts';

/**
 * Trying a plan again, as a function over its nodes: what is forgotten, so that it begins anew, and what stands around
 * it and is opened again. What completed stays, unless it was undone or needs something that is done anew.
 */
export interface Reopening {
  /** Paths of nodes that are no more; the tasks that did them stay as history. */
  forgotten: string[];
  /** Nodes that change: the plan, steps that hold something that is done anew, and those taken up again. */
  opened: PlanNode[];
  /** Steps whose task goes on instead of a new one: a called workflow keeps what completed in it. */
  resumed: PlanNode[];
  /** All nodes that there are afterwards. */
  nodes: PlanNode[];
}

export interface ReopenOptions {
  /** Step to do anew besides what failed or was left open. */
  from?: string | undefined;
  /** Whether the task of a step that failed or was left open can go on. */
  canResume?(node: PlanNode): boolean;
}

/** What happens to a node: it begins anew, its task goes on, or something below it does. */
type Change = 'gone' | 'resumed' | 'opened';

/** @throws CadreError `workflow/no-such-step`, `workflow/not-begun` */
export function reopen(
  workflow: Workflow,
  given: readonly PlanNode[],
  { from, canResume = () => false }: ReopenOptions = {},
): Reopening {
  const nodes = new Map(given.map((node) => [node.path, structuredClone(node)]));
  const byBlock = Map.groupBy(nodes.values(), (node) => node.block);
  /** Paths of nodes and blocks that are forgotten with all below them; and of results of items and branches. */
  const gone = new Set<string>();
  const results = new Set<string>();
  const opened = new Map<string, PlanNode>();
  const resumed: PlanNode[] = [];
  /** Those whose undoing is taken back, because they are tried again: their undone steps are done anew. */
  const holders = [PLAN];
  if (from !== undefined) checkFrom(workflow, nodes, from);

  redo(PLAN, false);
  const plan = nodes.get(PLAN);
  if (!plan) throw new CadreError('workflow/not-begun', { step: from ?? 'the plan' });
  for (const holder of holders) forgetUndo(holder);
  const forgotten = [...nodes.keys()].filter((path) => path !== PLAN && isGone(path));
  for (const path of forgotten) {
    nodes.delete(path);
    opened.delete(path);
  }
  const left = [...nodes.values()];
  // What could not be undone stays as it is; should the plan fail again, that is tried again.
  for (const node of left)
    if (node.data.undone === true && isGone(`undo(${node.path})`)) {
      node.data = { ...node.data, undone: false };
      opened.set(node.path, node);
    }
  catchUp(plan, given);
  open(plan, { part: 'try', seq: plan.data.seq ?? 0, ...countOf(workflow, left) });
  return {
    forgotten,
    opened: [...opened.values()],
    resumed: resumed.filter((node) => nodes.has(node.path)),
    nodes: left,
  };

  /** Looks for what must be done anew in a block. Answers whether there was something. */
  function redo(block: string, isDone: boolean): boolean {
    const here = byBlock.get(block) ?? [];
    const changed = new Set<string>();
    for (const node of here) {
      const change = changeOf(node, isDone);
      if (change === undefined) continue;
      changed.add(node.path);
      if (change === 'gone') gone.add(node.path);
      if (change === 'resumed') resume(node);
    }
    if (changed.size === 0) return false;
    for (const path of dependants(block, here, changed)) gone.add(path);
    return true;
  }

  /** What needs something that changes, directly or through others, is done anew as well, also when it completed. */
  function dependants(block: string, here: readonly PlanNode[], changed: ReadonlySet<string>): string[] {
    const { steps = [] } = blocksTo(workflow, block).at(-1) ?? {};
    const stirred = new Set(here.filter(({ path }) => changed.has(path)).map(nameOf));
    const found = new Set<string>();
    for (let before = -1; before < found.size; ) {
      before = found.size;
      for (const step of steps)
        if (needsOf(step, steps).some((need) => stirred.has(need) || found.has(need))) found.add(step.name);
    }
    return here.filter((node) => found.has(nameOf(node))).map((node) => node.path);
  }

  function changeOf(node: PlanNode, isDone: boolean): Change | undefined {
    if (node.path === from) return 'gone';
    const step = stepAt(workflow, node);
    const isLeaf = blocksIn(step).length === 0;
    const isTolerated = node.status === 'failed' && step.optional === true;
    const isOver = isDone || isTolerated || ['completed', 'skipped'].includes(node.status);
    if (isLeaf) {
      if (isUndone(node)) return 'gone';
      if (isOver) return undefined;
      return canResume(node) ? 'resumed' : 'gone';
    }
    if (isOver && !touches(node)) return undefined;
    return changeHolder(node, step, node.status === 'completed');
  }

  /** A step that holds others: only what must be is done anew in it. */
  function changeHolder(node: PlanNode, step: Step, isDone: boolean): Change | undefined {
    if ('forEach' in step || 'parallel' in step) return changeMany(node, step, isDone);
    if ('repeat' in step) {
      const last = node.data.round ?? 1;
      for (let round = 1; round <= last; round += 1) {
        const block = blockIn(node.path, round);
        if (round < last && !touches({ path: block })) continue;
        const isChanged = redo(block, isDone || round < last);
        if (!isChanged && round < last) continue;
        // All was done and it was not enough: the last round is tried once more.
        if (!isChanged) gone.add(block);
        for (let later = round + 1; later <= last; later += 1) gone.add(blockIn(node.path, later));
        open(node, { round });
        return 'opened';
      }
      return 'gone';
    }
    if ('switch' in step) {
      const label = blocksIn(step).find(([one]) => byBlock.has(blockIn(node.path, one)))?.[0];
      if (label === undefined || !redo(blockIn(node.path, label), isDone)) return 'gone';
      // The choice stands in what was begun; when nothing of it is left it is made again.
      if (!(byBlock.get(blockIn(node.path, label)) ?? []).some(({ path }) => !isGone(path))) return 'gone';
      open(node, {});
      return 'opened';
    }
    return changeTry(node, isDone);
  }

  /** Items or branches: those that completed stay. */
  function changeMany(node: PlanNode, step: Step, isDone: boolean): Change {
    const { items, begun = 0 } = node.data;
    if ('forEach' in step && items === undefined) return 'gone';
    const labels =
      items === undefined
        ? blocksIn(step).map(([label]) => label)
        : items.slice(0, begun).map((_, index) => index);
    const again = labels.filter((label) => {
      const block = blockIn(node.path, label);
      const isEnded = nodes.get(block)?.status === 'completed';
      if (isEnded && !touches({ path: block })) return false;
      const isChanged = redo(block, isDone || isEnded);
      if (!isChanged && isEnded) return false;
      results.add(block);
      return true;
    });
    if (again.length === 0) return 'gone';
    if (!('forEach' in step)) open(node, { open: again.length });
    else {
      const width = step.width ?? DEFAULT_WIDTH;
      const later = again.slice(width).map(Number);
      open(node, {
        items: items ?? [],
        begun,
        open: Math.min(width, again.length),
        ...(later.length > 0 && { again: later }),
      });
    }
    return 'opened';
  }

  /** What was caught or undone is so no more, unless only what came after it is done anew. */
  function changeTry(node: PlanNode, isDone: boolean): Change {
    const { ended, part } = node.data;
    const [tried, caught, last] = ['try', 'catch', 'finally'].map((label) => blockIn(node.path, label));
    const wasTried = isDone || (part === 'finally' && ended?.status === 'completed');
    if (!wasTried || touches({ path: tried ?? '' })) {
      holders.push(node.path);
      redo(tried ?? '', false);
      for (const later of [caught, last]) gone.add(later ?? '');
      open(node, { part: 'try' });
      return 'opened';
    }
    if (touches({ path: caught ?? '' })) {
      const { steps = [] } = blocksTo(workflow, tried ?? '').at(-1) ?? {};
      redo(caught ?? '', true);
      gone.add(last ?? '');
      // `catch` sees the error that it was for.
      open(node, { part: 'catch', ended: outcomeOf(steps, inOrder(steps, tried ?? '')) });
      return 'opened';
    }
    redo(last ?? '', isDone);
    open(node, { part: 'finally', ...(ended && { ended }) });
    return 'opened';
  }

  function inOrder(steps: readonly Step[], block: string): PlanNode[] {
    const here = byBlock.get(block) ?? [];
    return steps.flatMap((step) => here.find((node) => nameOf(node) === step.name) ?? []);
  }

  function open(node: PlanNode, data: NodeData): void {
    Object.assign(node, { status: 'running', output: null, error: null, seq: 0, data });
    opened.set(node.path, node);
  }

  function resume(node: PlanNode): void {
    Object.assign(node, { status: 'waiting', output: null, error: null, seq: 0 });
    opened.set(node.path, node);
    resumed.push(node);
  }

  function forgetUndo(holder: string): void {
    for (const node of byBlock.get(`undo:${holder}`) ?? []) gone.add(node.path);
  }

  /** Undone by one that is tried again. */
  function isUndone({ path }: PlanNode): boolean {
    const undo = nodes.get(`undo(${path})`);
    return undo?.status === 'completed' && holders.includes(undo.block.slice(UNDO.length));
  }

  /** Whether something at or below a path was undone, or is asked for: what completed is looked into only then. */
  function touches({ path: top }: { path: string }): boolean {
    if (from !== undefined && isAtOrBelow(from, top)) return true;
    return given.some((node) => isAtOrBelow(node.path, top) && isUndone(node));
  }

  function isGone(path: string): boolean {
    if (results.has(path) || gone.has(path)) return true;
    const undone = /^undo\((.*)\)$/.exec(path)?.[1] ?? path;
    for (const top of gone) if (isAtOrBelow(undone, top)) return true;
    return false;
  }
}

function checkFrom(workflow: Workflow, nodes: ReadonlyMap<string, PlanNode>, from: string): void {
  const node = nodes.get(from);
  if (node && isStep(node)) return;
  const block = from.includes('.') ? from.slice(0, from.lastIndexOf('.')) : PLAN;
  stepAt(workflow, { path: from, block }); // throws when there is no such place
  throw new CadreError('workflow/not-begun', { step: from });
}

/** What the plan remembers of the steps that are left. */
function countOf(workflow: Workflow, nodes: readonly PlanNode[]): Pick<NodeData, 'count' | 'partial'> {
  const steps = nodes.filter(isStep);
  // As when they ended: something optional failed in a block that completed, or was done in a lesser way.
  const isTolerated = (node: PlanNode) => stepAt(workflow, node).optional === true;
  // One that is not over will say so itself when it is.
  const isOver = (block: string, here: readonly PlanNode[]) =>
    here.length === blocksTo(workflow, block).at(-1)?.steps.length &&
    here.every((node) => ENDED.includes(node.status));
  const isPartial =
    [...Map.groupBy(steps, (node) => node.block)].some(([block, here]) => {
      const failed = here.filter((node) => node.status === 'failed');
      return failed.length > 0 && failed.every(isTolerated) && isOver(block, here);
    }) || steps.some((node) => node.status === 'completed' && wasDegraded(stepAt(workflow, node), node));
  return { count: steps.length, ...(isPartial && { partial: true }) };
}

function wasDegraded(step: Step, { data: { recovered = 0 } }: PlanNode): boolean {
  if (recovered === 0 || !('goal' in step)) return false;
  const way = waysOf(step)[recovered - 1];
  return way !== undefined && 'degrade' in way;
}
