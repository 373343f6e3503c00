import { Graph, layout } from '@dagrejs/dagre';
import { blockIn, blocksOf, type Flow, type FlowStep, placeIn } from './flow.ts';

/** Where the steps of a workflow stand. Pure: the same workflow gives the same picture, whatever its steps do. */

export type Direction = 'LR' | 'TB';

export interface Box {
  /** `step`: one that holds nothing; `holder`: one with steps inside; `block`: a branch, case or part inside one. */
  kind: 'step' | 'holder' | 'block';
  /** Place in the document; that of its block for a block. */
  name: string;
  step: FlowStep;
  /** What a block is. */
  title: string;
  /** Left upper corner in the whole picture, in pixels at full size. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** How many holders and blocks it stands in. */
  depth: number;
}

export interface Picture {
  direction: Direction;
  width: number;
  height: number;
  /** What holds stands before what it holds. */
  boxes: Box[];
  lines: Array<{ from: string; to: string; depth: number }>;
}

/** Size of a step, in pixels. */
export const STEP = { width: 212, height: 56 } as const;
const HEAD = 50;
const TITLE = 24;
const INSIDE = 12;
const GAP = { beside: 16, after: 36 } as const;

type Part = Pick<Picture, 'width' | 'height' | 'boxes' | 'lines'>;

export function pictureOf(flow: Flow, direction: Direction): Picture {
  return { direction, ...listOf(flow.steps, '', 0, direction) };
}

/** A list of steps, each after those it needs. */
function listOf(steps: readonly FlowStep[], block: string, depth: number, direction: Direction): Part {
  const parts = steps.map((step) => ({ step, part: stepOf(step, block, depth, direction) }));
  const names = new Set(steps.map(({ name }) => name));
  const lines = steps.flatMap(({ name, needs = [] }) =>
    needs
      .filter((need) => names.has(need))
      .map((need) => ({ from: placeIn(block, need), to: placeIn(block, name), depth })),
  );
  const placed = parts.length > MOST_ARRANGED ? inRows(parts, direction) : arranged(parts, direction);
  return {
    boxes: placed.flatMap(({ part, x, y }) => moved(part.boxes, x, y)),
    lines: [...lines, ...placed.flatMap(({ part }) => part.lines)],
    width: Math.max(0, ...placed.map(({ part, x }) => x + part.width)),
    height: Math.max(0, ...placed.map(({ part, y }) => y + part.height)),
  };
}

interface Sized {
  step: FlowStep;
  part: Part;
}
type Placed = Sized & { x: number; y: number };

/** Steps of one list up to which lines are kept from crossing: more would hold up the page for seconds. */
const MOST_ARRANGED = 60;

/** Each step after those it needs, with few crossings. */
function arranged(parts: readonly Sized[], direction: Direction): Placed[] {
  const graph = new Graph();
  graph.setGraph({ rankdir: direction, nodesep: GAP.beside, ranksep: GAP.after });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { step, part } of parts) graph.setNode(step.name, { width: part.width, height: part.height });
  for (const { step } of parts)
    for (const need of step.needs ?? []) if (graph.hasNode(need)) graph.setEdge(need, step.name);
  layout(graph);
  return parts.map(({ step, part }) => {
    const { x = 0, y = 0 } = graph.node(step.name);
    return { step, part, x: x - part.width / 2, y: y - part.height / 2 };
  });
}

/** Each step in the row after the last of those it needs, in the order of the text. */
function inRows(parts: readonly Sized[], direction: Direction): Placed[] {
  const [along, across] =
    direction === 'LR' ? (['width', 'height'] as const) : (['height', 'width'] as const);
  const rowOf = new Map<string, number>();
  // A step may be written before one that it needs: gone over until nothing moves, which a right text does soon.
  for (let moved = true, times = 0; moved && times < parts.length; times += 1) {
    moved = false;
    for (const { step } of parts) {
      const row = Math.max(0, ...(step.needs ?? []).map((need) => (rowOf.get(need) ?? -1) + 1));
      moved ||= rowOf.get(step.name) !== row;
      rowOf.set(step.name, row);
    }
  }
  const rows = Map.groupBy(parts, ({ step }) => rowOf.get(step.name) ?? 0);
  const placed: Placed[] = [];
  let at = 0;
  for (const row of [...rows.keys()].toSorted((a, b) => a - b)) {
    let beside = 0;
    const inRow = rows.get(row) ?? [];
    for (const each of inRow) {
      const [x, y] = direction === 'LR' ? [at, beside] : [beside, at];
      placed.push({ ...each, x, y });
      beside += each.part[across] + GAP.beside;
    }
    at += Math.max(...inRow.map(({ part }) => part[along])) + GAP.after;
  }
  return placed;
}

/** A step: a box, or a box with its blocks, one below the other (or side by side). */
function stepOf(step: FlowStep, block: string, depth: number, direction: Direction): Part {
  const name = placeIn(block, step.name);
  const blocks = blocksOf(step);
  const own = { name, step, title: '', x: 0, y: 0, depth };
  if (blocks.length === 0) return { ...STEP, boxes: [{ ...own, ...STEP, kind: 'step' }], lines: [] };
  const across = direction === 'LR';
  const boxes: Box[] = [];
  const lines: Picture['lines'] = [];
  let [x, y] = [INSIDE, HEAD];
  let [width, height]: [number, number] = [STEP.width, 0];
  for (const { label, title, steps } of blocks) {
    const inner = listOf(steps, blockIn(name, label), depth + 2, direction);
    const [left, top] = title === '' ? [0, 0] : [INSIDE, TITLE];
    const size = { width: inner.width + 2 * left, height: inner.height + top + left };
    if (title !== '') {
      const at = { name: blockIn(name, label), step, title, x, y, depth: depth + 1 };
      boxes.push({ ...at, ...size, kind: 'block' });
    }
    boxes.push(...moved(inner.boxes, x + left, y + top));
    lines.push(...inner.lines);
    width = Math.max(width, x + size.width + INSIDE);
    height = Math.max(height, y + size.height + INSIDE);
    if (across) y += size.height + GAP.beside;
    else x += size.width + GAP.beside;
  }
  return { width, height, boxes: [{ ...own, width, height, kind: 'holder' }, ...boxes], lines };
}

const moved = (boxes: readonly Box[], x: number, y: number): Box[] =>
  boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y }));

/** How large a picture can be shown in a space; never larger than it is. */
export const scaleIn = (picture: Pick<Picture, 'width' | 'height'>, width: number, height: number): number =>
  Math.min(1, width / picture.width, height / picture.height);

/** The direction in which a workflow is seen largest: from left to right, unless downwards is clearly larger. */
export function bestPicture(flow: Flow, width: number, height: number): Picture {
  const across = pictureOf(flow, 'LR');
  const down = pictureOf(flow, 'TB');
  return scaleIn(down, width, height) > 1.15 * scaleIn(across, width, height) ? down : across;
}
