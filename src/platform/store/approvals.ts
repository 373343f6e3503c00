import { sql } from 'kysely';
import type { ApprovalRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** Questions to people that plans wait for. */
const now = sql<number>`cadre_now()`;

/** Adds a question whose deadline is so many milliseconds from now. */
export async function insertApproval(
  tx: TenantTx,
  row: Pick<
    ApprovalRow,
    | 'id'
    | 'task_id'
    | 'path'
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

export async function selectApproval(tx: TenantTx, id: string): Promise<ApprovalRow | undefined> {
  return tx.db
    .selectFrom('approval')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** A page of questions, newest first. */
export async function selectApprovals(
  tx: TenantTx,
  { status, limit, before }: { status?: string; limit: number; before?: string },
): Promise<ApprovalRow[]> {
  let query = tx.db.selectFrom('approval').selectAll().where('tenant_id', '=', tx.tenantId);
  if (status !== undefined) query = query.where('status', '=', status);
  if (before !== undefined) query = query.where('id', '<', before);
  return query.orderBy('id', 'desc').limit(limit).execute();
}

/** Keeps a decision; the first one stays. Answers whether this is it. */
export async function decideApproval(
  tx: TenantTx,
  id: string,
  { status, by, comment }: { status: string; by: { id: string; name: string }; comment: string | null },
): Promise<boolean> {
  const result = await tx.db
    .updateTable('approval')
    .set({ status, decided_by: by.id, decided_by_name: by.name, comment, decided_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
