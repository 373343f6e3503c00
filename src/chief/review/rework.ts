import type { Placed } from '../../assignment/assign.ts';
import { sendDelegations } from '../../messages/delegation.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Json } from '../../platform/kernel/json.ts';
import type { TaskRow } from '../../platform/store/schema.ts';
import {
  awaitSubtasks,
  FINAL_STATUSES,
  holdTask,
  pauseTasks,
  reopenTask,
  selectSubtasks,
  updateOpenTask,
} from '../../platform/store/tasks.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { type Plan, type PlanStep, REVIEW_REMARKS } from '../../tasks/plan.ts';
import { withoutReferences } from '../../tasks/references.ts';
import { workRun } from '../../tasks/settle.ts';
import { delegationOf } from '../hand-out.ts';
import type { ChiefNeeds } from '../plan.ts';
import type { Kept, Remark } from './decide.ts';

/** Who has it done again, for the log. */
export interface Reworker {
  id: string;
  name: string;
}

/**
 * Has steps done again, in the transaction that ends the run of the review: those that the review named, with its
 * remark, and what needs them. All others stay as they are, and the result so far stays in the task until a better one
 * comes. False: the task had ended meanwhile.
 */
export async function rework(
  tx: TenantTx,
  needs: ChiefNeeds,
  taskId: string,
  by: Reworker,
  kept: Kept,
): Promise<boolean> {
  const task = await holdTask(tx, taskId);
  if (!task || FINAL_STATUSES.includes(task.status)) return false;
  if (!task.plan) throw new CadreError('task/not-found', { id: taskId });
  const plan: Plan = JSON.parse(task.plan);
  const { remarks, before } = kept.rework;
  const again = new Set(Object.keys(before));
  const rows = new Map((await selectSubtasks(tx, taskId)).map((row) => [row.step_name ?? '', row]));
  const opened: Array<{ row: TaskRow; step: PlanStep; because: string }> = [];
  for (const step of plan.steps) {
    const row = rows.get(step.name);
    if (!row || !again.has(step.name)) continue;
    const remark = remarks.find(({ name }) => name === step.name);
    const open = step.dependsOn.filter((need) => again.has(need)).length;
    const input = remark ? withRemark(row.input, remark) : row.input;
    await reopenTask(tx, row.id, open);
    if (remark) await updateOpenTask(tx, row.id, { input }, ['pending']);
    opened.push({
      row: { ...row, status: 'pending', input, open_dependencies: open },
      step,
      because: remark?.wrong ?? `It needs ${step.dependsOn.filter((need) => again.has(need)).join(', ')}.`,
    });
  }
  await awaitSubtasks(tx, taskId, opened.length);
  await updateOpenTask(tx, taskId, { result: JSON.stringify(kept) }, ['waiting']);
  await sendDelegations(
    tx,
    needs,
    opened.map(({ row, step }) => {
      const place: Placed = JSON.parse(row.assignment ?? '{}'); // chosen when the plan was made
      return delegationOf(row, by.id, { ...place, agentId: row.agent_id ?? place.agentId }, step.doneWhen);
    }),
  );
  await needs.runs.enqueue(
    tx,
    opened.filter(({ row }) => row.open_dependencies === 0).map(({ row }) => workRun(row)),
  );
  if (task.status === 'paused') {
    // Paused while it was reviewed: what was opened now waits with it.
    const ids = opened.map(({ row }) => row.id);
    await pauseTasks(tx, [taskId, ...ids]);
    await needs.runs.control(tx, ids, 'pause');
  }
  await needs.events.append(tx, [
    reviewedFact(tx, task, by.id, { ...kept.review, steps: remarks, again: [...again] }),
    ...opened.map(({ row, because }) => ({
      tenantId: tx.tenantId,
      type: 'task.retried' as const,
      taskId: row.id,
      rootId: task.root_id,
      agentId: row.agent_id,
      data: {
        by: by.name,
        from: rows.get(row.step_name ?? '')?.status,
        step: row.step_name,
        reason: because,
      },
    })),
  ]);
  return true;
}

/** The event that says what a review held of a result. */
export function reviewedFact(
  tx: TenantTx,
  task: Pick<TaskRow, 'id' | 'root_id'>,
  agentId: string | null,
  data: Record<string, unknown>,
) {
  return {
    tenantId: tx.tenantId,
    type: 'plan.reviewed' as const,
    taskId: task.id,
    rootId: task.root_id,
    agentId,
    data,
  };
}

/** What is wrong stands beside what the step was given; earlier remarks stay, so that nothing comes back. */
export function withRemark(input: string, { wrong }: Pick<Remark, 'wrong'>): string {
  const given: Record<string, Json> = JSON.parse(input);
  const earlier = given[REVIEW_REMARKS];
  const remarks = [...(Array.isArray(earlier) ? earlier : []), withoutReferences(wrong)];
  return JSON.stringify({ ...given, [REVIEW_REMARKS]: remarks });
}
