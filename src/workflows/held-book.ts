import { type Book, catchUp, PLAN, type PlanNode } from './node.ts';

/** The nodes of one plan in memory, for who carries it out alone. */
export interface HeldBook extends Book {
  /** A node that has begun. */
  at(path: string): PlanNode | undefined;
  /** What was put since this was asked last, to be written in the transaction that makes it true. */
  changed(): PlanNode[];
}

/** @param nodes all that have begun so far */
export function createHeldBook(nodes: readonly PlanNode[]): HeldBook {
  const plan = nodes.find((node) => node.path === PLAN);
  let written = plan && besidesCounters(plan);
  if (plan) catchUp(plan, nodes);
  const known = new Map<string, PlanNode>();
  const blocks = new Map<string, Map<string, PlanNode>>();
  const changes = new Set<string>();
  const keep = (node: PlanNode): void => {
    known.set(node.path, node);
    const block = blocks.get(node.block) ?? new Map<string, PlanNode>();
    block.set(node.path, node);
    blocks.set(node.block, block);
  };
  for (const node of nodes) keep(node);
  return {
    at: (path) => known.get(path),
    block: async (block) => [...(blocks.get(block)?.values() ?? [])],
    opens: () => undefined,
    below: async (path) =>
      [...known.values()].filter((node) => node.path !== '' && node.path.startsWith(path)),
    put(node) {
      keep(node);
      changes.add(node.path);
    },
    changed() {
      const found = [...changes].flatMap((path) => known.get(path) ?? []);
      changes.clear();
      return found.filter((node) => node.path !== PLAN || isNews(node));
    },
  };

  /** The counters of the plan are told by its steps: for them alone it is not written with each. */
  function isNews(node: PlanNode): boolean {
    const now = besidesCounters(node);
    if (now === written) return false;
    written = now;
    return true;
  }
}

function besidesCounters({ status, data: { count: _, seq: __, ...data } }: PlanNode): string {
  return JSON.stringify([status, data]);
}
