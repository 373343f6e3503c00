import { forgetHandOvers } from '../messages/delegation.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
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
import { goOnRun, type SettleNeeds, settleTask, workRun } from './settle.ts';
import { planRun, type SubmitNeeds } from './submit.ts';

type Needs = SubmitNeeds & SettleNeeds;

/**
 * Pause, resume, terminate and retry of a task with everything below it. Compare-and-set: of two who ask at once,
 * one wins and the other gets `task/wrong-state`. A running step obeys at its next boundary.
 */
export async function pauseTask(needs: Needs, caller: Caller, id: string): Promise<void> {
  await needs.store.write(caller.tenantId, async (tx) => {
    const task = await find(tx, needs, id);
    require(task, ['pending', 'running', 'waiting'], 'paused');
    const ids = (await selectOpenTree(tx, id)).map((row) => row.id);
    await pauseTasks(tx, ids);
    await needs.runs.control(tx, ids, 'pause');
    await tell(tx, needs, task, 'task.paused', caller);
  });
}

export async function resumeTask(needs: Needs, caller: Caller, id: string): Promise<void> {
  await needs.store.write(caller.tenantId, async (tx) => {
    const task = await find(tx, needs, id);
    require(task, ['paused'], 'resumed');
    const tree = await selectOpenTree(tx, id);
    const ids = tree.map((row) => row.id);
    await resumeTasks(tx, ids);
    await needs.runs.resume(tx, ids);
    // What ended meanwhile was not taken in by the plans that wait for it.
    await needs.runs.enqueue(
      tx,
      tree.filter((row) => row.plan !== null && row.workflow_id !== null).map(goOnRun),
    );
    await tell(tx, needs, task, 'task.resumed', caller);
  });
}

export async function terminateTask(needs: Needs, caller: Caller, id: string): Promise<void> {
  await needs.store.write(caller.tenantId, async (tx) => {
    const task = await find(tx, needs, id);
    require(task, ['pending', 'running', 'waiting', 'paused'], 'terminated');
    await endTree(tx, needs, task, {
      status: 'terminated',
      stopReason: 'terminated',
      stopSentence: `${caller.actor.name} terminated it.`,
    });
  });
}

/** Ends a task with all that is open below it, deepest first, and stops its runs. */
export async function endTree(
  tx: TenantTx,
  needs: SettleNeeds,
  task: TaskRow,
  end: Parameters<typeof settleTask>[3],
): Promise<void> {
  await needs.runs.control(tx, [task.id], 'terminate');
  await endBelow(tx, needs, task, end);
  await settleTask(tx, needs, task.id, end);
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
  await needs.runs.control(
    tx,
    open.map((row) => row.id),
    'terminate',
  );
  for (const row of open.reverse())
    await settleTask(tx, needs, row.id, {
      ...(end ?? { status: 'terminated', stopReason: 'terminated' }),
      isFromAbove: true,
      stopSentence: `The task above it ended${end ? `: ${end.stopSentence}` : '.'}`,
    });
}

/**
 * Tries a failed or terminated task again: what completed stays, the rest of its steps run anew, history stays.
 */
export async function retryTask(needs: Needs, caller: Caller, id: string, from?: string): Promise<void> {
  await needs.store.write(caller.tenantId, async (tx) => {
    const task = await find(tx, needs, id);
    require(task, ['failed', 'terminated'], 'retried');
    if (task.parent_id)
      throw new CadreError('task/wrong-state', {
        status: 'a step of another task',
        action: 'retried by itself',
      });
    if (task.workflow_id !== null) {
      for (const listener of needs.taskListeners) await listener.retried?.(tx, task, from);
      return tell(tx, needs, task, 'task.retried', caller, from);
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

function require(task: TaskRow, allowed: string[], action: string): void {
  if (!allowed.includes(task.status))
    throw new CadreError('task/wrong-state', { status: task.status, action });
}

async function tell(
  tx: TenantTx,
  { events }: Needs,
  task: TaskRow,
  type: 'task.paused' | 'task.resumed' | 'task.retried',
  caller: Caller,
  step?: string,
): Promise<void> {
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type,
      taskId: task.id,
      rootId: task.root_id,
      agentId: task.agent_id,
      data: { by: caller.actor.name, from: task.status, ...(step !== undefined && { step }) },
    },
  ]);
}
