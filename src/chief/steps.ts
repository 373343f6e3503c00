import { findAgent } from '../agents/find.ts';
import type { Placed } from '../assignment/assign.ts';
import { assignAll } from '../assignment/assign.ts';
import { sendDelegations } from '../messages/delegation.ts';
import { priorityNumber } from '../messages/priority.ts';
import { capName, capTask } from '../models/cap.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { selectNow } from '../platform/store/now.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import {
  insertDependencies,
  insertTasks,
  NEW_TASK,
  type NewTaskRow,
  taskAdded,
} from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { MAX_TASK_DEPTH } from '../tasks/plan.ts';
import { workRun } from '../tasks/settle.ts';
import { planRun } from '../tasks/submit.ts';
import type { Move } from '../workflows/advance.ts';
import { spendApproval } from '../workflows/approve.ts';
import type { Workflow } from '../workflows/language.ts';
import type { Book } from '../workflows/node.ts';
import { blocksIn, blocksTo, isAtOrBelow, needsOf, pathIn, stepAt } from '../workflows/places.ts';
import { type Pins, pinned } from '../workflows/versions.ts';
import type { Work } from '../workflows/work.ts';
import { assignedFact, delegationOf, placeAt } from './hand-out.ts';
import type { ChiefNeeds } from './plan.ts';

/** A step that a plan begins: work for an agent or a chief, or another workflow. */
export type StepMove = Extract<Move, { do: 'work' | 'workflow' }>;

/** The task that does a step, or why there is none. */
export interface Begun {
  move: StepMove;
  taskId?: string;
  error?: unknown;
}

/**
 * Makes the tasks of steps that begin now, in the transaction of the plan: who does each is chosen by score, as for the
 * plans of a chief. Where nobody is ready at the moment, the chief looks again until somebody is.
 */
export async function beginSteps(
  tx: TenantTx,
  needs: ChiefNeeds,
  { task, pins, needed }: { task: TaskRow; pins: Pins; needed(move: StepMove): Promise<string[]> },
  moves: readonly StepMove[],
): Promise<Begun[]> {
  if (moves.length === 0) return [];
  if (task.depth >= MAX_TASK_DEPTH) {
    const error = new CadreError('plan/too-deep', { depth: task.depth + 1, limit: MAX_TASK_DEPTH });
    return moves.map((move) => ({ move, error }));
  }
  const wanted = moves.flatMap((move) =>
    move.do === 'work' && move.work.agent === null && move.work.capability !== null
      ? [move.work.capability]
      : [],
  );
  const places = await assignAll(tx, wanted);
  const begun: Begun[] = [];
  const rows: NewTaskRow[] = [];
  const placed = new Map<string, Placed>();
  for (const move of moves) {
    try {
      const { row, place } = await rowOf(tx, { task, pins, places }, move);
      rows.push(row);
      if (place) placed.set(row.id, place);
      begun.push({ move, taskId: row.id });
    } catch (error) {
      if (!(error instanceof CadreError)) throw error;
      begun.push({ move, error });
    }
  }
  await insertTasks(tx, rows);
  for (const { move, taskId } of begun) {
    const budget = move.do === 'work' ? move.work.budget : undefined;
    if (taskId && budget)
      await capTask(tx, { taskId, name: capName.workflow(taskId), by: 'workflow' }, budget);
  }
  // Who does a step gets the results of the steps that it needs, as in the plans of a chief.
  const pairs: Array<{ task_id: string; needs_id: string }> = [];
  for (const { move, taskId } of begun)
    if (taskId) for (const needs_id of await needed(move)) pairs.push({ task_id: taskId, needs_id });
  await insertDependencies(tx, pairs);
  await start(tx, needs, task, rows, placed);
  return begun;
}

/** The tasks that did what a step needs; of a step that holds others, those in it. */
export async function tasksNeeded(
  workflow: Workflow,
  book: Book,
  { path, block }: Pick<StepMove, 'path' | 'block'>,
): Promise<string[]> {
  if (block.includes(':')) return []; // it undoes another one
  const { steps = [] } = blocksTo(workflow, block).at(-1) ?? {};
  const found = new Set<string>();
  for (const name of needsOf(stepAt(workflow, { path, block }), steps)) {
    const need = pathIn(block, name);
    const step = steps.find((one) => one.name === name);
    const holds = step !== undefined && blocksIn(step).length > 0;
    const nodes = holds ? await book.below(need) : await book.block(block);
    for (const { path: at, taskId, status } of nodes)
      if (taskId !== null && status === 'completed' && isAtOrBelow(at, need)) found.add(taskId);
  }
  return [...found];
}

