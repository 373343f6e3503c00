import { sql } from 'kysely';
import type { MessageRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

const now = sql<number>`cadre_now()`;

export type NewMessageRow = Omit<
  MessageRow,
  'tenant_id' | 'created_at' | 'delivered_at' | 'acknowledged_at' | 'retry_count' | 'error'
>;

/** Adds messages in the transaction of the step that sends them. */
export async function insertMessages(tx: TenantTx, rows: NewMessageRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('message')
    .values(
      rows.map((row) => ({
        ...row,
        tenant_id: tx.tenantId,
        retry_count: 0,
        error: null,
        created_at: now,
        delivered_at: null,
        acknowledged_at: null,
      })),
    )
    .execute();
}

/** The open delegation of a task, if it has one. */
export async function selectDelegation(tx: TenantTx, taskId: string): Promise<MessageRow | undefined> {
  return tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('type', '=', 'task_delegation')
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

/** Moves a message on; `from` guards the order of states. Answers the message when it moved. */
export async function moveMessage(
  tx: TenantTx,
  id: string,
  from: string[],
  to: { status: string; error?: string; counted?: boolean; recipientId?: string },
): Promise<MessageRow | undefined> {
  return tx.db
    .updateTable('message')
    .set({
      status: to.status,
      ...(to.status === 'delivered' && { delivered_at: now }),
      ...(to.status === 'acknowledged' && { acknowledged_at: now }),
      ...(to.error !== undefined && { error: to.error }),
      ...(to.counted && { retry_count: sql<number>`retry_count + 1` }),
      ...(to.recipientId !== undefined && { recipient_id: to.recipientId }),
    })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', 'in', from)
    .returningAll()
    .executeTakeFirst();
}

/** True when the message may no longer be handled, by the database's clock. */
export async function isExpired(tx: TenantTx, id: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('message')
    .select('id')
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('expires_at', 'is not', null)
    .where('expires_at', '<', now)
    .executeTakeFirst();
  return row !== undefined;
}

/** Messages, newest first: of one agent (sent or received), or of one status. */
export async function selectMessages(
  tx: TenantTx,
  filter: { agentId?: string; status?: string; taskId?: string; before?: string; limit: number },
): Promise<MessageRow[]> {
  let query = tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  const { agentId } = filter;
  if (agentId) {
    query = query.where(({ eb, or }) =>
      or([eb('recipient_id', '=', agentId), eb('sender_id', '=', agentId)]),
    );
  }
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.taskId) query = query.where('task_id', '=', filter.taskId);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

export async function selectMessage(tx: TenantTx, id: string): Promise<MessageRow | undefined> {
  return tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}
