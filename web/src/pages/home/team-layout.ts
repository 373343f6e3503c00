/** What the layout needs to know of an agent. */
export interface Member {
  id: string;
  name: string;
  role: 'chief' | 'operator';
  capabilities: readonly string[];
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** An agent, or several that can do the same, at a place. */
export interface TeamNode {
  key: string;
  kind: 'agent' | 'group';
  label: string;
  ids: readonly string[];
  box: Box;
  /** From the chief to here, as the path of an SVG; missing for the chief. */
  line?: string;
}

export interface TeamLayout {
  height: number;
  nodes: readonly TeamNode[];
}

/** Above this many operators those that can do the same stand together. */
export const MOST_SINGLE = 14;
/** Places of agents in a group that are drawn; the others are counted. */
export const MOST_DOTS = 84;
export const DOT_PX = 24;

const GAP_X = 16;
/** Room for the bend of a line between two rows. */
const GAP_Y = 36;
/** Below the chief the lines fan out: the wider the picture, the more room they need. */
const fanHeight = (width: number) => (width < 600 ? GAP_Y : 60);
const AGENT = { narrowest: 132, widest: 196, height: 78 };
const GROUP = { narrowest: 164, widest: 280, head: 72, foot: 12, side: 12 };
const CHIEF = { width: 232, height: 78 };

/** Places a team in a given width: the chief above, operators in rows below, a line to each. */
export function layoutTeam(members: readonly Member[], width: number): TeamLayout {
  const chiefs = members.filter(({ role }) => role === 'chief');
  const operators = members.filter(({ role }) => role === 'operator');
  const top = chiefs.length > 0 ? [chiefNode(chiefs, width)] : [];
  const items = operators.length > MOST_SINGLE ? groupsOf(operators) : operators.map(single);
  const from = top[0] && { x: width / 2, y: top[0].box.height };
  const startY = from ? from.y + fanHeight(width) : 0;
  const below = placeRows(items, width, startY).map(({ node, row }, _, all) => {
    if (!from) return node;
    const rows = rowsOf(all);
    return { ...node, line: lineTo(from, node.box, rows.slice(0, row), width) };
  });
  const nodes = [...top, ...below];
  const height = Math.max(0, ...nodes.map(({ box }) => box.y + box.height));
  return { height, nodes };
}

interface Item {
  key: string;
  kind: TeamNode['kind'];
  label: string;
  ids: readonly string[];
}

const single = ({ id, name }: Member): Item => ({ key: id, kind: 'agent', label: name, ids: [id] });

function chiefNode(chiefs: readonly Member[], width: number): TeamNode {
  const [first] = chiefs;
  const item: Item =
    first && chiefs.length === 1
      ? single(first)
      : { key: 'chiefs', kind: 'group', label: 'Chiefs', ids: chiefs.map(({ id }) => id) };
  const boxWidth = Math.min(width, CHIEF.width);
  const height = item.kind === 'agent' ? CHIEF.height : groupHeight(item.ids.length, boxWidth);
  return { ...item, box: { x: (width - boxWidth) / 2, y: 0, width: boxWidth, height } };
}

/** Operators that can do the same, as one item; the largest groups first, the many small ones last together. */
export function groupsOf(operators: readonly Member[], most = 12): Item[] {
  const bySkills = new Map<string, Member[]>();
  for (const operator of operators) {
    const skills = [...operator.capabilities].sort().join(' ');
    bySkills.set(skills, [...(bySkills.get(skills) ?? []), operator]);
  }
  const groups = [...bySkills].sort(([, a], [, b]) => b.length - a.length);
  const kept = groups.length > most ? groups.slice(0, most - 1) : groups;
  const items = kept.map(([skills, members]): Item => {
    const [first] = members;
    if (first && members.length === 1) return single(first);
    return { key: `can ${skills}`, kind: 'group', label: labelOf(members), ids: members.map(({ id }) => id) };
  });
  const others = groups.slice(kept.length).flatMap(([, members]) => members);
  if (others.length === 0) return items;
  return [...items, { key: 'others', kind: 'group', label: 'Others', ids: others.map(({ id }) => id) }];
}

/** What their names have in common ("Reader 1", "Reader 2": Reader), else what they can do. */
function labelOf(members: readonly Member[]): string {
  const names = members.map(({ name }) => name.replace(/[\s_.-]*\d+$/u, ''));
  const [first = ''] = names;
  if (first.length > 1 && names.every((name) => name === first)) return first;
  const [skill] = members[0]?.capabilities ?? [];
  return skill ?? 'Without a capability';
}

interface Placed {
  node: TeamNode;
  row: number;
}

/** Rows that differ by at most one item, each in the middle of the width. */
function placeRows(items: readonly Item[], width: number, startY: number): Placed[] {
  const isGrouped = items.some(({ kind }) => kind === 'group');
  const { narrowest, widest } = isGrouped ? GROUP : AGENT;
  const columns = Math.max(1, Math.floor((width + GAP_X) / (narrowest + GAP_X)));
  const rowCount = Math.ceil(items.length / columns);
  const placed: Placed[] = [];
  let y = startY;
  let next = 0;
  for (let row = 0; row < rowCount; row += 1) {
    const count = Math.ceil((items.length - next) / (rowCount - row));
    const longest = Math.ceil(items.length / rowCount);
    const boxWidth = Math.min(widest, (width - GAP_X * (longest - 1)) / longest, width);
    const x = (width - count * boxWidth - GAP_X * (count - 1)) / 2;
    const inRow = items.slice(next, next + count);
    const heights = inRow.map(({ kind, ids }) =>
      kind === 'group' ? groupHeight(ids.length, boxWidth) : AGENT.height,
    );
    const rowHeight = Math.max(...heights);
    for (const [index, item] of inRow.entries()) {
      // Groups of a row end at one line; an agent among them stays as low as it is.
      const height = item.kind === 'group' ? rowHeight : AGENT.height;
      const box = { x: x + index * (boxWidth + GAP_X), y, width: boxWidth, height };
      placed.push({ node: { ...item, box }, row });
    }
    next += count;
    y += rowHeight + GAP_Y;
  }
  return placed;
}

function groupHeight(count: number, width: number): number {
  const perRow = Math.max(1, Math.floor((width - 2 * GROUP.side) / DOT_PX));
  const rows = Math.ceil(Math.min(count, MOST_DOTS) / perRow);
  return GROUP.head + rows * DOT_PX + GROUP.foot;
}

function rowsOf(placed: readonly Placed[]): Box[][] {
  const rows: Box[][] = [];
  for (const { node, row } of placed) rows[row] = [...(rows[row] ?? []), node.box];
  return rows;
}

/** Down from the chief, through the gaps of the rows between, to the top of a box. */
function lineTo(from: { x: number; y: number }, to: Box, between: readonly Box[][], width: number): string {
  const target = to.x + to.width / 2;
  const path = [`M${round(from.x)} ${round(from.y)}`];
  let at = from;
  for (const row of between) {
    const [first] = row;
    if (!first) continue;
    const x = gapNearest(row, target, width);
    const bottom = Math.max(...row.map((box) => box.y + box.height));
    path.push(bend(at, { x, y: first.y }), `V${round(bottom)}`);
    at = { x, y: bottom };
  }
  path.push(bend(at, { x: target, y: to.y }));
  return path.join('');
}

/** The middle of the gap between two boxes of a row, or beside the row, that is nearest to `x`. */
function gapNearest(row: readonly Box[], x: number, width: number): number {
  const gaps = row.map((box) => box.x + box.width + GAP_X / 2);
  gaps.push((row[0]?.x ?? 0) - GAP_X / 2);
  // With a full row the outer ways would leave the picture; with one box alone they are all there is.
  const inside = gaps.filter((gap) => gap >= 0 && gap <= width);
  const ways = inside.length > 0 ? inside : [0];
  return ways.reduce((best, gap) => (Math.abs(gap - x) < Math.abs(best - x) ? gap : best));
}

function bend(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const half = round((from.y + to.y) / 2);
  return `C${round(from.x)} ${half} ${round(to.x)} ${half} ${round(to.x)} ${round(to.y)}`;
}

const round = (value: number) => Math.round(value * 10) / 10;
