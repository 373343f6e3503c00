import { canonicalJson } from '../messages/canonical.ts';
import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Json } from '../platform/kernel/json.ts';
import { sha256 } from '../platform/kernel/random.ts';
import type { NewRun } from '../platform/runs/run.ts';
import type { Runs } from '../platform/runs/runs.ts';
import { insertApproval, selectApprovalAt, useApproval } from '../platform/store/approvals.ts';
import type { ApprovalRow, TaskRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { Fact, Move } from './advance.ts';

/** What approvals need of the house. */
export interface ApprovalNeeds {
  events: EventLog;
  runs: Runs;
}

/** Who may decide when a step does not say: everybody who may act, but never the one who asked. */
const DEFAULT_APPROVERS = ['operator', 'admin', 'owner'];

/** What an approval is bound to: the same arguments have the same hash, in whatever order they are written. */
export const hashOf = (input: Record<string, Json>): string => sha256(canonicalJson(input));

/** Puts the question of a step to people, in the transaction in which its plan reaches it. */
export async function openApproval(
  tx: TenantTx,
  { events, runs }: ApprovalNeeds,
  task: TaskRow,
  { path, block, ask, input, approval }: Extract<Move, { do: 'approve' }>,
): Promise<void> {
  const id = newId();
  const { by = DEFAULT_APPROVERS, deadlineMs, escalate, allowRequester = false } = approval;
  await insertApproval(tx, {
    id,
    task_id: task.id,
    path,
    block,
    ask,
    input: JSON.stringify(input),
    input_hash: hashOf(input),
    requested_by: task.created_by,
    approvers: JSON.stringify(by),
    allow_requester: allowRequester ? 1 : 0,
    escalation: escalate ? JSON.stringify(escalate) : null,
    deadlineMs,
  });
  await runs.enqueue(tx, [expireRun(task, id, deadlineMs)]);
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'approval.requested',
      taskId: task.id,
      rootId: task.root_id,
      data: { id, step: path, ask, by },
    },
  ]);
}

/** The run that looks at an approval when its deadline has come. */
export function expireRun(task: TaskRow, id: string, delayMs: number): NewRun {
  return {
    kind: 'approval.expire',
    tenantId: task.tenant_id,
    taskId: task.id,
    priority: task.priority,
    delayMs,
    payload: { rootId: task.root_id, id },
  };
}

/** What the decision of an approval means to its plan; undefined while there is none. */
export async function approvalFact(tx: TenantTx, taskId: string, path: string): Promise<Fact | undefined> {
  const row = await selectApprovalAt(tx, taskId, path);
  return row && factOf(row);
}

function factOf(row: ApprovalRow): Fact | undefined {
  if (!['approved', 'rejected', 'expired'].includes(row.status)) return undefined;
  const { path, block } = row;
  const decision = {
    decision: row.status,
    by: row.decided_by_name,
    comment: row.comment,
    input: JSON.parse(row.input),
  };
  if (row.status === 'approved') return { path, block, outcome: { status: 'completed', output: decision } };
  const error =
    row.status === 'rejected'
      ? new CadreError('approval/rejected', {
          by: row.decided_by_name ?? 'somebody',
          comment: row.comment ?? 'no reason given',
        })
      : new CadreError('approval/expired', { ask: row.ask });
  return {
    path,
    block,
    outcome: { status: 'failed', error: { code: error.code, message: error.message, step: path } },
  };
}

/**
 * Uses an approval for a step: it must have been given for exactly this input, and serves one step once.
 * @throws CadreError `approval/missing`, `approval/changed`, `approval/used`
 */
export async function spendApproval(
  tx: TenantTx,
  taskId: string,
  approvalPath: string,
  path: string,
  input: Record<string, Json>,
): Promise<void> {
  const row = await selectApprovalAt(tx, taskId, approvalPath);
  if (row?.status !== 'approved') throw new CadreError('approval/missing', { step: approvalPath });
  if (row.input_hash !== hashOf(input))
    throw new CadreError('approval/changed', { who: `the step "${path}"`, approval: approvalPath });
  // An attempt to recover the same step is still that step.
  if (row.used_by !== path && !(await useApproval(tx, row.id, path)))
    throw new CadreError('approval/used', { approval: approvalPath, by: row.used_by ?? '' });
}
