import { priorityNumber } from '../messages/priority.ts';
import { capName, capTask } from '../models/cap.ts';
import type { EventLog } from '../platform/events/events.ts';
import { type Clock, fromRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { type Caller, personOf, type Role } from '../platform/kernel/operation.ts';
import type { NewRun } from '../platform/runs/run.ts';
import type { Runs } from '../platform/runs/runs.ts';
import { selectAgent } from '../platform/store/agents.ts';
import { insertEstimate } from '../platform/store/estimates.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import {
  insertTasks,
  NEW_TASK,
  type NewTaskRow,
  selectKnownFiles,
  selectTaskByKey,
  taskAdded,
} from '../platform/store/tasks.ts';
import { writeTogether } from '../platform/store/together.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { type EstimateNeeds, estimateTask } from './estimate.ts';
import { MAX_GOAL_CHARACTERS, type Submission } from './task.ts';
import { checkWishes, keepWishes, wishesIn } from './wishes.ts';

/** A version of a workflow that a task is to keep. */
export interface PinnedWorkflow {
  workflowId: string;
  name: string;
  version: number;
}

/** What it takes to begin and change tasks. */
export interface TaskNeeds {
  store: Store;
  events: EventLog;
  runs: Runs;
  clock: Clock;
}

export interface SubmitNeeds extends TaskNeeds, EstimateNeeds {
  /**
   * Hands a new task over at once where there is nothing to plan; false: the chief looks at it. Nothing is written
   * before an answer of the database has come, so that the task may be inserted at the same time.
   */
  handOverAtOnce(tx: TenantTx, task: TaskRow): Promise<boolean>;
  /** Finds the version that a new task follows, and checks the input. @throws CadreError `workflow/…` */
  pinWorkflow(tx: TenantTx, workflow: string, input: Submission['input']): Promise<PinnedWorkflow>;
}

/**
 * Takes a task: the row, its first run and the event commit together. With the Idempotency-Key of an earlier
 * request it answers that request's task and does nothing.
 * @throws CadreError `task/no-goal`, `task/goal-too-long`, `task/deadline-past`, `agent/not-found`, `file/not-found`,
 * `control/unknown-model`, `control/mode-owner-only`
 */
export async function submitTask(
  needs: SubmitNeeds,
  caller: Caller,
  submission: Submission,
): Promise<string> {
  const { idempotencyKey } = caller;
  const createdBy = personOf(caller.actor);
  return writeTogether(needs.store, caller.tenantId, async (tx) => {
    const first = idempotencyKey ? await selectTaskByKey(tx, idempotencyKey) : undefined;
    return (
      first?.id ??
      submitIn(tx, needs, submission, {
        createdBy,
        idempotencyKey: idempotencyKey ?? null,
        role: caller.role,
      })
    );
  });
}

/**
 * The same in the transaction of somebody who submits on behalf of another.
 * @throws CadreError as `submitTask`
 */
export async function submitIn(
  tx: TenantTx,
  needs: Omit<SubmitNeeds, 'store'>,
  submission: Submission,
  /** Without a role nobody is asked whether `bypassPermissions` is allowed: it is not. */
  by: { createdBy: string; idempotencyKey: string | null; role?: Role },
): Promise<string> {
  const pin = submission.workflow
    ? await needs.pinWorkflow(tx, submission.workflow, submission.input)
    : undefined;
  const goal = submission.goal.trim() || (pin ? `Run the workflow ${pin.name}` : '');
  if (!goal) throw new CadreError('task/no-goal', {});
  if (goal.length > MAX_GOAL_CHARACTERS)
    throw new CadreError('task/goal-too-long', { length: goal.length, limit: MAX_GOAL_CHARACTERS });
  const deadline = submission.deadline ? (fromRfc3339(submission.deadline) ?? null) : null;
  if (deadline !== null && deadline <= needs.clock.nowMs()) {
    throw new CadreError('task/deadline-past', { deadline: submission.deadline });
  }
  await checkReferences(tx, submission);
  const wishes = wishesIn(submission);
  if (wishes) await checkWishes(tx, wishes, by.role);
  const id = newId();
  const priority = priorityNumber(submission.priority);
  const row: NewTaskRow = {
    ...NEW_TASK,
    id,
    root_id: id,
    goal,
    type: submission.type,
    capability: submission.capability ?? null,
    priority,
    input: JSON.stringify(submission.input),
    files: JSON.stringify(submission.files),
    agent_id: submission.agentId ?? null,
    deadline,
    created_by: by.createdBy,
    idempotency_key: by.idempotencyKey,
    workflow_id: pin?.workflowId ?? null,
    workflow_version: pin?.version ?? null,
  };
  await needs.events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'task.submitted',
      taskId: id,
      rootId: id,
      data: { goal, type: submission.type, priority, ...(pin && { workflow: pin }) },
    },
  ]);
  const [, estimate, isHandedOver] = await Promise.all([
    insertTasks(tx, [row]),
    estimateTask(tx, needs, { ...submission, goal }),
    needs.handOverAtOnce(tx, taskAdded(tx, row)),
  ]);
  if (wishes) await keepWishes(tx, id, wishes);
  if (submission.budget)
    await capTask(tx, { taskId: id, name: capName.task(id), by: by.createdBy }, submission.budget);
  tx.alongside(insertEstimate(tx, { task_id: id, ...estimate }));
  // The chief decides whether one operator is enough.
  if (!isHandedOver) await needs.runs.enqueue(tx, [planRun(tx.tenantId, id, priority)]);
  return id;
}

/** Those who can do a task may be away for a while; planning waits for them with growing pauses. */
const PLAN_ATTEMPTS = 10;

/** The first run of every task. */
export function planRun(tenantId: string, taskId: string, priority: number, rootId = taskId): NewRun {
  return {
    kind: 'chief.plan',
    tenantId,
    taskId,
    priority,
    maxAttempts: PLAN_ATTEMPTS,
    payload: { rootId },
  };
}

/** Whether all that a submission names is there. @throws CadreError `agent/not-found`, `file/not-found` */
export async function checkReferences(tx: TenantTx, submission: Submission): Promise<void> {
  if (submission.agentId && !(await selectAgent(tx, submission.agentId))) {
    throw new CadreError('agent/not-found', { id: submission.agentId });
  }
  await checkFiles(tx, submission.files);
}

/** @throws CadreError `file/not-found` */
export async function checkFiles(tx: TenantTx, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  const wanted = [...new Set(files)];
  const found = await selectKnownFiles(tx, wanted);
  const missing = wanted.find((id) => !found.includes(id));
  if (missing) throw new CadreError('file/not-found', { id: missing });
}
