import type { WorkAnswer } from '../agents/executor.ts';
import type { LedgerBook } from '../models/ledger-book.ts';
import type { EventLog } from '../platform/events/events.ts';
import { pause } from '../platform/kernel/clock.ts';
import { type CadreError, toErrorRecord } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { Random } from '../platform/kernel/random.ts';
import { LetGo } from '../platform/runs/attempt.ts';
import { defaultRetry, retryDelayMs } from '../platform/runs/retry.ts';
import type { Attempt } from '../platform/runs/run.ts';
import { putNodes, type ReadNodeRow, selectNodes } from '../platform/store/plans.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { readTogether } from '../platform/store/together.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { advance, type Course, type Fact, type Move } from '../workflows/advance.ts';
import { advancedFact, overBudget } from '../workflows/end.ts';
import { createHeldBook, type HeldBook } from '../workflows/held-book.ts';
import type { PlanNode } from '../workflows/node.ts';
import { openBlocks } from '../workflows/open-blocks.ts';
import { blocksTo, needsOf, pathIn, stepAt } from '../workflows/places.ts';
import { toNode, toRow } from '../workflows/table.ts';
import { definitionOf } from '../workflows/versions.ts';
import type { Work } from '../workflows/work.ts';

/**
 * A whole plan in the hands of one operator: the interpreter that drives plans of many tasks drives this one in memory,
 * and what became of its steps commits, with what begins next, in one transaction of the run. Who takes over after a
 * crash reads from the nodes what was under way, and does that again under the same idempotency keys.
 */
export interface CarryNeeds {
  store: Store;
  events: EventLog;
  ledger: LedgerBook;
  random: Random;
  /** Told in the transaction that takes in how a step ended: where proofs end the process. */
  stepTaken?(tx: TenantTx, path: string): void;
}

/** A plan as its operator holds it. */
export interface HeldPlan {
  task: TaskRow;
  course: Course & { book: HeldBook };
  /** What is to be done now. */
  moves: Move[];
  /** What opening it changed, to be written when it is taken in hand. A plan that ends at once is written with its end. */
  opened: readonly PlanNode[];
}

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

/** What the operator does for its plan. */
export interface Hands {
  /** Does one step; what it throws is what the step fails with. It says no usage that is booked already. */
  doStep(order: StepOrder): Promise<WorkAnswer>;
  /** Books what a step took, in the transaction that stores its end. */
  report(tx: TenantTx, path: string, usage: Usage): Promise<void>;
  /** Why nothing may begin now; asked in the transaction before it does. */
  refusal(tx: TenantTx): Promise<CadreError | undefined>;
}

type Usage = NonNullable<WorkAnswer['usage']>;
type End = Extract<Move, { do: 'end' }>;
type WorkMove = Extract<Move, { do: 'work' }>;

/** How a step ended, and what it reported of itself. */
interface Ended {
  fact: Fact;
  usage?: Usage | undefined;
}

/** How a plan ended, to be written by who settles its task. */
export interface PlanEnd {
  end: End;
  usage: Usage;
  write(tx: TenantTx): Promise<void>;
}

/** What came of one step in this attempt. */
type Told =
  | Ended
  /** It may be tried again, but not before. */
  | { again: WorkMove; failures: number; delayMs: number }
  /** The attempt lets go of the run. */
  | { reason: unknown };

/** Begins a plan, or reads what is under way in it. */
export async function openPlan(
  tx: TenantTx,
  task: TaskRow,
  reading: Promise<ReadNodeRow[]> = selectNodes(tx, task.id),
): Promise<HeldPlan> {
  const [{ workflow }, rows] = await Promise.all([definitionOf(tx, task), reading]);
  const nodes = rows.map(toNode);
  const book = createHeldBook(nodes);
  const [input, files] = [JSON.parse(task.input), JSON.parse(task.files)];
  const course = { workflow, taskId: task.id, input, files, book };
  const underWay = nodes.flatMap(({ path, block, status, data: { work } }): Move[] =>
    status === 'running' && work ? [{ do: 'work', path, block, work }] : [],
  );
  const look = { look: openBlocks(workflow, nodes) };
  const moves = await advance(course, nodes.length === 0 ? undefined : look);
  noteWork(book, moves);
  const opened = endIn(moves) ? [] : book.changed();
  return { task, course, moves: [...underWay, ...moves], opened };
}

