/**
 * Who may write to whom in a team (FEATURES TO-1), as pure rules. `members` are ids, the lead first; an edge is
 * [from, to]. Routes never leave the edges.
 */

/** What a team can be set to. `adaptive` is one of the others, chosen by count and measured cost (adapt.ts). */
export const TOPOLOGIES = ['star', 'hierarchy', 'mesh', 'ring', 'adaptive'] as const;
export type Topology = (typeof TOPOLOGIES)[number];

/** What a message graph can look like. */
export const SHAPES = ['mesh', 'star', 'hierarchy', 'ring'] as const;
export type Shape = (typeof SHAPES)[number];

export type Edge = readonly [from: string, to: string];

/** How many agents one of the leads below the lead of a hierarchy has at most, unless the team says otherwise. */
export const FAN_OUT = 8;

/**
 * Every edge of a team.
 * - mesh: everybody to everybody, n(n−1) edges;
 * - star: everybody to the lead and back, 2(n−1);
 * - ring: each to the next, the last to the first, n;
 * - hierarchy: the lead to its leads and back, each of those to its workers and back, 2(n−1). There are as many leads
 *   as are needed for at most `fanOut` workers each: the members next in order.
 */
export function edgesOf(shape: Shape, members: readonly string[], fanOut = FAN_OUT): Edge[] {
  const [lead, ...others] = members;
  if (lead === undefined || others.length === 0) return [];
  if (shape === 'mesh')
    return members.flatMap((from) => members.filter((to) => to !== from).map((to): Edge => [from, to]));
  if (shape === 'ring')
    return members.map((from, index): Edge => [from, members[(index + 1) % members.length] ?? lead]);
  if (shape === 'star') return others.flatMap((one) => bothWays(lead, one));
  const leads = others.slice(0, Math.ceil(others.length / (fanOut + 1)));
  const workers = others.slice(leads.length);
  return [
    ...leads.flatMap((one) => bothWays(lead, one)),
    ...workers.flatMap((worker, index) => bothWays(leads[index % leads.length] ?? lead, worker)),
  ];
}

function bothWays(a: string, b: string): Edge[] {
  return [
    [a, b],
    [b, a],
  ];
}

/** A way through the team: each place with whom it hands the message to. */
export interface Hop {
  to: string;
  /** True when it is meant for this member; false when the member only passes it on. */
  addressed: boolean;
  next: Hop[];
}

/**
 * The shortest ways from one member to others along the edges, as a tree: each member gets the message once. Members
 * that cannot be reached are missing from it.
 */
export function routeTo(edges: readonly Edge[], from: string, targets: readonly string[]): Hop[] {
  const next = Map.groupBy(edges, ([sender]) => sender);
  const before = new Map<string, string>();
  const queue = [from];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const [, to] of next.get(at) ?? []) {
      if (to === from || before.has(to)) continue;
      before.set(to, at);
      queue.push(to);
    }
  }
  const hops = new Map<string, Hop>();
  const first: Hop[] = [];
  const hopOf = (member: string): Hop => {
    const known = hops.get(member);
    if (known) return known;
    const hop: Hop = { to: member, addressed: false, next: [] };
    hops.set(member, hop);
    const previous = before.get(member) ?? from;
    (previous === from ? first : hopOf(previous).next).push(hop);
    return hop;
  };
  for (const target of targets) if (before.has(target)) hopOf(target).addressed = true;
  return first;
}
