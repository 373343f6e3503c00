import { SHAPES, type Shape } from './topology.ts';

/**
 * Which shape a team set to `adaptive` takes. By count (FEATURES TO-1): mesh below 8, star from 8, hierarchy above 20,
 * and a change only 2 beyond a border, so that a team that swings around it does not flap. By measured cost: a team
 * that talks more than its work is worth goes one shape further, and comes back when it talks little.
 */

/** The shapes by rising count; each has its first count. */
const LADDER: ReadonlyArray<{ shape: Shape; from: number }> = [
  { shape: 'mesh', from: 0 },
  { shape: 'star', from: 8 },
  { shape: 'hierarchy', from: 21 },
];
const HYSTERESIS = 2;

/** Cost is judged over at least so many finished tasks: fewer say little. */
export const MIN_TASKS = 10;
/**
 * Messages that one finished task may cost: 2(n−1), one full round through a lead and back. A mesh that needs more
 * would be cheaper as a star.
 */
export const messagesAllowed = (count: number): number => 2 * (count - 1);
/** Share of the working time that may go into handling messages; coordination research aims to save 15 to 30 %. */
export const SHARE_ALLOWED = 0.25;
/** Fewer tasks at once than this is work in sequence; there more talk gains nothing, so half is allowed. */
export const SEQUENTIAL_BELOW = 1.5;
/** It comes back below this part of what is allowed: the room between is the hysteresis of cost. */
const RELAX = 0.5;

/** What the event log says of a team since its shape was judged last. */
export interface Measured {
  /** Tasks that members finished, and messages that they sent in the team. */
  tasks: number;
  messages: number;
  /** Milliseconds that members worked on tasks, and that they handled messages of the team. */
  taskMs: number;
  messageMs: number;
  /** Mean number of tasks in work at the same time, seen at each beginning: 1 is work in sequence. */
  atOnce: number;
}

/** A choice with its reason, for people. */
export interface Choice {
  shape: Shape;
  because: string;
  /** Rungs further than the count asks for, because of measured cost. */
  extra: number;
}

/** The rung for a count. Without a current one: the plain thresholds. */
function rungByCount(count: number, current: number | undefined): number {
  if (current === undefined) return LADDER.findLastIndex(({ from }) => count >= from);
  let rung = current;
  while (rung + 1 < LADDER.length && count >= (LADDER[rung + 1]?.from ?? 0) + HYSTERESIS) rung += 1;
  while (rung > 0 && count < (LADDER[rung]?.from ?? 0) - HYSTERESIS) rung -= 1;
  return rung;
}

/** The figures that a judgement of cost rests on. */
export function costOf(count: number, measured: Measured) {
  const perTask = measured.messages / Math.max(1, measured.tasks);
  const total = measured.taskMs + measured.messageMs;
  const share = total === 0 ? 0 : measured.messageMs / total;
  const factor = measured.atOnce < SEQUENTIAL_BELOW ? 0.5 : 1;
  return {
    perTask,
    share,
    isSequential: factor < 1,
    allowedPerTask: messagesAllowed(count) * factor,
    allowedShare: SHARE_ALLOWED * factor,
  };
}

/**
 * Chooses the shape. `current` is what the team has now, with the rungs that cost has added; undefined for a new team
 * or one that was not adaptive before.
 */
export function adapt(
  count: number,
  current: { shape: Shape; extra: number } | undefined,
  measured: Measured | undefined,
): Choice {
  const held = current === undefined ? -1 : LADDER.findIndex(({ shape }) => shape === current.shape);
  const extra = held < 0 ? 0 : (current?.extra ?? 0);
  const byCount = rungByCount(count, held < 0 ? undefined : held - extra);
  const most = LADDER.length - 1;
  const judged = measured && measured.tasks >= MIN_TASKS ? costOf(count, measured) : undefined;
  const at = (rung: number, added: number, because: string): Choice => {
    const shape = LADDER[Math.min(rung + added, most)]?.shape ?? 'star';
    return { shape, because, extra: Math.min(added, most - rung) };
  };
  if (judged && extra === 0 && byCount < most && isDear(judged))
    return at(byCount, 1, `${figures(judged)}: that is more than is allowed (${limits(judged)})`);
  if (judged && extra > 0 && isCheap(judged))
    return at(
      byCount,
      0,
      `${figures(judged)}: that is less than half of what is allowed (${limits(judged)})`,
    );
  const reason = `${count} ${count === 1 ? 'member' : 'members'}: mesh below 8, star to 20, hierarchy above, and 2 beyond a border to change`;
  return at(byCount, extra, reason);
}

type Cost = ReturnType<typeof costOf>;

/** Both must be too high: many cheap messages, or few slow ones, are no reason. */
function isDear(cost: Cost): boolean {
  return cost.perTask > cost.allowedPerTask && cost.share > cost.allowedShare;
}

function isCheap(cost: Cost): boolean {
  return cost.perTask < cost.allowedPerTask * RELAX || cost.share < cost.allowedShare * RELAX;
}

function figures({ perTask, share, isSequential }: Cost): string {
  const work = isSequential ? 'work in sequence' : 'work side by side';
  return `${perTask.toFixed(1)} messages for each finished task and ${Math.round(share * 100)} % of the time, at ${work}`;
}

function limits({ allowedPerTask, allowedShare }: Cost): string {
  return `${allowedPerTask} messages and ${Math.round(allowedShare * 1000) / 10} %`;
}

/** True for a shape that the ladder knows; a ring is never chosen by itself. */
export function isAdaptiveShape(shape: string): shape is Shape {
  return SHAPES.some((one) => one === shape) && LADDER.some((rung) => rung.shape === shape);
}
