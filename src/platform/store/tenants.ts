import { sql } from 'kysely';
import type { TenantRow } from './schema.ts';
import type { Tx } from './transaction.ts';

/** Adds a tenant; its time comes from the database's clock. */
export async function insertTenant(tx: Tx, row: Omit<TenantRow, 'created_at'>): Promise<void> {
  await tx.db
    .insertInto('tenant')
    .values({ ...row, created_at: sql<number>`cadre_now()` })
    .execute();
}
