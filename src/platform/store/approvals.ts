import { sql } from 'kysely';
import { fixed } from './fixed.ts';
import { now } from './now.ts';
import type { ApprovalRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** Adds a question whose deadline is so many milliseconds from now. */
export async function insertApproval(
  tx: TenantTx,
  row: Pick<
    ApprovalRow,
    | 'id'
    | 'task_id'
    | 'path'
    | 'block'
    | 'ask'
    | 'input'
    | 'input_hash'
    | 'requested_by'
    | 'approvers'
    | 'allow_requester'
    | 'escalation'
  > & { deadlineMs: number },
): Promise<void> {
  const { deadlineMs, ...fields } = row;
  await tx.db
    .insertInto('approval')
    .values({
      ...fields,
      tenant_id: tx.tenantId,
      status: 'pending',
      deadline: sql<number>`cadre_now() + ${deadlineMs}`,
      escalated_at: null,
      decided_by: null,
      decided_by_name: null,
      comment: null,
      created_at: now,
      decided_at: null,
      used_by: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The approval of a step, by its path. */
export async function selectApprovalAt(
  tx: TenantTx,
  taskId: string,
  path: string,
): Promise<ApprovalRow | undefined> {
  return tx.db
    .selectFrom('approval')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('path', '=', path)
    .executeTakeFirst();
}

/** Lets one step through, once. False when it let another through before. */
export async function useApproval(tx: TenantTx, id: string, path: string): Promise<boolean> {
  const result = await tx.db
    .updateTable('approval')
    .set({ used_by: path })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'approved')
    .where('used_by', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** An approval with what is left of its time, by the database's clock. */
export type ApprovalView = ApprovalRow & { left_ms: number };

const views = (tx: TenantTx) =>
  tx.db
    .selectFrom('approval')
    .selectAll()
    .select(sql<number>`deadline - cadre_now()`.as('left_ms'))
    .where('tenant_id', '=', tx.tenantId);

export async function selectApproval(tx: TenantTx, id: string): Promise<ApprovalView | undefined> {
  return views(tx).where('id', '=', id).executeTakeFirst();
}

/** Approvals that fit, newest first. */
export async function selectApprovals(
  tx: TenantTx,
  filter: {
    status?: string;
    taskId?: string;
    /** Only those that are open to somebody who is called one of these, and is not this person who asked. */
    open?: { to: readonly string[]; person: string };
    before?: string;
    limit: number;
  },
): Promise<ApprovalView[]> {
  const { open } = filter;
  let query = views(tx).orderBy('id', 'desc').limit(filter.limit);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.taskId) query = query.where('task_id', '=', filter.taskId);
  if (filter.before) query = query.where('id', '<', filter.before);
  if (open)
    query = query
      .where('status', '=', fixed('pending'))
      .where(({ eb, or }) => or([eb('allow_requester', '=', 1), eb('requested_by', '<>', open.person)]))
      // A name stands in the list as JSON; taking it out changes the list where it is one of them.
      .where(({ or }) =>
        or(open.to.map((name) => sql<boolean>`replace(approvers, ${JSON.stringify(name)}, '') <> approvers`)),
      );
  return query.execute();
}

/** Decides what is still open; false when somebody else did, its time is up or its task has ended. */
export async function decideApproval(
  tx: TenantTx,
  id: string,
  decision: Pick<ApprovalRow, 'decided_by' | 'decided_by_name' | 'comment'> & {
    status: 'approved' | 'rejected' | 'expired';
  },
): Promise<boolean> {
  const result = await tx.db
    .updateTable('approval')
    .set({ ...decision, decided_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Puts the question to others with a new deadline, once. */
export async function escalateApproval(
  tx: TenantTx,
  id: string,
  { approvers, deadlineMs }: { approvers: string; deadlineMs: number },
): Promise<boolean> {
  const result = await tx.db
    .updateTable('approval')
    .set({ approvers, deadline: sql<number>`cadre_now() + ${deadlineMs}`, escalated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where('escalated_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
