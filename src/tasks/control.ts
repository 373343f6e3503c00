import { forgetHandOvers } from '../messages/delegation.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { deleteCheckpoints } from '../platform/store/checkpoints.ts';
import { withdrawAskedActs } from '../platform/store/control.ts';
import { reopenEstimate } from '../platform/store/estimates.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import {
  awaitSubtasks,
  holdTask,
  pauseTasks,
  reopenTask,
  resumeTasks,
  selectNeeds,
  selectOpenTree,
  selectSubtasks,
  selectTask,
} from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type CheckpointReason, issuesOfNewest, makeCheckpoint } from './checkpoint.ts';
import { measureResources, type Resources } from './resources.ts';
import { goOnRun, type SettleNeeds, settleTask, workRun } from './settle.ts';
import { type Action, statusesFor } from './states.ts';
import { planRun, type TaskNeeds } from './submit.ts';
import { type TaskResult, taskResultSchema } from './task.ts';

/** What controlling tasks needs. */
export type ControlNeeds = TaskNeeds & SettleNeeds;
type Needs = ControlNeeds;

/** Why a task is paused, for its checkpoint and for people. */
export interface PauseOptions {
  reason?: string | undefined;
  kind?: Extract<CheckpointReason, 'user-pause' | 'rule-pause'>;
}

/**
 * Pause, resume, terminate and retry of a task with everything below it, by the table of `states.ts`. Compare-and-set:
 * of two who ask at once, one wins and the other gets `task/wrong-state`. A running step obeys at its next boundary.
 * A pause makes a checkpoint in the same transaction.
 */
export async function pauseTask(
  needs: Needs,
  caller: Caller,
  id: string,
  options: PauseOptions = {},
): Promise<void> {
  const resources = measureResources();
  await needs.store.write(caller.tenantId, (tx) => pauseIn(tx, needs, caller, { id, ...options, resources }));
}

/** The same in the transaction of another verb. */
export async function pauseIn(
  tx: TenantTx,
  needs: Needs,
  caller: Caller,
  { id, reason, kind = 'user-pause', resources }: PauseOptions & { id: string; resources: Resources },
): Promise<void> {
  const task = await find(tx, needs, id);
  demand(task, 'pause', 'paused');
  const rows = await selectOpenTree(tx, id);
  const ids = rows.map((row) => row.id);
  await pauseTasks(tx, ids);
  await needs.runs.control(tx, ids, 'pause');
  const by = caller.actor.name;
  // Held by this transaction: what it was before the pause stands beside what it is now.
  const paused = { ...task, status: 'paused' };
  const checkpointId = await makeCheckpoint(tx, needs, paused, { reason: kind, by, resources });
  await tell(tx, needs, task, 'task.paused', caller, {
    to: 'paused',
    checkpointId,
    ...(reason && { reason }),
    also: rows.filter((row) => row.id !== id && row.status !== 'paused').map((row) => row.id),
  });
}

/**
 * Lets a paused task go on where it was: its rows are its state. Its newest checkpoint must be as it was made.
 * @throws CadreError `checkpoint/damaged` with the list of issues, `task/above-paused`
 */
export async function resumeTask(
  needs: Needs,
  caller: Caller,
  id: string,
  { reason }: { reason?: string | undefined } = {},
): Promise<void> {
  await needs.store.write(caller.tenantId, async (tx) => {
    const task = await find(tx, needs, id);
    demand(task, 'resume', 'resumed');
    const above = task.parent_id ? await selectTask(tx, task.parent_id) : undefined;
    if (above?.status === 'paused') throw new CadreError('task/above-paused', {});
    const issues = await issuesOfNewest(tx, id);
    if (issues.length > 0) throw new CadreError('checkpoint/damaged', { issues: issues.join('; ') });
    const rows = await selectOpenTree(tx, id);
    const ids = rows.map((row) => row.id);
    await resumeTasks(tx, ids);
    await needs.runs.resume(tx, ids);
    // What ended meanwhile was not taken in by the plans that wait for it; a plan in one operator's hands waits for none.
    const waited = rows.filter((row) => row.workflow_id !== null && row.status_before === 'waiting');
    await needs.runs.enqueue(tx, waited.map(goOnRun));
    await tell(tx, needs, task, 'task.resumed', caller, {
      to: task.status_before ?? 'pending',
      ...(reason && { reason }),
      also: rows.filter((row) => row.id !== id && row.status === 'paused').map((row) => row.id),
    });
  });
}

/** Ends a task with everything below it, and lets go of its checkpoints. */
export async function terminateTask(
  needs: Needs,
  caller: Caller,
  id: string,
  { reason }: { reason?: string | undefined } = {},
): Promise<void> {
  await needs.store.write(caller.tenantId, (tx) => terminateIn(tx, needs, caller, id, reason));
}

