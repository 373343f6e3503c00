import { type Direction, GAP, type Layout, type Linked, layoutOf, MANY, scaleIn } from './layout.ts';

/** From top to bottom a few paths are too wide already. */
const FEW = 3;

/**
 * A plan whose like paths meet in one step (a file read and examined, forty times, then linked) as columns of paths
 * with the rest behind them: at their right, or below. Undefined for a plan of another shape.
 */
export function foldedLayout(
  steps: readonly Linked[],
  width: number,
  height: number,
  direction: Direction = 'LR',
): Layout | undefined {
  const isAcross = direction === 'LR';
  const most = isAcross ? MANY : FEW;
  const later = afterKnots(steps, most);
  if (later.size === 0) return undefined;
  const paths = partsOf(steps.filter(({ name }) => !later.has(name)));
  if (paths.length < most) return undefined;
  const drawn = paths.map((path) => layoutOf(path, direction));
  const rest = layoutOf(
    steps.filter(({ name }) => later.has(name)),
    direction,
  );
  const gap = isAcross ? { x: GAP.after, y: GAP.beside } : { x: GAP.beside, y: GAP.after };
  const cell = {
    width: Math.max(...drawn.map((path) => path.width)) + gap.x,
    height: Math.max(...drawn.map((path) => path.height)) + gap.y,
  };
  const sizeWith = (columns: number) => {
    const [across, down] = [columns * cell.width, Math.ceil(paths.length / columns) * cell.height];
    return isAcross
      ? { width: across + gap.x + rest.width, height: Math.max(down - gap.y, rest.height) }
      : { width: Math.max(across - gap.x, rest.width), height: down + gap.y + rest.height };
  };
  let columns = 1;
  for (let more = 2; more <= 12; more += 1)
    if (scaleIn(sizeWith(more), width, height) > scaleIn(sizeWith(columns), width, height)) columns = more;
  const size = sizeWith(columns);
  const rows = Math.ceil(paths.length / columns);
  const move = (layout: Layout, x: number, y: number) =>
    layout.nodes.map((node) => ({ name: node.name, x: node.x + x, y: node.y + y }));
  const placed = [
    ...drawn.flatMap((path, index) => {
      const [column, row] = isAcross
        ? [Math.floor(index / rows), index % rows]
        : [index % columns, Math.floor(index / columns)];
      return move(path, column * cell.width, row * cell.height);
    }),
    ...(isAcross
      ? move(rest, size.width - rest.width, (size.height - rest.height) / 2)
      : move(rest, (size.width - rest.width) / 2, size.height - rest.height)),
  ];
  const byName = new Map(placed.map((node) => [node.name, node]));
  return {
    direction,
    ...size,
    nodes: steps.flatMap(({ name }) => byName.get(name) ?? []),
    edges: steps.flatMap(({ name, dependsOn }) =>
      dependsOn
        .filter((need) => byName.has(need))
        .map((need) => ({ from: need, to: name, many: dependsOn.length >= MANY })),
    ),
  };
}

/** The steps in which many paths meet, and everything after them. */
function afterKnots(steps: readonly Linked[], most: number): ReadonlySet<string> {
  const later = new Set(steps.filter(({ dependsOn }) => dependsOn.length >= most).map(({ name }) => name));
  for (let before = -1; before !== later.size; ) {
    before = later.size;
    for (const { name, dependsOn } of steps) if (dependsOn.some((need) => later.has(need))) later.add(name);
  }
  return later;
}

/** Steps that hang together, in the order of the plan. */
function partsOf(steps: readonly Linked[]): Linked[][] {
  const partOf = new Map(steps.map((step) => [step.name, [step]]));
  for (const { name, dependsOn } of steps) {
    for (const need of dependsOn) {
      const [to, from] = [partOf.get(need), partOf.get(name)];
      if (!to || !from || to === from) continue;
      to.push(...from);
      for (const step of from) partOf.set(step.name, to);
    }
  }
  return [...new Set(partOf.values())];
}
