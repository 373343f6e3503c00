import { findAgent } from '../agents/find.ts';
import { explainNobody } from '../assignment/assign.ts';
import { checkEventType } from '../messages/event-listeners.ts';
import { capName, capTask } from '../models/cap.ts';
import type { Fact as EventFact } from '../platform/events/events.ts';
import { fromRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError, toErrorRecord } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { GivenUp, Handler } from '../platform/runs/run.ts';
import { selectNow } from '../platform/store/now.ts';
import {
  endWait,
  insertWait,
  selectNodeAt,
  selectNodeOf,
  selectNodes,
  selectUntaken,
  selectWait,
} from '../platform/store/plans.ts';
import type { PlanWaitRow, TaskRow } from '../platform/store/schema.ts';
import {
  awaitSubtasks,
  FINAL_STATUSES,
  holdTask,
  selectTask,
  updateOpenTask,
} from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { endBelow } from '../tasks/control.ts';
import { settleTask, type TaskListener } from '../tasks/settle.ts';
import { advance, type Course, type Fact, type Look, type Move } from '../workflows/advance.ts';
import { approvalFact, openApproval } from '../workflows/approve.ts';
import type { PlanDriver } from '../workflows/driver.ts';
import { advancedFact, endOf, overBudget } from '../workflows/end.ts';
import type { Workflow } from '../workflows/language.ts';
import { NOWHERE, type NodeData, type Outcome } from '../workflows/node.ts';
import { openBlocks } from '../workflows/open-blocks.ts';

import { blocksTo } from '../workflows/places.ts';
import { createTableBook, type TableBook, toNode } from '../workflows/table.ts';
import {
  checkInput,
  type Definition,
  definitionOf,
  pinPlan,
  type WorkflowPlan,
} from '../workflows/versions.ts';
import { type HandOver, handOver, placeFor, type Wanted } from './hand-out.ts';
import type { ChiefNeeds } from './plan.ts';
import { type Begun, beginSteps, deadlineOf, tasksNeeded } from './steps.ts';

/**
 * Carries workflows out: each fact (a task below ended, a time came, somebody decided) is taken in by the interpreter in
 * the very transaction that makes it true, with what follows: nodes, tasks, delegations, waits, runs and events commit
 * together. The task itself holds no worker; it is `waiting` as a row.
 */

/**
 * Begins the plan of a task that follows a workflow.
 * @throws CadreError `workflow/bad-input`, `workflow/not-found`, `workflow/no-version`
 */
export async function beginPlan(
  tx: TenantTx,
  needs: ChiefNeeds,
  given: TaskRow,
  chiefId: string,
): Promise<void> {
  // It may have been moved to another version since it was read.
  const task = (await holdTask(tx, given.id)) ?? given;
  // A task that was forked brings its plan along, with what it took over.
  const plan: WorkflowPlan = task.plan === null ? await pinPlan(tx, task) : JSON.parse(task.plan);
  // What a workflow is called with comes from results, which nobody could check before.
  if (task.plan === null) await checkInput(tx, plan.workflow, JSON.parse(task.input));
  const { workflow } = await definitionOf(tx, task);
  const { operator } = workflow;
  if (operator) {
    if (task.status !== 'pending') return; // terminated meanwhile
    const place = await placeFor(tx, await wantedOf(tx, operator));
    if (!place) throw await explainNobody(tx, operator.capability ?? '');
    return handPlanOver(tx, needs, { task, place, chiefId }, plan);
  }
  const deadline = await deadlineOf(tx, task, workflow.timeoutMs);
  const changes = { agent_id: chiefId, plan: JSON.stringify(plan), deadline };
  if (!(await updateOpenTask(tx, task.id, changes, ['pending']))) return; // terminated meanwhile
  await awaitSubtasks(tx, task.id, 0);
  await needs.events.append(tx, [madeFact(task, chiefId, plan)]);
  const begun = { ...task, ...changes, status: 'waiting' };
  if (task.plan === null) await capPlan(tx, begun);
  if (task.plan === null) await go(tx, needs, begun, undefined);
  else await lookAgain(tx, needs, begun);
}