const endIn = (moves: readonly Move[]): End | undefined => moves.find((move) => move.do === 'end');

/** Has the nodes say what is being done, for who takes over. */
function noteWork(book: HeldBook, moves: readonly Move[]): void {
  for (const move of moves) {
    const node = move.do === 'work' ? book.at(move.path) : undefined;
    if (!node || move.do !== 'work') continue;
    node.data = { ...node.data, work: move.work };
    book.put(node);
  }
}

/** Writes what changed of a plan, and tells it. */
export async function writePlan(
  tx: TenantTx,
  { events }: Pick<CarryNeeds, 'events'>,
  task: TaskRow,
  nodes: readonly PlanNode[],
): Promise<void> {
  await putNodes(
    tx,
    nodes.map((node) => toRow(task.id, node, new Map())),
  );
  const told = advancedFact(task, nodes);
  if (told.length > 0) await events.append(tx, told);
}

/** The step that keeps how the last steps ended, where the end of the plan could not be settled with it. */
const LAST = 'plan:last';

/** Longest time of one timer here. */
const MAX_REST_MS = 60_000;

/** Carries a plan out to its end. What was opened is written already. */
export async function carryOut(
  needs: CarryNeeds,
  attempt: Attempt,
  { task, course, moves: given }: HeldPlan,
  hands: Hands,
): Promise<PlanEnd> {
  const { book, workflow } = course;
  const atOnce = endIn(given);
  if (atOnce) {
    const nodes = book.changed();
    return { end: atOnce, usage: {}, write: (tx) => writePlan(tx, needs, task, nodes) };
  }
  const stopped = new AbortController();
  const signal = AbortSignal.any([attempt.signal, stopped.signal]);
  const working = new Set<Promise<void>>();
  const told: Told[] = (await attempt.has(LAST)) ? await attempt.last<Ended[]>(LAST, async () => []) : [];
  const usage: Usage = {};
  let moves: readonly Move[] = given;
  /** Steps that failed and are tried again, by path. */
  const resting = new Map<string, { move: WorkMove; untilMs: number }>();
  let reason: unknown;
  try {
    for (let part = 1; ; part += 1) {
      reason ??= controlOf(attempt);
      if (reason === undefined) {
        for (const move of moves) if (move.do === 'work' && !isTold(move.path)) begin(move);
        for (const { move, untilMs } of resting.values()) if (untilMs <= performance.now()) begin(move);
      }
      if (told.length === 0) {
        if (working.size === 0) throw reason ?? nothingLeft();
        await something();
        await new Promise(setImmediate); // those that end in the same moment are taken in together
      }
      const ended = takeIn(told.splice(0));
      if (workflow.budget && ended.length > 0) {
        const unbooked: Usage = {};
        for (const { usage: used } of ended) addUsage(unbooked, used);
        course.overBudget = await readTogether(needs.store, attempt.tenantId, (tx) =>
          overBudget(tx, needs.ledger, task.id, workflow.budget, unbooked),
        );
      }
      const next: Move[] = [];
      for (const { fact } of ended) next.push(...(await advance(course, fact)));
      noteWork(book, next);
      moves = next;
      const nodes = book.changed();
      const write = async (tx: TenantTx): Promise<void> => {
        await writePlan(tx, needs, task, nodes);
        for (const { fact, usage: used } of ended) {
          if (used) await hands.report(tx, fact.path, used);
          needs.stepTaken?.(tx, fact.path);
        }
      };
      const end = endIn(next);
      if (end) {
        await keepLast(attempt, ended);
        return { end, usage, write };
      }
      if (nodes.length === 0) continue;
      let refusal: CadreError | undefined;
      await attempt.transactTogether(`plan:${attempt.fence}.${part}`, async (tx) => {
        await write(tx);
        refusal = next.length > 0 ? await hands.refusal(tx) : undefined;
      });
      if (refusal) for (const move of next) if (move.do === 'work') told.push(failed(move, refusal));
    }
  } finally {
    stopped.abort();
  }

  function begin(move: WorkMove): void {
    resting.delete(move.path);
    const one = perform(move).then((what) => {
      told.push(what);
      working.delete(one);
    });
    working.add(one);
  }

  /** Until a step has ended, or one that rests beside others may be tried again. */
  async function something(): Promise<void> {
    if (reason !== undefined || resting.size === 0) return Promise.race(working);
    const ended = new AbortController();
    const rest = pause(Math.min(restMs(Math.min), MAX_REST_MS), ended.signal).catch(() => undefined);
    await Promise.race([...working, rest]);
    ended.abort();
  }

  /** What only rests holds no worker. A plan that stands still would go round for ever. */
  function nothingLeft(): Error {
    if (resting.size === 0) return new Error(`nothing of the plan of ${task.id} is under way`);
    return new LetGo({ postponeMs: restMs(Math.max) });
  }

  function restMs(which: (...untilMs: number[]) => number): number {
    const untilMs = [...resting.values()].map((one) => one.untilMs);
    return Math.max(0, Math.ceil(which(...untilMs) - performance.now()));
  }

  async function perform(move: WorkMove): Promise<Told> {
    const { path, block, work } = move;
    const { recovered = 0, failures = 0 } = book.at(path)?.data ?? {};
    // Another way of doing the step is another effect.
    const name = recovered === 0 ? path : `${path}~${recovered}`;
    const idempotencyKey = attempt.keyOf(name);
    try {
      const results = await resultsNeeded(course, { path, block });
      const { output, usage } = await hands.doStep({ path, name, work, results, idempotencyKey, signal });
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
      if (mayPass && failures + 1 < (work.maxAttempts ?? attempt.maxAttempts)) {
        const afterMs = Number(values.retryAfterMs ?? 0);
        const again = retryDelayMs(defaultRetry, failures + 1, needs.random, afterMs);
        return { again: move, failures: failures + 1, delayMs: again };
      }
      return failed({ path, block }, error);
    }
  }

  function isTold(path: string): boolean {
    return told.some((one) => 'fact' in one && one.fact.path === path);
  }

  /** Answers what has ended; the rest is noted. */
  function takeIn(all: readonly Told[]): Ended[] {
    const ended: Ended[] = [];
    for (const one of all) {
      if ('reason' in one) {
        reason ??= one.reason;
        continue;
      }
      const node = book.at('fact' in one ? one.fact.path : one.again.path);
      if (!node) continue;
      if ('fact' in one) {
        const { work: _, failures: __, ...data } = node.data;
        node.data = data;
        addUsage(usage, one.usage);
        ended.push(one);
        continue;
      }
      node.data = { ...node.data, failures: one.failures };
      book.put(node);
      resting.set(node.path, { move: one.again, untilMs: performance.now() + one.delayMs });
    }
    return ended;
  }
}

function failed({ path, block }: Pick<WorkMove, 'path' | 'block'>, error: unknown): Ended {
  const { code, message } = toErrorRecord(error);
  return { fact: { path, block, outcome: { status: 'failed', error: { code, message, step: path } } } };
}

/** What this worker was told of the run. */
function controlOf(attempt: Attempt): unknown {
  try {
    attempt.heed();
    return undefined;
  } catch (reason) {
    return reason;
  }
}

/** How the last steps ended goes with the settlement, or by itself where a pause or an end comes before it. */
async function keepLast(attempt: Attempt, ended: readonly Ended[]): Promise<void> {
  try {
    await attempt.last(LAST, async () => ended);
  } catch (reason) {
    if (reason instanceof LetGo) await attempt.transactTogether(LAST, async () => ended);
    throw reason;
  }
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

function addUsage(sum: Usage, more: Usage | undefined): void {
  for (const key of ['inputTokens', 'outputTokens', 'costUsd', 'energyJ', 'durationMs'] as const) {
    const value = more?.[key];
    if (value !== undefined) sum[key] = (sum[key] ?? 0) + value;
  }
}
