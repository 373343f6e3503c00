import type { Json } from '../platform/kernel/json.ts';
import type { StepKind } from './language.ts';
import type { Work } from './work.ts';

/**
 * What became of one step of a plan: a node. A step inside a `forEach` or `repeat` has a node for each item or round.
 * A node that is not there has not begun.
 */
export interface PlanNode {
  /** Unique in the task and readable: `fetch`, `each[3].load`, `loop[2].poll`, `both.left.pack`, `guard.catch.tell`. */
  path: string;
  /** Where the step stands: `''` for the steps of the workflow, `each[3]`, `loop[2]`, `both.left`, `guard.catch`. */
  block: string;
  /** `block`: the result of an item, round or branch; `plan`: the plan itself, under the path `PLAN`. */
  kind: StepKind | 'block' | 'plan';
  status: NodeStatus;
  output: Json;
  error: NodeError | null;
  /** The task that does it, for work and sub-workflows. */
  taskId: string | null;
  /** What the step itself must remember: how far its items or rounds are. */
  data: NodeData;
  /** Rises with each node that ends: the order in which they did. 0 before. */
  seq: number;
}

export type NodeStatus = 'running' | 'waiting' | 'completed' | 'failed' | 'skipped' | 'terminated';
export const ENDED: readonly NodeStatus[] = ['completed', 'failed', 'skipped', 'terminated'];

/** Path of the node of the plan itself. */
export const PLAN = '';
/** Its block, which holds nothing else. */
export const NOWHERE = '-';
/** With the path of a holder after it, the block of the nodes that undo what stands below that. */
export const UNDO = 'undo:';

export interface NodeError {
  code: string;
  message: string;
  /** Path of the step where it began. */
  step: string;
}

export interface NodeData {
  /** `forEach`: its items. */
  items?: Json[];
  /** `forEach`, `parallel`: blocks begun, and blocks that have not ended. */
  begun?: number;
  open?: number;
  /** `forEach`: items begun before that are done anew when there is room. */
  again?: number[];
  /** `repeat`: the round under way, from 1. */
  round?: number;
  /** `try` and the plan: which part is under way, and how the parts before it ended. */
  part?: 'try' | 'undo' | 'catch' | 'finally';
  ended?: Outcome;
  /** `try`: what `catch` sees, also when a step of it is undone later. */
  caught?: NodeError;
  /** `try` and the plan: paths still to be undone, next one first. */
  undo?: string[];
  /** Work: which of `recover` were used. */
  recovered?: number;
  /** Work that had completed: what undoes it has begun, and begins only once. */
  undone?: boolean;
  /** Taken over from another task: done there, and undone there if at all. */
  isCopied?: boolean;
  /** Work that one operator has in hand with the rest of the plan: what it is, and how often it has failed. */
  work?: Work;
  failures?: number;
  /** The plan: nodes begun, nodes ended, and whether something optional failed. */
  count?: number;
  seq?: number;
  partial?: boolean;
  /** `wait`: why the last thing that came could not be looked at. */
  lastError?: string;
}

/** Has a plan count what has begun and ended in it: who carries it out alone writes that only now and then. */
export function catchUp(plan: PlanNode, nodes: readonly PlanNode[]): void {
  const { count = 0, seq = 0 } = plan.data;
  plan.data = {
    ...plan.data,
    count: Math.max(count, nodes.filter(isStep).length),
    seq: nodes.reduce((most, node) => Math.max(most, node.seq), seq),
  };
}

/** A step of the workflow: neither the plan, nor the result of an item or branch, nor what undoes a step. */
export const isStep = ({ kind, block }: PlanNode): boolean =>
  kind !== 'block' && kind !== 'plan' && !block.startsWith(UNDO);

/** How a step, a block or a plan ends. */
export type Outcome = { status: 'completed'; output: Json } | { status: 'failed'; error: NodeError };

/** The nodes of one task, as the interpreter reads and writes them: rows of a database, or a map in a test. */
export interface Book {
  /** The nodes of the steps that stand in a block (also `NOWHERE`), as last put. */
  block(block: string): Promise<PlanNode[]>;
  /** Says that a block begins: nothing stands in it yet. */
  opens(block: string): void;
  /** All nodes that have begun below a path, `PLAN` for all: what is undone when something fails. */
  below(path: string): Promise<PlanNode[]>;
  put(node: PlanNode): void;
}
