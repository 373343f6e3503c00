import type { Json } from '../platform/kernel/json.ts';
import { type NodeWrite, putNodes, type ReadNodeRow, selectNodes } from '../platform/store/plans.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type Book, ENDED, type PlanNode } from './node.ts';

/** The book of one task in the database: each block is read once, and what was put goes to the table with `flush`. */
export interface TableBook extends Book {
  /** Reads blocks that will be asked for, at once. */
  preload(blocks: readonly string[]): Promise<void>;
  /** A node that was read or put before. */
  known(path: string): PlanNode | undefined;
  /** Whether anything was put that `flush` has not written. */
  isChanged(): boolean;
  /** Says that the output of a step stands in the result of the task that did it, where it is not kept twice. */
  keptBelow(path: string, output: Json): void;
  /** Writes what was put. Answers the nodes, as they are now. */
  flush(): Promise<PlanNode[]>;
}

export function createTableBook(tx: TenantTx, taskId: string): TableBook {
  // Several steps of one plan may end in one transaction, which holds the task: what was read then still holds.
  const known = books.get(tx.beforeCommit) ?? new Map<string, TableBook>();
  books.set(tx.beforeCommit, known);
  const book = known.get(taskId) ?? openBook(tx, taskId);
  known.set(taskId, book);
  return book;
}

const books = new WeakMap<TenantTx['beforeCommit'], Map<string, TableBook>>();

function openBook(tx: TenantTx, taskId: string): TableBook {
  const blocks = new Map<string, Map<string, PlanNode>>();
  const put = new Map<string, PlanNode>();
  /** Paths of nodes that were not there when their block was read. */
  const begun = new Set<string>();
  /** Outputs that stand in the result of the task that did the step: they are not kept twice. */
  const elsewhere = new Map<string, Json>();
  let isWhole = false;

  const take = (row: ReadNodeRow): PlanNode => {
    const node = toNode(row);
    if (row.output === null && row.child_id !== null) elsewhere.set(node.path, node.output);
    return put.get(node.path) ?? node;
  };
  const read = async (of?: readonly string[]): Promise<PlanNode[]> =>
    (await selectNodes(tx, taskId, of)).map(take);

  const load = async (wanted: readonly string[]): Promise<void> => {
    const missing = wanted.filter((block) => !blocks.has(block));
    if (missing.length === 0) return;
    // Below a step that begins in this transaction nothing stands in the table.
    const stored = isWhole ? [] : missing.filter((block) => !begun.has(holderOf(block)));
    for (const block of missing) blocks.set(block, new Map());
    const nodes = stored.length === 0 ? [] : await read(stored);
    for (const node of [...nodes, ...put.values()]) {
      if (missing.includes(node.block)) blocks.get(node.block)?.set(node.path, node);
    }
  };

  return {
    preload: load,
    async block(block) {
      await load([block]);
      return [...(blocks.get(block)?.values() ?? [])];
    },
    opens(block) {
      if (!blocks.has(block)) blocks.set(block, new Map());
    },
    async below(path) {
      if (!isWhole) {
        for (const node of await read()) {
          const block = blocks.get(node.block) ?? new Map<string, PlanNode>();
          if (!block.has(node.path)) block.set(node.path, node);
          blocks.set(node.block, block);
        }
        isWhole = true;
      }
      const all = [...blocks.values()].flatMap((block) => [...block.values()]);
      return all.filter((node) => node.path !== '' && node.path.startsWith(path));
    },
    put(node) {
      const own = blocks.get(node.block);
      if (own && !own.has(node.path)) begun.add(node.path);
      put.set(node.path, node);
      blocks.get(node.block)?.set(node.path, node);
    },
    keptBelow: (path, output) => void elsewhere.set(path, output),
    known: (path) => put.get(path) ?? [...blocks.values()].flatMap((block) => block.get(path) ?? [])[0],
    isChanged: () => put.size > 0,
    async flush() {
      const nodes = [...put.values()];
      await putNodes(
        tx,
        nodes.map((node) => toRow(taskId, node, elsewhere)),
      );
      put.clear();
      return nodes;
    },
  };
}

export function toNode(row: ReadNodeRow): PlanNode {
  return {
    path: row.path,
    block: row.block,
    kind: row.kind as PlanNode['kind'], // written by toRow
    status: row.status as PlanNode['status'], // as above
    output: row.output === null ? outputOf(row) : JSON.parse(row.output),
    error: row.error === null ? null : JSON.parse(row.error),
    taskId: row.child_id,
    data: JSON.parse(row.data),
    seq: row.seq,
  };
}

/** The output in the result of the task that did the step. */
function outputOf({ status, child_result: result }: ReadNodeRow): Json {
  return status === 'completed' && result !== null ? (JSON.parse(result).output ?? null) : null;
}

/** A node as the table keeps it; an output that stands elsewhere is left out. */
export function toRow(taskId: string, node: PlanNode, elsewhere: ReadonlyMap<string, Json>): NodeWrite {
  const isElsewhere = node.output !== null && elsewhere.get(node.path) === node.output;
  return {
    task_id: taskId,
    path: node.path,
    block: node.block,
    kind: node.kind,
    status: node.status,
    output: node.output === null || isElsewhere ? null : JSON.stringify(node.output),
    error: node.error && JSON.stringify(node.error),
    child_id: node.taskId,
    data: JSON.stringify(node.data),
    seq: node.seq,
    isEnded: ENDED.includes(node.status),
  };
}

/** Path of the node whose step holds a block: `each` of `each[3]`, `both` of `both.left`. */
function holderOf(block: string): string {
  return block.slice(0, Math.max(0, block.search(/(\[\d*\]|\.[^.[\]]+)$/)));
}
