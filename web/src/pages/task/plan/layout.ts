import { Graph, layout } from '@dagrejs/dagre';

/** Where the steps of a plan stand. Pure: the same plan gives the same picture, whatever its steps do. */

export type Direction = 'LR' | 'TB';
export interface Placed {
  name: string;
  /** Left upper corner, in pixels at full size. */
  x: number;
  y: number;
}
export interface Layout {
  direction: Direction;
  width: number;
  height: number;
  nodes: Placed[];
  edges: Array<{ from: string; to: string }>;
}

type Linked = { name: string; dependsOn: readonly string[] };

/** Size of a step in the picture, in pixels. */
export const NODE = { width: 190, height: 54 } as const;

/** Lays a plan out, from left to right or from top to bottom. What a step needs but is not there is left out. */
export function layoutOf(steps: readonly Linked[], direction: Direction): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: direction, nodesep: 14, ranksep: direction === 'LR' ? 48 : 40 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of steps) graph.setNode(name, { ...NODE });
  const edges = steps.flatMap(({ name, dependsOn }) =>
    dependsOn.filter((need) => graph.hasNode(need)).map((need) => ({ from: need, to: name })),
  );
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const nodes = steps.map(({ name }) => {
    const { x = 0, y = 0 } = graph.node(name);
    return { name, x: x - NODE.width / 2, y: y - NODE.height / 2 };
  });
  const extent = (at: 'x' | 'y', size: number) => Math.max(0, ...nodes.map((node) => node[at] + size));
  return { direction, width: extent('x', NODE.width), height: extent('y', NODE.height), nodes, edges };
}

/**
 * The layout that shows a plan largest in a narrow space: a chain from top to bottom, a fan from left to right. A
 * wide space reads from left to right.
 */
export function bestLayout(steps: readonly Linked[], width: number, height: number): Layout {
  const across = layoutOf(steps, 'LR');
  if (width >= 640) return across;
  const down = layoutOf(steps, 'TB');
  const scale = (each: Layout) => Math.min(width / each.width, height / each.height);
  return scale(down) > scale(across) ? down : across;
}

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** The step an arrow key leads to from another: the nearest in that direction; undefined at the edge. */
export function neighbour(nodes: readonly Placed[], from: string, arrow: Arrow): string | undefined {
  const here = nodes.find((node) => node.name === from);
  if (!here) return undefined;
  const sideways = arrow === 'ArrowLeft' || arrow === 'ArrowRight';
  const sign = arrow === 'ArrowLeft' || arrow === 'ArrowUp' ? -1 : 1;
  let best: { name: string; far: number } | undefined;
  for (const { name, x, y } of nodes) {
    const [along, off] = sideways ? [(x - here.x) * sign, y - here.y] : [(y - here.y) * sign, x - here.x];
    if (along <= 1) continue;
    // What stands straight ahead wins over what is nearer but aside.
    const far = along + 2 * Math.abs(off);
    if (!best || far < best.far) best = { name, far };
  }
  return best?.name;
}
