import type { CadreEvent } from '../../api/models.ts';
import type { Working } from '../../live/working.ts';
import { doing } from '../../parts/agent/doing.ts';

/** What an agent is shown with: what it does now, or did last. */
export interface Shown {
  readonly taskId: string;
  /** While it is done: "Reading budget.xlsx". */
  readonly what: string;
  /** When it is done: "Read budget.xlsx". */
  readonly done: string;
  readonly isLive: boolean;
  /** When it was first shown, in milliseconds of this page. */
  readonly sinceMs: number;
}

export type Hands = ReadonlyMap<string, Shown>;

/** Many steps take a few milliseconds: each is shown at least this long, or nobody would see it. */
export const SEEN_MS = 600;

/** Something an agent did in a batch of events, though it may be over already. */
export type Glimpse = Pick<Shown, 'taskId' | 'what' | 'done'> & { agentId: string };

/** What agents were seen to begin in these events, and the chief to plan. */
export function glimpses(events: readonly CadreEvent[]): Glimpse[] {
  return events.flatMap(({ type, taskId, agentId, data }): Glimpse[] => {
    if (taskId === null || agentId === null) return [];
    if (type === 'plan.made' && Array.isArray(data.steps)) {
      const { length } = data.steps;
      const done = `Planned ${length} ${length === 1 ? 'step' : 'steps'}`;
      return [{ agentId, taskId, what: done, done }];
    }
    if (type !== 'task.started') return [];
    const goal = typeof data.goal === 'string' ? data.goal : 'a step';
    return [{ agentId, taskId, what: doing(goal), done: goal }];
  });
}

/**
 * What to show next. `wakeAtMs` is when to ask again although nothing happens: something was shown too shortly to
 * be replaced.
 */
export function nextHands(
  hands: Hands,
  { working, seen, nowMs }: { working: Working; seen: readonly Glimpse[]; nowMs: number },
): { hands: Hands; wakeAtMs?: number } {
  const next = new Map<string, Shown>();
  const glimpsed = new Map(seen.map((glimpse) => [glimpse.agentId, glimpse]));
  let wakeAtMs: number | undefined;
  const wake = (atMs: number) => {
    wakeAtMs = Math.min(wakeAtMs ?? atMs, atMs);
  };
  for (const agentId of new Set([...hands.keys(), ...glimpsed.keys(), ...working.keys()])) {
    const shown = hands.get(agentId);
    const inHand = working.get(agentId)?.at(-1);
    const candidate =
      glimpsed.get(agentId) ??
      (inHand && { taskId: inHand.taskId, what: doing(inHand.what), done: inHand.what });
    const isSame = candidate !== undefined && candidate.taskId === shown?.taskId;
    if (shown?.isLive && !isSame && nowMs < shown.sinceMs + SEEN_MS) {
      next.set(agentId, shown);
      wake(shown.sinceMs + SEEN_MS);
    } else if (candidate) {
      const sinceMs = (isSame ? shown?.sinceMs : undefined) ?? nowMs;
      const { taskId, what, done } = candidate;
      next.set(agentId, { taskId, what, done, isLive: true, sinceMs });
      if (!inHand) wake(Math.max(sinceMs + SEEN_MS, nowMs + 1));
    } else if (shown) {
      next.set(agentId, shown.isLive ? { ...shown, isLive: false } : shown);
    }
  }
  return wakeAtMs === undefined ? { hands: next } : { hands: next, wakeAtMs };
}
