/**
 * Trails of sets of agents that solved together (FEATURES KG-2): what worked lately stands out, what did not fades.
 * Pure rules; a trail is kept for each type of task.
 */

/** Half of a trail is gone after this time. */
export const HALF_LIFE_MS = 900_000;
/** Trails that are compared with one another. */
export const STRONGEST = 64;

/** What is kept of one sorted set of agents. The numbers fade, so they are no counts. */
export interface Trail {
  count: number;
  success: number;
  score: number;
}

export const NO_TRAIL: Trail = { count: 0, success: 0, score: 0 };

/** A trail after a time in which nothing happened: `exp(−ln 2 · dt / 900 s)` of it. */
export function fade(trail: Trail, elapsedMs: number): Trail {
  const left = Math.exp((-Math.LN2 * Math.max(0, elapsedMs)) / HALF_LIFE_MS);
  return { count: trail.count * left, success: trail.success * left, score: trail.score * left };
}

/**
 * A set of agents solved together once more: it fades for the time since, then `count += 1; success += ok;
 * score += 0.5 · success/count + 0.5/(1 + ms/2000)`. From nothing, one success at 500 ms adds 0.9, one failure at
 * 4,000 ms 0.1667.
 */
export function lay(trail: Trail, solved: { ok: boolean; ms: number; elapsedMs: number }): Trail {
  const before = fade(trail, solved.elapsedMs);
  const count = before.count + 1;
  const success = before.success + (solved.ok ? 1 : 0);
  return {
    count,
    success,
    score: before.score + 0.5 * (success / count) + 0.5 / (1 + Math.max(0, solved.ms) / 2_000),
  };
}

/** The name of a set: its members in order, so that the order of asking does not matter. */
export function setOf(agentIds: readonly string[]): string {
  return [...new Set(agentIds)].sort().join(' ');
}

/** E of KG-2: the 64 strongest, divided by the strongest, each in [0, 1]. */
export function strengths(trails: ReadonlyArray<{ set: string; score: number }>): Map<string, number> {
  const top = [...trails].sort((a, b) => b.score - a.score || (a.set < b.set ? -1 : 1)).slice(0, STRONGEST);
  const most = top[0]?.score ?? 0;
  return new Map(most > 0 ? top.map((one) => [one.set, one.score / most]) : []);
}

/** How strongly an agent is marked: by the strongest set it belongs to; 0 where no trail leads to it. */
export function markOf(agentId: string, strength: ReadonlyMap<string, number>): number {
  let most = 0;
  for (const [set, value] of strength) if (set.split(' ').includes(agentId)) most = Math.max(most, value);
  return most;
}
