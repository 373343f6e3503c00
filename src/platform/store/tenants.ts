import { sql } from 'kysely';
import type { TenantRow } from './schema.ts';
import type { Tx } from './transaction.ts';

/** Adds a tenant; its time comes from the database's clock. */
export async function insertTenant(tx: Tx, row: Omit<TenantRow, 'created_at'>): Promise<TenantRow> {
  return tx.db
    .insertInto('tenant')
    .values({ ...row, created_at: sql<number>`cadre_now()` })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Adds the first tenant unless some process already did; two that start together agree on one. */
export async function insertFirstTenant(tx: Tx, row: Omit<TenantRow, 'created_at'>): Promise<boolean> {
  const added = await tx.db
    .insertInto('tenant')
    .values({ ...row, created_at: sql<number>`cadre_now()` })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  return added !== undefined;
}

export async function selectTenantByName(tx: Tx, name: string): Promise<TenantRow | undefined> {
  return tx.db.selectFrom('tenant').selectAll().where('name', '=', name).executeTakeFirst();
}

/** Tenants newest first; `onlyId` keeps a tenant to itself. */
export async function selectTenants(
  tx: Tx,
  page: { onlyId: string | undefined; beforeId: string | undefined; limit: number },
): Promise<TenantRow[]> {
  let query = tx.db.selectFrom('tenant').selectAll().orderBy('id', 'desc').limit(page.limit);
  if (page.onlyId !== undefined) query = query.where('id', '=', page.onlyId);
  if (page.beforeId !== undefined) query = query.where('id', '<', page.beforeId);
  return query.execute();
}
