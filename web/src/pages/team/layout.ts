import type { Shape } from '../../api/models.ts';

/** A line of the picture: who may write to whom. `both`: each may write to the other. */
export interface Line {
  from: string;
  to: string;
  both: boolean;
}

/**
 * The lines of a team, as the server draws its graph (docs/teams.md): `order` has the lead first. Two ways between the
 * same members are one line.
 */
export function linesOf(shape: Shape, order: readonly string[], fanOut: number): Line[] {
  const [lead, ...others] = order;
  if (lead === undefined || others.length === 0) return [];
  if (shape === 'mesh')
    return order.flatMap((from, index) => order.slice(index + 1).map((to) => ({ from, to, both: true })));
  if (shape === 'ring') {
    if (order.length === 2) return [{ from: lead, to: others[0] ?? lead, both: true }];
    return order.map((from, index) => ({
      from,
      to: order[(index + 1) % order.length] ?? lead,
      both: false,
    }));
  }
  if (shape === 'star') return others.map((to) => ({ from: lead, to, both: true }));
  const { leads, workers } = levelsOf(others, fanOut);
  return [
    ...leads.map((to) => ({ from: lead, to, both: true })),
    ...workers.map((to, index) => ({ from: leads[index % leads.length] ?? lead, to, both: true })),
  ];
}

function levelsOf(others: readonly string[], fanOut: number): { leads: string[]; workers: string[] } {
  const count = Math.ceil(others.length / (fanOut + 1));
  return { leads: others.slice(0, count), workers: others.slice(count) };
}

export interface Place {
  id: string;
  x: number;
  y: number;
}

/** Size of a member in the picture, in pixels. */
export const MEMBER = { width: 148, height: 46 };
const GAP = 14;
/** More workers of one lead stand in two columns. */
const IN_ONE_COLUMN = 3;
/** Members that are drawn; the table has all. */
export const MOST_DRAWN = 60;
/** More lines would be a grey surface: then only those of the lead are drawn. */
export const MOST_LINES = 500;

/** Where each member stands: around the lead, in a circle, or from left to right by level. */
export function placesOf(shape: Shape, order: readonly string[], fanOut: number): Place[] {
  const [lead, ...others] = order;
  if (lead === undefined) return [];
  if (shape === 'hierarchy') return inLevels(lead, others, fanOut);
  if (shape === 'star') return [{ id: lead, x: 0, y: 0 }, ...around(others)];
  return around(order);
}

/** On an ellipse as small as it can be without one covering another, the first one at the top, clockwise. */
function around(ids: readonly string[]): Place[] {
  for (let radius = ids.length > 2 ? 150 : 110; ; radius *= 1.1) {
    const places = ids.map((id, index) => {
      const angle = (index / ids.length) * 2 * Math.PI - Math.PI / 2;
      return {
        id,
        x: Math.round(radius * 1.25 * Math.cos(angle)),
        y: Math.round(radius * 0.85 * Math.sin(angle)),
      };
    });
    if (!places.some((place, index) => isCovered(place, places[(index + 1) % places.length]))) return places;
  }
}

const isCovered = (a: Place, b: Place | undefined): boolean =>
  b !== undefined &&
  b.id !== a.id &&
  Math.abs(a.x - b.x) < MEMBER.width + GAP / 2 &&
  Math.abs(a.y - b.y) < MEMBER.height + GAP / 2;

function inLevels(lead: string, others: readonly string[], fanOut: number): Place[] {
  const { leads, workers } = levelsOf(others, fanOut);
  const step = MEMBER.height + GAP;
  const across = MEMBER.width + 90;
  const places: Place[] = [];
  let y = 0;
  for (const [index, id] of leads.entries()) {
    const own = workers.filter((_, at) => at % leads.length === index);
    const top = y;
    // Many stand in two columns, each a little lower than the one before: the lines go through the gaps.
    const columns = own.length > IN_ONE_COLUMN ? 2 : 1;
    for (const [at, worker] of own.entries()) {
      places.push({ id: worker, x: 2 * across + (at % columns) * (MEMBER.width + 2 * GAP), y });
      y += step / columns;
    }
    y = Math.max(y + (columns > 1 ? step / 2 : 0), top + step);
    places.push({ id, x: across, y: (top + y - step) / 2 });
    y += GAP;
  }
  return [{ id: lead, x: 0, y: Math.max(0, (y - GAP - step) / 2) }, ...places];
}

/** The lead first, the others as they joined. */
export function orderOf(members: readonly string[], lead: string | undefined): string[] {
  return lead === undefined ? [...members] : [lead, ...members.filter((id) => id !== lead)];
}

/** To whom each member may write, in the order of the lines. */
export function reachOf(lines: readonly Line[]): Map<string, string[]> {
  const reach = new Map<string, string[]>();
  const add = (from: string, to: string) => reach.set(from, [...(reach.get(from) ?? []), to]);
  for (const { from, to, both } of lines) {
    add(from, to);
    if (both) add(to, from);
  }
  return reach;
}
