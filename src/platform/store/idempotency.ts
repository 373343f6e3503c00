import { sql } from 'kysely';
import type { IdempotencyRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

/**
 * Answers kept under an Idempotency-Key. A row without a status belongs to a request that is being answered; its
 * `created_at` is renewed while that lasts, so a row that stays behind shows that its process died.
 */

/** Takes the key, or nothing when it is taken. Returns the time that marks this claim. */
export async function insertClaim(
  tx: TenantTx,
  key: string,
  operation: string,
  requestHash: string,
): Promise<number | undefined> {
  const row = await tx.db
    .insertInto('idempotency')
    .values({
      tenant_id: tx.tenantId,
      key,
      operation,
      request_hash: requestHash,
      status: null,
      response: null,
      created_at: sql<number>`cadre_now()`,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'key']).doNothing())
    .returning('created_at')
    .executeTakeFirst();
  return row?.created_at;
}

export async function selectClaim(
  tx: TenantTx,
  key: string,
): Promise<(IdempotencyRow & { now: number }) | undefined> {
  return tx.db
    .selectFrom('idempotency')
    .selectAll()
    .select(sql<number>`cadre_now()`.as('now'))
    .where('tenant_id', '=', tx.tenantId)
    .where('key', '=', key)
    .executeTakeFirst();
}

/** Renews or takes over a claim last marked `markedAt`. Returns the new mark, or nothing when another was faster. */
export async function renewClaim(tx: TenantTx, key: string, markedAt: number): Promise<number | undefined> {
  const row = await tx.db
    .updateTable('idempotency')
    .set({
      created_at: sql<number>`case when cadre_now() > cast(${markedAt} as bigint) then cadre_now() else cast(${markedAt + 1} as bigint) end`,
    })
    .where('tenant_id', '=', tx.tenantId)
    .where('key', '=', key)
    .where('status', 'is', null)
    .where('created_at', '=', markedAt)
    .returning('created_at')
    .executeTakeFirst();
  return row?.created_at;
}

/** Keeps the answer, unless the key was never claimed or has one already. */
export async function settleClaim(
  tx: Tx,
  tenantId: string,
  key: string,
  status: number,
  response: string,
): Promise<void> {
  await tx.db
    .updateTable('idempotency')
    .set({ status, response })
    .where('tenant_id', '=', tenantId)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute();
}

/** Gives the key back after a failure; an answer kept meanwhile stays. */
export async function deleteClaim(tx: TenantTx, key: string, markedAt: number): Promise<void> {
  await tx.db
    .deleteFrom('idempotency')
    .where('tenant_id', '=', tx.tenantId)
    .where('key', '=', key)
    .where('status', 'is', null)
    .where('created_at', '=', markedAt)
    .execute();
}

/** Claims without an answer, of all tenants: after a start on an exclusive home their processes are dead. */
export async function deleteOpenClaims(tx: Tx): Promise<void> {
  await tx.db.deleteFrom('idempotency').where('status', 'is', null).execute();
}

export async function deleteOldClaims(tx: Tx, keepMs: number): Promise<void> {
  await tx.db
    .deleteFrom('idempotency')
    .where('created_at', '<', sql<number>`cadre_now() - ${keepMs}`)
    .execute();
}
