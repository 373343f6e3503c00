import { deleteNodes, putNodes, selectNodes } from '../platform/store/plans.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import {
  awaitSubtasks,
  holdTask,
  reopenTask,
  selectTasksByIds,
  updateOpenTask,
} from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { goOnRun, type TaskListener } from '../tasks/settle.ts';
import { planRun } from '../tasks/submit.ts';
import type { PlanNode } from '../workflows/node.ts';
import { stepAt } from '../workflows/places.ts';
import { reopen } from '../workflows/reopen.ts';
import { toNode, toRow } from '../workflows/table.ts';
import { definitionOf } from '../workflows/versions.ts';
import { lookAgain } from './drive.ts';
import type { ChiefNeeds } from './plan.ts';
import { deadlineOf } from './steps.ts';

/** Tries tasks that follow a workflow again, for rooms that know of tasks only. */
export function retryListener(needs: ChiefNeeds): TaskListener {
  return { retried: (tx, task, from) => retryPlan(tx, needs, task, { from }) };
}

/**
 * Tries a task that follows a workflow again, in the transaction of who asks: what failed, was left open or was undone
 * begins anew with what needs it, or everything from the step named. Tasks that did it before stay as history; a
 * workflow that was called goes on as the task it was. Where the time of the whole was up, it gets it anew.
 * @param deadline of the task above, for a workflow that was called
 * @throws CadreError `workflow/no-such-step`, `workflow/not-begun`
 */
async function retryPlan(
  tx: TenantTx,
  needs: ChiefNeeds,
  ended: TaskRow,
  { from, deadline: above = null }: { from?: string | undefined; deadline?: number | null } = {},
): Promise<void> {
  // Its times and deadlines of approvals are over: steps that wait begin to wait anew.
  await needs.runs.control(tx, [ended.id], 'terminate');
  await reopenTask(tx, ended.id, 0);
  const { workflow } = await definitionOf(tx, ended);
  const left = (await holdTask(tx, ended.id))?.deadline ?? null;
  const deadline = await deadlineOf(tx, { deadline: earliest(left, above) }, workflow.timeoutMs);
  await updateOpenTask(tx, ended.id, { deadline }, ['pending']);
  const task = { ...ended, deadline };
  const given = (await selectNodes(tx, task.id)).map(toNode);
  if (given.length === 0) {
    await needs.runs.enqueue(tx, [planRun(tx.tenantId, task.id, task.priority, task.root_id)]);
    return;
  }
  const children = await childrenOf(tx, given);
  const { forgotten, opened, resumed } = reopen(workflow, given, {
    from,
    canResume: (node) => {
      const child = children.get(node.taskId ?? '');
      // One that completed unseen, in a pause, is taken in as it is.
      return child?.status === 'completed' || (child !== undefined && child.workflow_id !== null);
    },
  });
  await deleteNodes(tx, task.id, forgotten);
  await putNodes(
    tx,
    opened.map((node) => toRow(task.id, node, new Map())),
  );
  if (task.agent_id === null || workflow.operator) {
    // It was forked and ended before a chief had begun it, or goes to one operator again.
    await needs.runs.enqueue(tx, [planRun(tx.tenantId, task.id, task.priority, task.root_id)]);
    return;
  }
  await awaitSubtasks(tx, task.id, 0);
  for (const node of resumed) {
    const child = children.get(node.taskId ?? '');
    if (!child || child.status === 'completed') continue;
    const step = stepAt(workflow, node);
    const timeoutMs = 'workflow' in step ? step.timeoutMs : undefined;
    await retryPlan(tx, needs, child, { deadline: await deadlineOf(tx, task, timeoutMs) });
  }
  await lookAgain(tx, needs, { ...task, status: 'waiting' });
  await needs.runs.enqueue(tx, [goOnRun(task)]);
}

/** The earlier of two deadlines; null: none. */
function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

async function childrenOf(tx: TenantTx, nodes: readonly PlanNode[]): Promise<Map<string, TaskRow>> {
  const rows = await selectTasksByIds(
    tx,
    nodes.flatMap((node) => node.taskId ?? []),
  );
  return new Map(rows.map((row) => [row.id, row]));
}
