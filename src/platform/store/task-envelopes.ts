import { sql } from 'kysely';
import type { TaskEnvelopeRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** Notes that a task came as an envelope; false when its sender used the id at this very moment for another. */
export async function insertTaskEnvelope(
  tx: TenantTx,
  row: Omit<TaskEnvelopeRow, 'tenant_id' | 'answered_at'>,
): Promise<boolean> {
  const result = await tx.db
    .insertInto('task_envelope')
    .values({ ...row, tenant_id: tx.tenantId, answered_at: null })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'sender', 'envelope_id']).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n) === 1;
}

/** The task that a sender published under an id. */
export async function selectEnvelopeOf(
  tx: TenantTx,
  sender: string,
  envelopeId: string,
): Promise<TaskEnvelopeRow | undefined> {
  return tx.db
    .selectFrom('task_envelope')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('sender', '=', sender)
    .where('envelope_id', '=', envelopeId)
    .executeTakeFirst();
}

/** The envelope that a task came in. */
export async function selectTaskEnvelope(tx: TenantTx, taskId: string): Promise<TaskEnvelopeRow | undefined> {
  return tx.db
    .selectFrom('task_envelope')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .executeTakeFirst();
}

/** How many results of published tasks are still owed. */
export async function countOpenEnvelopes(tx: TenantTx): Promise<number> {
  const row = await tx.db
    .selectFrom('task_envelope')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tx.tenantId)
    .where('answered_at', 'is', null)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

export async function markAnswered(tx: TenantTx, taskId: string): Promise<void> {
  await tx.db
    .updateTable('task_envelope')
    .set({ answered_at: sql<number>`cadre_now()` })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .execute();
}
