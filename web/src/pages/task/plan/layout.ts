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
  /** `many`: one of many into the same step, drawn lightly. */
  edges: Array<{ from: string; to: string; many: boolean }>;
}

export type Linked = { name: string; dependsOn: readonly string[] };

/** Size of a step in the picture, in pixels. */
export const NODE = { width: 204, height: 54 } as const;

/** A step that needs so many others is a knot: the paths into it can be folded into columns. */
export const MANY = 9;
export const GAP = { beside: 14, after: 38 } as const;

/** Lays a plan out, from left to right or from top to bottom. What a step needs but is not there is left out. */
export function layoutOf(steps: readonly Linked[], direction: Direction): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: direction, nodesep: GAP.beside, ranksep: GAP.after });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of steps) graph.setNode(name, { ...NODE });
  const edges = steps.flatMap(({ name, dependsOn }) =>
    dependsOn
      .filter((need) => graph.hasNode(need))
      .map((need) => ({ from: need, to: name, many: dependsOn.length >= MANY })),
  );
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const nodes = inOrder(
    steps.map(({ name }) => {
      const { x = 0, y = 0 } = graph.node(name);
      return { name, x: x - NODE.width / 2, y: y - NODE.height / 2 };
    }),
    direction,
  );
  const extent = (at: 'x' | 'y', size: number) => Math.max(0, ...nodes.map((node) => node[at] + size));
  return { direction, width: extent('x', NODE.width), height: extent('y', NODE.height), nodes, edges };
}

/** The first step of the plan above (or left of) the last that begins with it: mirrored where dagre has it below. */
function inOrder(nodes: Placed[], direction: Direction): Placed[] {
  const [along, across] = direction === 'LR' ? (['x', 'y'] as const) : (['y', 'x'] as const);
  const first = nodes[0];
  const last = nodes.findLast((node) => node[along] === first?.[along]);
  if (!first || !last || first[across] <= last[across]) return nodes;
  const most = Math.max(...nodes.map((node) => node[across]));
  return nodes.map((node) => ({ ...node, [across]: most - node[across] }));
}

/** How large a layout can be shown in a space; never larger than it is. */
export function scaleIn(layout: Pick<Layout, 'width' | 'height'>, width: number, height: number): number {
  return Math.min(1, width / layout.width, height / layout.height);
}
