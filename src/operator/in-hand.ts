import type { WorkAnswer } from '../agents/executor.ts';
import { pause } from '../platform/kernel/clock.ts';
import { toErrorRecord } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { Random } from '../platform/kernel/random.ts';
import { LetGo } from '../platform/runs/attempt.ts';
import { defaultRetry, retryDelayMs } from '../platform/runs/retry.ts';
import type { Attempt } from '../platform/runs/run.ts';
import type { Course, Fact, Move } from '../workflows/advance.ts';
import type { HeldBook } from '../workflows/held-book.ts';
import { blocksTo, needsOf, pathIn, stepAt } from '../workflows/places.ts';
import type { Work } from '../workflows/work.ts';

/** One step, ready to be done. */
export interface StepOrder {
  path: string;
  /** Its path, with the number of the way of doing it when it is not the first: turns of one are not those of another. */
  name: string;
  work: Work;
  /** Outputs of the steps that it needs, by their paths. */
  results: Record<string, Json>;
  idempotencyKey: string;
  /** Aborts when the attempt does, and when the plan has ended without it. */
  signal: AbortSignal;
}

export type Usage = NonNullable<WorkAnswer['usage']>;
export type WorkMove = Extract<Move, { do: 'work' }>;

/** How a step ended, and what it reported of itself. */
export interface Ended {
  fact: Fact;
  usage?: Usage | undefined;
}

/** What came of one step in this attempt. */
export type Told =
  | Ended
  /** It may be tried again, but not before. */
  | { again: WorkMove; failures: number; delayMs: number }
  /** The attempt lets go of the run. */
  | { reason: unknown };

/** The steps of a plan that its operator has in hand: being done, or resting before they are tried again. */
export interface InHand {
  begin(moves: readonly Move[]): void;
  /** Says what came of steps that were not done here. */
  tell(told: readonly Told[]): void;
  /**
   * Waits until something has come of a step, and answers all that has. Undefined: nothing is being done.
   * @param mayBegin false: what has rested enough is not tried again now
   */
  next(mayBegin: boolean): Promise<Told[] | undefined>;
  /** For how long all that is left rests; undefined where nothing is left. */
  restMs(): number | undefined;
  /** Aborts what is being done. */
  stop(): void;
}

/** Longest time of one timer here. */
const MAX_REST_MS = 60_000;

/** @param doStep does one step; what it throws is what the step fails with */
export function createInHand(
  { attempt, random, course }: { attempt: Attempt; random: Random; course: Course & { book: HeldBook } },
  doStep: (order: StepOrder) => Promise<WorkAnswer>,
): InHand {
  const stopped = new AbortController();
  const signal = AbortSignal.any([attempt.signal, stopped.signal]);
  const working = new Set<Promise<void>>();
  const resting = new Map<string, { move: WorkMove; untilMs: number }>();
  let told: Told[] = [];

  function start(move: WorkMove): void {
    resting.delete(move.path);
    const one = perform(move).then((what) => {
      if ('again' in what) resting.set(move.path, { move, untilMs: performance.now() + what.delayMs });
      told.push(what);
      working.delete(one);
    });
    working.add(one);
  }

  async function perform(move: WorkMove): Promise<Told> {
    const { path, block, work } = move;
    const { recovered = 0, failures = 0 } = course.book.at(path)?.data ?? {};
    // Another way of doing the step is another effect.
    const name = recovered === 0 ? path : `${path}~${recovered}`;
    const idempotencyKey = attempt.keyOf(name);
    try {
      const results = await resultsNeeded(course, move);
      const { output, usage } = await doStep({ path, name, work, results, idempotencyKey, signal });
      // As it is read again by who takes over.
      const kept: Json = JSON.parse(JSON.stringify(output) ?? 'null');
      return { fact: { path, block, outcome: { status: 'completed', output: kept } }, usage };
    } catch (error) {
      if (error instanceof LetGo) return { reason: error };
      if (attempt.signal.aborted) return { reason: attempt.signal.reason };
      const { code, retryable, values } = toErrorRecord(error);
      if (typeof values.postponeMs === 'number')
        return { reason: new LetGo({ postponeMs: values.postponeMs }) };
      const mayPass = retryable || code === 'internal/error';
      if (!mayPass || failures + 1 >= (work.maxAttempts ?? attempt.maxAttempts)) return failed(move, error);
      const delayMs = retryDelayMs(defaultRetry, failures + 1, random, Number(values.retryAfterMs ?? 0));
      return { again: move, failures: failures + 1, delayMs };
    }
  }

  const restMs = (which: (...untilMs: number[]) => number): number => {
    const untilMs = [...resting.values()].map((one) => one.untilMs);
    return Math.max(0, Math.ceil(which(...untilMs) - performance.now()));
  };

  /** Until a step has ended, or one that rests beside others may be tried again. */
  async function something(mayBegin: boolean): Promise<void> {
    if (!mayBegin || resting.size === 0) return Promise.race(working);
    const ended = new AbortController();
    const rest = pause(Math.min(restMs(Math.min), MAX_REST_MS), ended.signal).catch(() => undefined);
    await Promise.race([...working, rest]);
    ended.abort();
  }

  return {
    begin(moves) {
      for (const move of moves) if (move.do === 'work') start(move);
    },
    tell: (more) => void told.push(...more),
    async next(mayBegin) {
      if (told.length === 0) {
        const now = performance.now();
        if (mayBegin) for (const { move, untilMs } of resting.values()) if (untilMs <= now) start(move);
        if (working.size === 0) return undefined;
        await something(mayBegin);
        await new Promise(setImmediate); // those that end in the same moment are taken in together
      }
      const all = told;
      told = [];
      return all;
    },
    restMs: () => (resting.size === 0 ? undefined : restMs(Math.max)),
    stop: () => stopped.abort(),
  };
}

/** A step that failed, in the words of its error. */
export function failed({ path, block }: Pick<WorkMove, 'path' | 'block'>, error: unknown): Ended {
  const { code, message } = toErrorRecord(error);
  return { fact: { path, block, outcome: { status: 'failed', error: { code, message, step: path } } } };
}

/** Outputs of the steps that a step needs, as operators of single steps get them. */
async function resultsNeeded(
  { workflow, book }: Pick<Course, 'workflow' | 'book'>,
  { path, block }: Pick<WorkMove, 'path' | 'block'>,
): Promise<Record<string, Json>> {
  if (block.includes(':')) return {}; // it undoes another one
  const { steps = [] } = blocksTo(workflow, block).at(-1) ?? {};
  const needed = needsOf(stepAt(workflow, { path, block }), steps).map((name) => pathIn(block, name));
  const nodes = (await book.block(block)).filter((node) => needed.includes(node.path));
  return Object.fromEntries(
    nodes.flatMap((node) => (node.status === 'completed' ? [[node.path, node.output]] : [])),
  );
}
