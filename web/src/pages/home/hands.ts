import type { CadreEvent } from '../../api/models.ts';
import type { Working } from '../../live/working.ts';
import { doing } from './doing.ts';

/** What an agent is shown with: what it does now, or did last. */
export interface Shown {
  readonly taskId: string;
  readonly what: string;
  readonly isLive: boolean;
  /** When it was first shown, in milliseconds of this page. */
  readonly sinceMs: number;
}

export type Hands = ReadonlyMap<string, Shown>;

/** Many steps take a few milliseconds: each is shown at least this long, or nobody would see it. */
export const SEEN_MS = 600;

/** Something that happened to an agent in a batch of events, though it may be over already. */
export interface Glimpse {
  agentId: string;
  taskId: string;
  what: string;
}

/** Words for steps by their task, learnt from plans and goals. */
export type Goals = Map<string, string>;

/** What agents were seen to do in these events; learns the goals that later events do not repeat. */
export function glimpses(events: readonly CadreEvent[], goals: Goals): Glimpse[] {
  const seen: Glimpse[] = [];
  for (const { type, taskId, agentId, data } of events) {
    if (taskId === null) continue;
    if (goals.size > 5_000) goals.clear(); // words only for what is to start soon
    if (type === 'task.submitted' && typeof data.goal === 'string') goals.set(taskId, data.goal);
    if (type === 'plan.made' && Array.isArray(data.steps)) {
      for (const step of data.steps as Array<{ taskId?: string; goal?: string }>) {
        if (step.taskId && step.goal) goals.set(step.taskId, step.goal); // a plan made by another version may lack them
      }
      const { length } = data.steps;
      if (agentId)
        seen.push({ agentId, taskId, what: `Planned ${length} ${length === 1 ? 'step' : 'steps'}` });
    }
    if (type === 'task.started' && agentId) {
      const goal = goals.get(taskId);
      seen.push({ agentId, taskId, what: goal ? doing(goal) : 'Working on a step' });
    }
  }
  return seen;
}

/**
 * What to show next. `wakeAtMs` is when to ask again although nothing happens: something was shown too shortly to
 * be replaced.
 */
export function nextHands(
  hands: Hands,
  {
    working,
    seen,
    goals,
    nowMs,
  }: { working: Working; seen: readonly Glimpse[]; goals: Goals; nowMs: number },
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
      (inHand && { taskId: inHand.taskId, what: doing(goals.get(inHand.taskId) ?? inHand.what) });
    const isSame = candidate !== undefined && candidate.taskId === shown?.taskId;
    const seenAtMs = (isSame || !candidate ? shown?.sinceMs : undefined) ?? nowMs;
    if (shown?.isLive && !isSame && nowMs < shown.sinceMs + SEEN_MS) {
      next.set(agentId, shown);
      wake(shown.sinceMs + SEEN_MS);
    } else if (candidate) {
      next.set(agentId, { taskId: candidate.taskId, what: candidate.what, isLive: true, sinceMs: seenAtMs });
      if (!inHand) wake(Math.max(seenAtMs + SEEN_MS, nowMs + 1));
    } else if (shown) {
      next.set(agentId, shown.isLive ? { ...shown, isLive: false } : shown);
    }
  }
  return wakeAtMs === undefined ? { hands: next } : { hands: next, wakeAtMs };
}