/** The same in the transaction of another verb. */
export async function terminateIn(
  tx: TenantTx,
  needs: Needs,
  caller: Caller,
  id: string,
  reason: string | undefined,
): Promise<void> {
  const task = await find(tx, needs, id);
  demand(task, 'terminate', 'terminated');
  const because = reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`;
  const end = {
    status: 'terminated' as const,
    stopReason: 'terminated' as const,
    stopSentence: `${caller.actor.name} terminated it${because}.`,
  };
  await endTree(tx, needs, task, end, { ...end, ...resultSoFar(task) });
}

/**
 * What an open task has to show already: a result that was to be made better when it was ended. It is not lost; nobody
 * accepted it, so it is partial.
 */
function resultSoFar({ result }: Pick<TaskRow, 'result'>): { result?: TaskResult } {
  if (result === null) return {};
  return { result: { ...taskResultSchema.parse(JSON.parse(result)), completeness: 'partial' } };
}

/** Ends a task with all that is open below it, deepest first, and stops its runs. `own`: where it ends otherwise. */
export async function endTree(
  tx: TenantTx,
  needs: SettleNeeds,
  task: TaskRow,
  end: Parameters<typeof settleTask>[3],
  own = end,
): Promise<void> {
  await needs.runs.control(tx, [task.id], 'terminate');
  await endBelow(tx, needs, task, end);
  await clean(tx, [task.id], end.status);
  await settleTask(tx, needs, task.id, own);
  // Settling the last step would have the parent concluded; it has ended instead.
  await needs.runs.control(tx, [task.id], 'terminate');
}

/** Ends all that is open below a task, deepest first, and stops its runs. The task takes no notice of it. */
export async function endBelow(
  tx: TenantTx,
  needs: SettleNeeds,
  task: TaskRow,
  end?: Parameters<typeof settleTask>[3],
): Promise<void> {
  const open = (await selectOpenTree(tx, task.id)).filter((row) => row.id !== task.id);
  if (open.length === 0) return;
  const ids = open.map((row) => row.id);
  await needs.runs.control(tx, ids, 'terminate');
  await clean(tx, ids, end?.status ?? 'terminated');
  for (const row of open.reverse())
    await settleTask(tx, needs, row.id, {
      ...(end ?? { status: 'terminated', stopReason: 'terminated' }),
      ...resultSoFar(row),
      isFromAbove: true,
      stopSentence: `The task above it ended${end ? `: ${end.stopSentence}` : '.'}`,
    });
}

/** Of what ends nobody need decide anything any more; what is terminated keeps no checkpoints. */
async function clean(tx: TenantTx, ids: string[], status: string): Promise<void> {
  await withdrawAskedActs(tx, ids);
  if (status === 'terminated') await deleteCheckpoints(tx, ids);
}

/** A new life of a task, not a transition: the table has none out of a final state. */
const RETRIED = ['failed', 'terminated'];

/**
 * Tries a failed or terminated task again: what completed stays, the rest of its steps run anew, history stays.
 */
export async function retryTask(needs: Needs, caller: Caller, id: string, from?: string): Promise<void> {
  await needs.store.write(caller.tenantId, async (tx) => {
    const task = await find(tx, needs, id);
    if (!RETRIED.includes(task.status))
      throw new CadreError('task/wrong-state', { status: task.status, action: 'retried' });
    if (task.parent_id)
      throw new CadreError('task/wrong-state', {
        status: 'a step of another task',
        action: 'retried by itself',
      });
    await reopenEstimate(tx, id);
    if (task.workflow_id !== null) {
      for (const listener of needs.taskListeners) await listener.retried?.(tx, task, from);
      return tell(tx, needs, task, 'task.retried', caller, from === undefined ? {} : { step: from });
    }
    if (from !== undefined)
      throw new CadreError('workflow/no-plan', {
        id,
        detail: 'it follows no workflow, so `from` means nothing',
      });
    const steps = await selectSubtasks(tx, id);
    await forgetHandOvers(tx, id);
    await reopenTask(tx, id, 0);
    if (steps.length === 0) {
      const revived = await needs.runs.revive(tx, id);
      if (revived === 0) {
        await needs.runs.enqueue(tx, [planRun(tx.tenantId, id, task.priority)]);
      }
    } else await retrySteps(tx, needs, task, steps);
    await tell(tx, needs, task, 'task.retried', caller);
  });
}

async function retrySteps(tx: TenantTx, needs: Needs, task: TaskRow, steps: TaskRow[]): Promise<void> {
  const again = steps.filter((step) => step.status !== 'completed');
  await awaitSubtasks(tx, task.id, again.length);
  if (again.length === 0) {
    await needs.runs.enqueue(tx, [
      {
        kind: 'chief.conclude',
        tenantId: tx.tenantId,
        taskId: task.id,
        agentId: task.agent_id,
        payload: { rootId: task.root_id },
      },
    ]);
    return;
  }
  for (const step of again) {
    const open = (await selectNeeds(tx, step.id)).filter((need) => need.status !== 'completed').length;
    await reopenTask(tx, step.id, open);
    const row = { ...step, status: 'pending' };
    if (open === 0) await needs.runs.enqueue(tx, [workRun(row)]);
  }
}

async function find(tx: TenantTx, { runs }: Needs, id: string): Promise<TaskRow> {
  await runs.holdAround(tx, id);
  const task = (await holdTask(tx, id)) ?? (await selectTask(tx, id));
  if (!task) throw new CadreError('task/not-found', { id });
  return task;
}

function demand(task: TaskRow, action: Action, word: string): void {
  if (!(statusesFor(action) as string[]).includes(task.status))
    throw new CadreError('task/wrong-state', { status: task.status, action: word });
}

async function tell(
  tx: TenantTx,
  { events }: Needs,
  task: TaskRow,
  type: 'task.paused' | 'task.resumed' | 'task.retried',
  caller: Caller,
  more: Record<string, unknown> = {},
): Promise<void> {
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type,
      taskId: task.id,
      rootId: task.root_id,
      agentId: task.agent_id,
      data: { by: caller.actor.name, from: task.status, ...more },
    },
  ]);
}
