import type { Book, PlanNode } from '../../src/workflows/node.ts';

/** A book in memory. */
export function createBook(): Book & { nodes: Map<string, PlanNode> } {
  const nodes = new Map<string, PlanNode>();
  const those = (wanted: (node: PlanNode) => boolean) =>
    [...nodes.values()].filter(wanted).map((node) => structuredClone(node));
  return {
    nodes,
    block: async (block) => those((node) => node.block === block),
    opens: () => {},
    below: async (path) => those((node) => node.path !== '' && node.path.startsWith(path)),
    put: (node) => void nodes.set(node.path, structuredClone(node)),
  };
}