function madeFact(task: TaskRow, chiefId: string, plan: WorkflowPlan): EventFact {
  const { rule, because, oneOperatorEnough, workflow, steps } = plan;
  return {
    tenantId: task.tenant_id,
    type: 'plan.made',
    taskId: task.id,
    rootId: task.root_id,
    agentId: chiefId,
    data: { rule, because, oneOperatorEnough, workflow, steps },
  };
}

/** Hands a workflow to the one operator that carries out all of it. */
export async function handPlanOver(
  tx: TenantTx,
  needs: ChiefNeeds,
  to: HandOver,
  plan: WorkflowPlan,
): Promise<void> {
  const { task, chiefId } = to;
  const { operator, timeoutMs } = (await definitionOf(tx, task)).workflow;
  // Where an agent is chosen by what it can do, another one that can do it may take over.
  const capability = operator?.agent === undefined ? (operator?.capability ?? null) : null;
  const deadline = await deadlineOf(tx, task, timeoutMs);
  const changes = { plan: JSON.stringify(plan), capability, deadline };
  await handOver(tx, needs, to, { changes, made: madeFact(task, chiefId, plan) });
  await capPlan(tx, task);
}

/** Who is to carry out all of a workflow. @throws CadreError `agent/not-found` */
export async function wantedOf(
  tx: TenantTx,
  { agent, capability }: NonNullable<Workflow['operator']>,
): Promise<Wanted> {
  const agentId = agent === undefined ? null : (await findAgent(tx, agent)).id;
  return { agentId, capability: capability ?? null, because: 'the workflow names it for all its steps' };
}

/** Has a plan go on wherever something is under way: some of its steps were forgotten, or are new. */
export async function lookAgain(tx: TenantTx, needs: ChiefNeeds, task: TaskRow): Promise<void> {
  await capPlan(tx, task);
  const { workflow } = await definitionOf(tx, task);
  const nodes = (await selectNodes(tx, task.id)).map(toNode);
  await go(tx, needs, task, { look: openBlocks(workflow, nodes) });
}

/** The driver for rooms that know of facts. */
export function createPlanDriver(needs: ChiefNeeds): PlanDriver {
  return {
    async take(tx, taskId, fact) {
      const task = await holdTask(tx, taskId);
      if (task) await go(tx, needs, task, fact);
    },
  };
}

/** Lets a plan go on when a task below it has ended, in the transaction that ends it. */
export function planListener(needs: ChiefNeeds): TaskListener {
  return {
    async endedBelow(tx, above, task, node) {
      // The one above is held by who settles the task.
      if (node)
        await go(tx, needs, above, { path: node.path, block: node.block, outcome: outcomeOf(task) }, true);
    },
  };
}

/** Takes in what ended while the task was paused. */
export function planGoOn(needs: ChiefNeeds): Handler {
  return {
    async work({ taskId }) {
      return { commit: (tx) => takeUntaken(tx, needs, taskId ?? '') };
    },
    giveUp: (tx, failure) => giveUpPlan(tx, needs, failure),
  };
}

/** A plan that cannot go on ends with its reason: nothing else would ever wake it. */
async function giveUpPlan(tx: TenantTx, needs: ChiefNeeds, { taskId, error }: GivenUp): Promise<void> {
  const task = await holdTask(tx, taskId ?? '');
  if (!task || FINAL_STATUSES.includes(task.status)) return;
  await endBelow(tx, needs, task);
  await settleTask(tx, needs, task.id, {
    status: 'failed',
    stopReason: 'dead-letter',
    stopSentence: `Its plan could not go on: ${error.message}`,
    error,
  });
}

