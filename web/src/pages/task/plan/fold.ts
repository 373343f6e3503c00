import { GAP, type Layout, type Linked, layoutOf, MANY, scaleIn } from './layout.ts';

/**
 * A plan whose many like paths meet in one step (a file read and examined, forty times, then linked) as columns of
 * paths with the rest at their right. Undefined for a plan of another shape.
 */
export function foldedLayout(steps: readonly Linked[], width: number, height: number): Layout | undefined {
  const later = afterKnots(steps);
  if (later.size === 0) return undefined;
  const paths = partsOf(steps.filter(({ name }) => !later.has(name)));
  if (paths.length < MANY) return undefined;
  const drawn = paths.map((path) => layoutOf(path, 'LR'));
  const rest = layoutOf(
    steps.filter(({ name }) => later.has(name)),
    'LR',
  );
  const cell = {
    width: Math.max(...drawn.map((path) => path.width)) + GAP.after,
    height: Math.max(...drawn.map((path) => path.height)) + GAP.beside,
  };
  const sizeWith = (columns: number) => ({
    width: columns * cell.width + GAP.after + rest.width,
    height: Math.max(Math.ceil(paths.length / columns) * cell.height - GAP.beside, rest.height),
  });
  let columns = 1;
  for (let more = 2; more <= 12; more += 1)
    if (scaleIn(sizeWith(more), width, height) > scaleIn(sizeWith(columns), width, height)) columns = more;
  const size = sizeWith(columns);
  const rows = Math.ceil(paths.length / columns);
  const move = (layout: Layout, x: number, y: number) =>
    layout.nodes.map((node) => ({ name: node.name, x: node.x + x, y: node.y + y }));
  const placed = [
    ...drawn.flatMap((path, index) =>
      move(path, Math.floor(index / rows) * cell.width, (index % rows) * cell.height),
    ),
    ...move(rest, size.width - rest.width, (size.height - rest.height) / 2),
  ];
  const byName = new Map(placed.map((node) => [node.name, node]));
  return {
    direction: 'LR',
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
function afterKnots(steps: readonly Linked[]): ReadonlySet<string> {
  const later = new Set(steps.filter(({ dependsOn }) => dependsOn.length >= MANY).map(({ name }) => name));
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
