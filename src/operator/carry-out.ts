import type { WorkAnswer } from '../agents/executor.ts';
import type { LedgerBook } from '../models/ledger-book.ts';
import type { EventLog } from '../platform/events/events.ts';
import type { CadreError } from '../platform/kernel/errors.ts';
import type { Random } from '../platform/kernel/random.ts';
import { LetGo } from '../platform/runs/attempt.ts';
import type { Attempt } from '../platform/runs/run.ts';
import { putNodes, type ReadNodeRow, selectNodes } from '../platform/store/plans.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { readTogether } from '../platform/store/together.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { advance, type Course, type Move } from '../workflows/advance.ts';
import { advancedFact, overBudget } from '../workflows/end.ts';
import { createHeldBook, type HeldBook } from '../workflows/held-book.ts';
import type { PlanNode } from '../workflows/node.ts';
import { openBlocks } from '../workflows/open-blocks.ts';
import { toNode, toRow } from '../workflows/table.ts';
import { definitionOf } from '../workflows/versions.ts';
import {
  createInHand,
  type Ended,
  failed,
  type InHand,
  type StepOrder,
  type Told,
  type Usage,
} from './in-hand.ts';

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

/** What the operator does for its plan. */
export interface Hands {
  /** Does one step; what it throws is what the step fails with. It says no usage that is booked already. */
  doStep(order: StepOrder): Promise<WorkAnswer>;
  /** Books what a step took, in the transaction that stores its end. */
  report(tx: TenantTx, path: string, usage: Usage): Promise<void>;
  /** Why nothing may begin now; asked in the transaction before it does. */
  refusal(tx: TenantTx): Promise<CadreError | undefined>;
}

type End = Extract<Move, { do: 'end' }>;

/** How a plan ended, to be written by who settles its task. */
export interface PlanEnd {
  end: End;
  usage: Usage;
  write(tx: TenantTx): Promise<void>;
}

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

/** Carries a plan out to its end. What was opened is written already. */
export async function carryOut(
  needs: CarryNeeds,
  attempt: Attempt,
  { task, course, moves: given }: HeldPlan,
  hands: Hands,
): Promise<PlanEnd> {
  const { book } = course;
  const inHand = createInHand({ attempt, random: needs.random, course }, hands.doStep);
  const usage: Usage = {};
  let reason: unknown;
  /** One step of each attempt shows that it got on: who crashes without one may be the cause. The nodes say the rest. */
  let progress: string | undefined = `plan:${attempt.fence}`;

  /** Answers what has ended; the rest is noted. */
  function takeIn(told: readonly Told[]): Ended[] {
    const ended: Ended[] = [];
    for (const one of told) {
      if ('reason' in one) {
        reason ??= one.reason;
        continue;
      }
      const node = book.at('fact' in one ? one.fact.path : one.again.path);
      if (!node) continue;
      if ('again' in one) {
        node.data = { ...node.data, failures: one.failures };
        book.put(node);
        continue;
      }
      const { work: _, failures: __, ...data } = node.data;
      node.data = data;
      addUsage(usage, one.usage);
      ended.push(one);
    }
    return ended;
  }

  /** The interpreter takes in how steps ended. */
  async function goOn(ended: readonly Ended[]): Promise<Move[]> {
    const { budget } = course.workflow;
    if (budget && ended.length > 0) {
      const unbooked: Usage = {};
      for (const one of ended) addUsage(unbooked, one.usage);
      course.overBudget = await readTogether(needs.store, attempt.tenantId, (tx) =>
        overBudget(tx, needs.ledger, task, budget, unbooked),
      );
    }
    const moves: Move[] = [];
    for (const { fact } of ended) moves.push(...(await advance(course, fact)));
    noteWork(book, moves);
    return moves;
  }

  /** How what changed is written, with what was reported. */
  function writer(nodes: readonly PlanNode[], ended: readonly Ended[]): PlanEnd['write'] {
    return async (tx) => {
      await writePlan(tx, needs, task, nodes);
      for (const { fact, usage: used } of ended) {
        if (used) await hands.report(tx, fact.path, used);
        needs.stepTaken?.(tx, fact.path);
      }
    };
  }

  const atOnce = endIn(given);
  if (atOnce) return { end: atOnce, usage, write: writer(book.changed(), []) };
  const last = (await attempt.has(LAST)) ? await attempt.last<Ended[]>(LAST, async () => []) : [];
  inHand.tell(last);
  let moves = given.filter((move) => !last.some(({ fact }) => move.do === 'work' && fact.path === move.path));
  try {
    for (;;) {
      reason ??= controlOf(attempt);
      if (reason === undefined) inHand.begin(moves);
      const told = await inHand.next(reason === undefined);
      if (!told) throw reason ?? whyIdle(task, inHand);
      const ended = takeIn(told);
      moves = await goOn(ended);
      const nodes = book.changed();
      const write = writer(nodes, ended);
      const end = endIn(moves);
      if (end) {
        await keepLast(attempt, ended);
        return { end, usage, write };
      }
      if (nodes.length === 0) continue;
      const mayBegin = moves.length > 0;
      let refusal: CadreError | undefined;
      await attempt.transactTogether(progress, async (tx) => {
        await write(tx);
        refusal = mayBegin ? await hands.refusal(tx) : undefined;
      });
      progress = undefined;
      if (!refusal) continue;
      for (const move of moves) if (move.do === 'work') inHand.tell([failed(move, refusal)]);
      moves = [];
    }
  } finally {
    inHand.stop();
  }
}

/** What only rests holds no worker. A plan that stands still would go round for ever. */
function whyIdle({ id }: TaskRow, inHand: InHand): Error {
  const postponeMs = inHand.restMs();
  return postponeMs === undefined
    ? new Error(`nothing of the plan of ${id} is under way`)
    : new LetGo({ postponeMs });
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

function addUsage(sum: Usage, more: Usage | undefined): void {
  for (const key of ['inputTokens', 'outputTokens', 'costUsd', 'energyJ', 'durationMs'] as const) {
    const value = more?.[key];
    if (value !== undefined) sum[key] = (sum[key] ?? 0) + value;
  }
}