/** The time of a wait, or its timeout, has come. */
export function planWake(needs: ChiefNeeds): Handler {
  return {
    async work({ taskId, payload }) {
      const { path, block } = payload as { path: string; block: string }; // written by `wait` below
      return {
        async commit(tx) {
          const task = await holdTask(tx, taskId ?? '');
          const wait = await selectWait(tx, taskId ?? '', path);
          if (!task || !wait || wait.outcome !== null) return;
          const fact: Fact = { path, block, outcome: await wokenBy(tx, wait) };
          // Kept for a task that is paused now.
          if (await endWait(tx, task.id, path, JSON.stringify(fact))) await go(tx, needs, task, fact);
        },
      };
    },
    giveUp: (tx, failure) => giveUpPlan(tx, needs, failure),
  };
}

/** The outcome of a wait whose time has come. */
async function wokenBy(tx: TenantTx, wait: PlanWaitRow): Promise<Outcome> {
  const { kind, task_id: taskId, path: step, timeout_ms: timeoutMs } = wait;
  if (kind === 'time') return { status: 'completed', output: null };
  const { code, message } = new CadreError('workflow/wait-timeout', { step, timeoutMs: timeoutMs ?? 0 });
  const node = await selectNodeAt(tx, taskId, step);
  const { lastError }: NodeData = node ? JSON.parse(node.data) : {};
  const why = lastError === undefined ? '' : ` Something came that could not be looked at: ${lastError}`;
  return { status: 'failed', error: { code, message: `${message}${why}`, step } };
}

/** Stands for the path of a step when a plan begins. */
const PLAN_BEGUN = 'begun';

/** The interpreter takes one fact in; what it moves is done in the same transaction. */
async function go(
  tx: TenantTx,
  needs: ChiefNeeds,
  task: TaskRow,
  fact: Fact | Look | undefined,
  isFromChild = false,
): Promise<void> {
  if (task.status !== 'waiting') return; // paused: taken in later; ended: never
  const definition = await definitionOf(tx, task);
  const book = createTableBook(tx, task.id);
  const course: Course = {
    workflow: definition.workflow,
    taskId: task.id,
    input: JSON.parse(task.input),
    files: JSON.parse(task.files),
    book,
    overBudget: await overBudget(tx, needs.ledger, task, definition.workflow.budget),
  };
  if (fact && 'outcome' in fact && isFromChild && fact.outcome.status === 'completed')
    book.keptBelow(fact.path, fact.outcome.output);
  const around =
    fact && 'block' in fact && !fact.block.includes(':') ? blocksTo(definition.workflow, fact.block) : [];
  await book.preload([NOWHERE, ...around.map((block) => block.path)]);
  const moves = await advance(course, fact);
  if (book.isChanged()) needs.stepTaken?.(tx, fact && 'path' in fact ? fact.path : PLAN_BEGUN);
  const end = moves.find((move) => move.do === 'end');
  // A plan that ends leaves nothing open below it, also when it is stopped in the middle.
  if (end) {
    await needs.events.append(tx, advancedFact(task, await book.flush()));
    return conclude(tx, needs, task, end);
  }
  const refused = await carryOut(tx, needs, { task, definition, book }, moves);
  await needs.events.append(tx, advancedFact(task, await book.flush()));
  for (const { path, block, error } of refused) {
    const { code, message } = toErrorRecord(error);
    await go(tx, needs, task, {
      path,
      block,
      outcome: { status: 'failed', error: { code, message, step: path } },
    });
  }
}

/** What could not even be begun. */
interface Refused {
  path: string;
  block: string;
  error: unknown;
}

interface Underway {
  task: TaskRow;
  definition: Definition;
  book: TableBook;
}

/** Does what the interpreter asks for; answers what could not be begun. */
async function carryOut(
  tx: TenantTx,
  needs: ChiefNeeds,
  { task, definition, book }: Underway,
  moves: readonly Move[],
): Promise<Refused[]> {
  const refused: Refused[] = [];
  const steps = moves.filter((move) => move.do === 'work' || move.do === 'workflow');
  const begun: Begun[] = await beginSteps(
    tx,
    needs,
    { task, pins: definition.pins, needed: (move) => tasksNeeded(definition.workflow, book, move) },
    steps,
  );
  for (const { move, taskId, error } of begun) {
    const node = book.known(move.path);
    if (taskId === undefined) refused.push({ path: move.path, block: move.block, error });
    else if (node) book.put({ ...node, taskId });
  }
  for (const move of moves) {
    try {
      if (move.do === 'wait') await wait(tx, needs, task, move);
      if (move.do === 'approve') await openApproval(tx, needs, task, move);
    } catch (error) {
      if (!(error instanceof CadreError) || move.do === 'end') throw error;
      refused.push({ path: move.path, block: move.block, error });
    }
  }
  return refused;
}