async function start(
  tx: TenantTx,
  needs: ChiefNeeds,
  task: TaskRow,
  rows: readonly NewTaskRow[],
  placed: ReadonlyMap<string, Placed>,
): Promise<void> {
  const full = rows.map((row) => taskAdded(tx, row));
  const given = full.flatMap((row) => {
    const place = placed.get(row.id);
    return place ? [{ row, place }] : [];
  });
  const chiefId = task.agent_id ?? '';
  await sendDelegations(
    tx,
    needs,
    given.map(({ row, place }) => delegationOf(row, chiefId, place, '')),
  );
  await needs.runs.enqueue(
    tx,
    full.map((row) =>
      placed.has(row.id) ? workRun(row) : planRun(tx.tenantId, row.id, row.priority, row.root_id),
    ),
  );
  await needs.events.append(
    tx,
    given.map(({ row, place }) => assignedFact(tx, row, place)),
  );
}

interface Ground {
  task: TaskRow;
  pins: Pins;
  /** Of the work that asks for a capability, in its order; each is taken once. */
  places: Array<Placed | undefined>;
}

async function rowOf(
  tx: TenantTx,
  { task, pins, places }: Ground,
  move: StepMove,
): Promise<{ row: NewTaskRow; place?: Placed | undefined }> {
  const base = baseOf(task, move.path);
  if (move.do === 'workflow') {
    const { name, workflowId, version } = pinned(pins, move.workflow);
    const row = {
      ...base,
      goal: `Run the workflow ${name}`,
      type: 'workflow',
      input: JSON.stringify(move.input),
      deadline: await deadlineOf(tx, task, move.timeoutMs),
      workflow_id: workflowId,
      workflow_version: version,
    };
    return { row };
  }
  const { work } = move;
  let place: Placed | undefined;
  if (work.agent !== null) {
    place = await placeAt(tx, (await findAgent(tx, work.agent)).id, work.capability);
  } else if (work.capability !== null) place = places.shift();
  if (work.approvedBy !== null) await spendApproval(tx, task.id, work.approvedBy, move.path, work.input);
  const row = {
    ...base,
    goal: work.goal,
    type: work.type,
    capability: work.capability,
    priority: work.priority === undefined ? task.priority : priorityNumber(work.priority),
    input: JSON.stringify(work.input),
    files: work.files === null ? task.files : JSON.stringify(work.files),
    agent_id: place?.agentId ?? null,
    assignment: assignmentOf(work, place),
    timeout_ms: work.timeoutMs,
    // What a chief plans has no attempt of its own whose time could be limited.
    ...(work.agent === null &&
      work.capability === null && { deadline: await deadlineOf(tx, task, work.timeoutMs) }),
  };
  return { row, place };
}

/** Who does it, and how many attempts the step allows; the latter also when nobody is ready yet. */
function assignmentOf({ maxAttempts }: Work, place: Placed | undefined): string | null {
  if (maxAttempts === null) return place ? JSON.stringify(place) : null;
  return JSON.stringify({ ...place, maxAttempts });
}

/** When a task must be done: at its deadline, or earlier where it may take only so long from now. */
export async function deadlineOf(
  tx: TenantTx,
  { deadline }: Pick<TaskRow, 'deadline'>,
  timeoutMs: number | null | undefined,
): Promise<number | null> {
  if (timeoutMs === null || timeoutMs === undefined) return deadline;
  const at = (await selectNow(tx)) + timeoutMs;
  return deadline === null ? at : Math.min(deadline, at);
}

function baseOf(task: TaskRow, path: string): NewTaskRow {
  return {
    ...NEW_TASK,
    id: newId(),
    parent_id: task.id,
    root_id: task.root_id,
    depth: task.depth + 1,
    step_name: path,
    goal: '',
    type: 'general',
    priority: task.priority,
    input: '{}',
    files: task.files,
    deadline: task.deadline,
    created_by: task.created_by,
  };
}
