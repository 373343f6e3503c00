import type { Step } from '../steps.ts';

/** A run once more, from its own times: what each step was at a moment, and how the moments fill a few seconds. */

/** What a step was before it began and while it worked: the same object each time, so that it is drawn once. */
const earlier = new WeakMap<Step, { pending: Step; running: Step }>();

function earlierOf(step: Step): { pending: Step; running: Step } {
  let known = earlier.get(step);
  if (!known) {
    known = {
      pending: { ...step, status: 'pending', startedAt: null, completedAt: null },
      running: { ...step, status: 'running', completedAt: null },
    };
    earlier.set(step, known);
  }
  return known;
}

/** The steps as they stood at a time. A step that has not changed since stays the same object. */
export function stepsAt(steps: readonly Step[], atMs: number): Step[] {
  return steps.map((step) => {
    if (step.completedAt !== null && step.completedAt <= atMs) return step;
    const { pending, running } = earlierOf(step);
    return step.startedAt !== null && step.startedAt <= atMs ? running : pending;
  });
}

/** Time by place in the replay (0 to 1) and back. */
export interface Scale {
  timeAt(place: number): number;
  placeOf(atMs: number): number;
}

/** Pieces of time, each with the length it has in the replay. */
interface Piece {
  from: number;
  to: number;
  length: number;
}

/** A pause longer than this part of the work is shortened to it: nobody wants to watch a night pass. */
const LONGEST_PAUSE = 0.08;

/** The scale of a run: work passes evenly, time in which no step worked is cut short. */
export function scaleOf(steps: readonly Step[], fromMs: number, toMs: number): Scale {
  const pieces = piecesOf(steps, fromMs, Math.max(toMs, fromMs + 1));
  const whole = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return {
    timeAt(place) {
      let left = Math.min(1, Math.max(0, place)) * whole;
      for (const { from, to, length } of pieces) {
        if (left <= length) return from + (to - from) * (length === 0 ? 1 : left / length);
        left -= length;
      }
      return pieces.at(-1)?.to ?? toMs;
    },
    placeOf(atMs) {
      let passed = 0;
      for (const { from, to, length } of pieces) {
        if (atMs < to) return (passed + length * Math.max(0, (atMs - from) / (to - from))) / whole;
        passed += length;
      }
      return 1;
    },
  };
}

function piecesOf(steps: readonly Step[], fromMs: number, toMs: number): Piece[] {
  const worked = steps
    .flatMap(({ startedAt, completedAt }) =>
      startedAt === null
        ? []
        : [{ from: Math.max(fromMs, startedAt), to: Math.min(toMs, completedAt ?? toMs) }],
    )
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  const busy: Array<{ from: number; to: number }> = [];
  for (const span of worked) {
    const last = busy.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else busy.push({ ...span });
  }
  const work = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const pause = (from: number, to: number): Piece => ({
    from,
    to,
    length: work > 0 ? Math.min(to - from, work * LONGEST_PAUSE) : to - from,
  });
  const pieces: Piece[] = [];
  let at = fromMs;
  for (const { from, to } of busy) {
    if (from > at) pieces.push(pause(at, from));
    pieces.push({ from, to, length: to - from });
    at = to;
  }
  if (toMs > at) pieces.push(pause(at, toMs));
  return pieces;
}
