import { readyAt, type Step } from '../steps.ts';

/** Geometry of the timeline: lanes by agent, bars in rows, places as parts of the whole width (0 to 1). */

export interface Bar {
  step: Step;
  row: number;
  /** Where its light part begins: it was ready and waited for its agent. */
  waitFrom: number;
  /** Where its solid part begins; where the bar ends when it has not begun. */
  workFrom: number;
  to: number;
  waitedMs: number;
  workedMs: number | undefined;
}
export interface Lane {
  agent: string;
  rows: number;
  bars: Bar[];
  /** Ready steps that found no row. */
  hidden: number;
}
export interface Tick {
  at: number;
  label: string;
}
export interface Chart {
  lanes: Lane[];
  ticks: Tick[];
  /** Length of the axis in milliseconds. */
  spanMs: number;
}

export interface Period {
  fromMs: number;
  nowMs: number;
  /** The axis reaches at least to here: the end of the run while it is replayed. */
  toMs?: number;
}

/** Waiting bars beyond this many rows of one agent are shortened, so that a long queue stays readable. */
const MOST_ROWS = 8;
const NOBODY = 'Not given to anybody';

/** The chart of a run until `nowMs`. */
export function chartOf(steps: readonly Step[], { fromMs, nowMs, toMs = nowMs }: Period): Chart {
  const stepMs = tickMs(Math.max(toMs, nowMs) - fromMs);
  const spanMs = Math.max(1, Math.ceil((Math.max(toMs, nowMs) - fromMs) / stepMs)) * stepMs;
  const place = (atMs: number) => Math.min(1, Math.max(0, (atMs - fromMs) / spanMs));
  const byName = new Map(steps.map((step) => [step.name, step]));
  const spans = new Map<string, Span[]>();
  for (const step of steps) {
    const agent = step.agentName ?? NOBODY;
    const lane = spans.get(agent) ?? [];
    spans.set(agent, lane);
    const span = spanOf(step, readyAt(step, byName), nowMs);
    if (span) lane.push(span);
  }
  const lanes = [...spans].map(([agent, lane]): Lane => {
    const packed = pack(lane);
    const bars = packed.bars.map(({ step, row, ready, start, end }) => ({
      step,
      row,
      waitFrom: place(ready),
      workFrom: place(start ?? end),
      to: place(end),
      waitedMs: (start ?? end) - (readyAt(step, byName) ?? step.createdAt),
      workedMs: start === null ? undefined : end - start,
    }));
    return { agent, rows: packed.rows, bars, hidden: lane.length - bars.length };
  });
  const ticks = Array.from({ length: Math.round(spanMs / stepMs) + 1 }, (_, index) => ({
    at: (index * stepMs) / spanMs,
    label: tickLabel(index * stepMs),
  }));
  return { lanes, ticks, spanMs };
}

interface Span {
  step: Step;
  ready: number;
  start: number | null;
  end: number;
}

/** Undefined for a step that waits for earlier ones: nobody is late with it. */
function spanOf(step: Step, ready: number | null, nowMs: number): Span | undefined {
  if (step.startedAt !== null) {
    const from = Math.min(ready ?? step.startedAt, step.startedAt);
    return {
      step,
      ready: from,
      start: step.startedAt,
      end: Math.max(step.startedAt, step.completedAt ?? nowMs),
    };
  }
  // Ended without having begun: a step it needed failed.
  if (step.completedAt !== null || ready === null || ready > nowMs) return undefined;
  return { step, ready, start: null, end: nowMs };
}

/** Puts bars into rows, the first that is free; when rows run out, a bar waits less than it did. */
function pack(spans: readonly Span[]): { rows: number; bars: Array<Span & { row: number }> } {
  const ends: number[] = [];
  const bars: Array<Span & { row: number }> = [];
  const order = spans.toSorted((a, b) => (a.start ?? a.end) - (b.start ?? b.end) || a.ready - b.ready);
  for (const span of order) {
    let row = ends.findIndex((end) => end <= span.ready);
    let from = span.ready;
    if (row < 0 && ends.length < MOST_ROWS) row = ends.length;
    if (row < 0) {
      const { start } = span;
      if (start === null) continue;
      row = ends.findIndex((end) => end <= start);
      if (row < 0) row = ends.length;
      from = Math.max(span.ready, ends[row] ?? span.ready);
    }
    ends[row] = span.end;
    bars.push({ ...span, ready: from, row });
  }
  return { rows: Math.max(1, ends.length), bars };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TICKS = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 6, 12].map((hours) => hours * HOUR),
];
const MOST_TICKS = 9;

/** Milliseconds between two marks of an axis that long: a round number, nine marks at most. */
export function tickMs(spanMs: number): number {
  const round = TICKS.find((ms) => spanMs / ms <= MOST_TICKS);
  return round ?? Math.ceil(spanMs / MOST_TICKS / DAY) * DAY;
}

/** "0", "1.5 s", "2 min", "2 min 30 s", "3 h": time since the beginning. */
export function tickLabel(ms: number): string {
  if (ms === 0) return '0';
  if (ms < MINUTE) return `${Number((ms / SECOND).toFixed(1))} s`;
  if (ms < HOUR) {
    const seconds = Math.round((ms % MINUTE) / SECOND);
    return `${Math.floor(ms / MINUTE)} min${seconds ? ` ${seconds} s` : ''}`;
  }
  if (ms < 2 * DAY) {
    const minutes = Math.round((ms % HOUR) / MINUTE);
    return `${Math.floor(ms / HOUR)} h${minutes ? ` ${minutes} min` : ''}`;
  }
  return `${Math.round(ms / DAY)} days`;
}

/**
 * How wide the chart must be for its bars to be seen, in pixels: half of the steps get 26 px or more. The page is
 * wider most of the time; a long run is scrolled.
 */
export function widthOf(steps: readonly Step[], spanMs: number, nowMs: number): number {
  const worked = steps
    .flatMap(({ startedAt, completedAt }) => (startedAt === null ? [] : [(completedAt ?? nowMs) - startedAt]))
    .sort((a, b) => a - b);
  const median = worked[Math.floor(worked.length / 2)];
  if (median === undefined) return 0;
  return Math.min(6_000, Math.round((spanMs / Math.max(1, median)) * 26));
}