async function wait(
  tx: TenantTx,
  { runs }: ChiefNeeds,
  task: TaskRow,
  move: Extract<Move, { do: 'wait' }>,
): Promise<void> {
  const { path, block, wait: what, timeoutMs } = move;
  if ('event' in what) checkEventType(what.event);
  let delayMs = timeoutMs;
  let untilAt: number | null = null;
  if ('forMs' in what) delayMs = what.forMs;
  if ('until' in what) {
    untilAt = fromRfc3339(what.until) ?? null;
    if (untilAt === null)
      throw new CadreError('workflow/expression', {
        expression: what.until,
        detail: 'it is not a time (RFC 3339)',
      });
    delayMs = Math.max(0, untilAt - (await selectNow(tx)));
  }
  await insertWait(tx, {
    task_id: task.id,
    path,
    block,
    kind: 'event' in what ? 'event' : 'topic' in what ? 'topic' : 'time',
    name: 'event' in what ? what.event : 'topic' in what ? what.topic : null,
    condition: 'where' in what ? (what.where ?? null) : null,
    until_at: untilAt,
    timeout_ms: timeoutMs,
  });
  if (delayMs === null) return;
  const payload = { rootId: task.root_id, path, block };
  await runs.enqueue(tx, [
    { kind: 'plan.wake', tenantId: tx.tenantId, taskId: task.id, priority: task.priority, delayMs, payload },
  ]);
}

async function conclude(
  tx: TenantTx,
  needs: ChiefNeeds,
  task: TaskRow,
  end: Extract<Move, { do: 'end' }>,
): Promise<void> {
  await endBelow(tx, needs, task);
  await settleTask(tx, needs, task.id, endOf(end));
}

async function takeUntaken(tx: TenantTx, needs: ChiefNeeds, taskId: string): Promise<void> {
  const { children, waits, approvals } = await selectUntaken(tx, taskId);
  for (const childId of children) {
    const task = await holdTask(tx, taskId);
    const [child, node] = [await selectTask(tx, childId), await selectNodeOf(tx, childId)];
    if (task && child && node)
      await go(tx, needs, task, { path: node.path, block: node.block, outcome: outcomeOf(child) }, true);
  }
  for (const path of waits) {
    const task = await holdTask(tx, taskId);
    const wait = await selectWait(tx, taskId, path);
    if (task && wait?.outcome) await go(tx, needs, task, JSON.parse(wait.outcome));
  }
  for (const path of approvals) {
    const task = await holdTask(tx, taskId);
    const fact = await approvalFact(tx, taskId, path);
    if (task && fact) await go(tx, needs, task, fact);
  }
}

/** How a task below ended, for the plan above it. */
function outcomeOf(task: TaskRow): Outcome {
  if (task.status === 'completed') {
    const output: Json = task.result === null ? null : (JSON.parse(task.result).output ?? null);
    return { status: 'completed', output };
  }
  const error: { code?: string } = task.error === null ? {} : JSON.parse(task.error);
  return {
    status: 'failed',
    error: {
      code: error.code ?? 'workflow/step-ended',
      message: task.stop_sentence ?? 'It ended without a reason.',
      step: task.step_name ?? '',
    },
  };
}

/** Caps what a workflow says of all its steps together; calls below it are refused before they would break it. */
async function capPlan(tx: TenantTx, task: TaskRow): Promise<void> {
  const { budget } = (await definitionOf(tx, task)).workflow;
  const named = { taskId: task.id, name: capName.workflow(task.id), by: 'workflow' };
  if (budget) await capTask(tx, named, budget);
}
