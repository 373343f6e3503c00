import { CadreError } from '../platform/kernel/errors.ts';
import { type Caller, personOf } from '../platform/kernel/operation.ts';
import type { Handler } from '../platform/runs/run.ts';
import {
  type ApprovalView,
  decideApproval,
  escalateApproval,
  selectApproval,
} from '../platform/store/approvals.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { holdTask } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type ApprovalNeeds, approvalFact, expireRun } from './approve.ts';
import { approverOf, refusalOf } from './approver.ts';
import type { PlanDriver } from './driver.ts';
import type { ApprovalStep } from './language.ts';

/** What deciding needs of the house. */
export interface DecideNeeds extends ApprovalNeeds {
  plans: PlanDriver;
}

export interface Decision {
  decision: 'approved' | 'rejected';
  comment?: string | undefined;
  /** Hash of the input that they have seen. */
  inputHash?: string | undefined;
}

/**
 * Takes a decision: it, the step, and what follows commit together. Of two who decide at once, one does.
 * @throws CadreError `approval/not-found`, `approval/decided`, `approval/expired`, `approval/withdrawn`,
 *   `approval/own-request`, `approval/not-asked`, `approval/changed`
 */
export async function decide(
  tx: TenantTx,
  needs: DecideNeeds,
  caller: Caller,
  id: string,
  { decision, comment, inputHash }: Decision,
): Promise<void> {
  const known = await selectApproval(tx, id);
  if (!known) throw new CadreError('approval/not-found', { id });
  // The task's runs, then the task, as everybody does who acts on one; who decides takes turns here.
  await needs.runs.holdAround(tx, known.task_id);
  const task = await holdTask(tx, known.task_id);
  const row = await openNow(tx, needs, task, id);
  const refusal = refusalOf(row, await approverOf(tx, caller), caller);
  if (refusal) throw refusal;
  if (inputHash !== undefined && inputHash !== row.input_hash)
    throw new CadreError('approval/changed', { who: caller.actor.name, approval: row.path });
  await end(tx, needs, row, {
    status: decision,
    decided_by: personOf(caller.actor),
    decided_by_name: caller.actor.name,
    comment: comment ?? null,
  });
}

/** The approval as it stands now, also when its deadline has passed and nobody has looked yet. */
async function openNow(
  tx: TenantTx,
  needs: DecideNeeds,
  task: TaskRow | undefined,
  id: string,
): Promise<ApprovalView> {
  let row = await selectApproval(tx, id);
  if (task && row?.status === 'pending' && row.left_ms <= 0 && (await escalate(tx, needs, task, row)))
    row = await selectApproval(tx, id);
  if (!row) throw new CadreError('approval/not-found', { id });
  const { ask, status } = row;
  if (status === 'withdrawn') throw new CadreError('approval/withdrawn', { ask, taskId: row.task_id });
  if (status === 'expired' || (status === 'pending' && row.left_ms <= 0))
    throw new CadreError('approval/expired', { ask });
  if (status !== 'pending')
    throw new CadreError('approval/decided', { id, ask, decision: status, by: row.decided_by_name ?? '' });
  return row;
}

/** The deadline of an approval has come: others are asked, or its step fails. */
export function approvalExpire(needs: DecideNeeds): Handler {
  return {
    async work({ taskId, payload }) {
      const id = String(payload.id);
      return {
        async commit(tx) {
          const task = await holdTask(tx, taskId ?? '');
          const row = await selectApproval(tx, id);
          if (!task || row?.status !== 'pending') return;
          // It was escalated meanwhile by somebody who came late; the new deadline has a run of its own.
          if (row.left_ms > 0 || (await escalate(tx, needs, task, row))) return;
          await end(tx, needs, row, {
            status: 'expired',
            decided_by: null,
            decided_by_name: null,
            comment: null,
          });
        },
      };
    },
  };
}

/** Asks those who are named for the case that nobody decides in time; false when there are none, or it was done. */
async function escalate(
  tx: TenantTx,
  { events, runs }: DecideNeeds,
  task: TaskRow,
  row: ApprovalView,
): Promise<boolean> {
  if (row.escalation === null || row.escalated_at !== null) return false;
  const to: NonNullable<ApprovalStep['approval']['escalate']> = JSON.parse(row.escalation);
  const changes = { approvers: JSON.stringify(to.by), deadlineMs: to.deadlineMs };
  if (!(await escalateApproval(tx, row.id, changes))) return false;
  await runs.enqueue(tx, [expireRun(task, row.id, to.deadlineMs)]);
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'approval.escalated',
      taskId: task.id,
      rootId: task.root_id,
      data: { id: row.id, step: row.path, ask: row.ask, by: to.by },
    },
  ]);
  return true;
}

/** Ends an approval, and has its plan take it in: at once, or when the task is resumed. */
async function end(
  tx: TenantTx,
  { events, plans }: DecideNeeds,
  row: ApprovalView,
  decision: Parameters<typeof decideApproval>[2],
): Promise<void> {
  const { id, ask, path, task_id: taskId } = row;
  if (!(await decideApproval(tx, id, decision))) return; // under the task's lock it is still pending
  const task = await holdTask(tx, taskId);
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'approval.decided',
      taskId,
      rootId: task?.root_id ?? taskId,
      data: {
        id,
        step: path,
        ask,
        decision: decision.status,
        by: decision.decided_by_name,
        ...(decision.comment !== null && { comment: decision.comment }),
      },
    },
  ]);
  const fact = await approvalFact(tx, taskId, path);
  if (fact) await plans.take(tx, taskId, fact);
}
