import { sql } from 'kysely';
import { now } from './now.ts';
import type { DataKeyRow, SecretRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

/** The master key in use, held until the commit; `wanted` where none was yet. */
export async function holdMasterKeyId(tx: Tx, wanted: string): Promise<string> {
  await tx.db
    .insertInto('master_key')
    .values({ slot: 1, key_id: wanted })
    .onConflict((conflict) => conflict.column('slot').doNothing())
    .execute();
  const { rows } = await sql<{ key_id: string }>`
    select key_id from master_key where slot = 1 ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return rows[0]?.key_id ?? wanted;
}

export async function selectMasterKeyId(tx: Tx): Promise<string | undefined> {
  const row = await tx.db.selectFrom('master_key').select('key_id').where('slot', '=', 1).executeTakeFirst();
  return row?.key_id;
}

export async function updateMasterKeyId(tx: Tx, keyId: string): Promise<void> {
  await tx.db.updateTable('master_key').set({ key_id: keyId }).where('slot', '=', 1).execute();
}

/** The data keys of all tenants: what the start checks and a change of the master key seals anew. */
export async function selectDataKeys(tx: Tx): Promise<DataKeyRow[]> {
  return tx.db.selectFrom('data_key').selectAll().orderBy('tenant_id').execute();
}

export async function selectDataKey(tx: TenantTx): Promise<DataKeyRow | undefined> {
  return tx.db.selectFrom('data_key').selectAll().where('tenant_id', '=', tx.tenantId).executeTakeFirst();
}

/** The same, held until the commit: nothing is sealed under a key that is just being changed. */
export async function holdDataKey(tx: TenantTx): Promise<DataKeyRow | undefined> {
  const { rows } = await sql<DataKeyRow>`
    select * from data_key where tenant_id = ${tx.tenantId} ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return rows[0];
}

/** Adds the tenant's data key unless another transaction just did. */
export async function insertDataKey(
  tx: TenantTx,
  row: Pick<DataKeyRow, 'sealed' | 'master_id'>,
): Promise<void> {
  await tx.db
    .insertInto('data_key')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.column('tenant_id').doNothing())
    .execute();
}

/** Seals the data key of a tenant anew. Across tenants, because a master key is everybody's. */
export async function updateDataKey(
  tx: Tx,
  tenantId: string,
  row: Pick<DataKeyRow, 'sealed' | 'master_id'>,
): Promise<void> {
  await tx.db
    .updateTable('data_key')
    .set({ ...row, updated_at: now })
    .where('tenant_id', '=', tenantId)
    .execute();
}

export async function insertSecret(tx: TenantTx, row: Pick<SecretRow, 'id' | 'sealed'>): Promise<void> {
  await tx.db
    .insertInto('secret')
    .values({ ...row, tenant_id: tx.tenantId, version: 1, created_at: now, updated_at: now })
    .execute();
}

export async function updateSecret(
  tx: TenantTx,
  id: string,
  row: Pick<SecretRow, 'sealed' | 'version'>,
): Promise<void> {
  await tx.db
    .updateTable('secret')
    .set({ ...row, updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

export async function deleteSecret(tx: TenantTx, id: string): Promise<void> {
  await tx.db.deleteFrom('secret').where('tenant_id', '=', tx.tenantId).where('id', '=', id).execute();
}

/** Secrets of a tenant; all of them without `ids`. */
export async function selectSecrets(tx: TenantTx, ids?: readonly string[]): Promise<SecretRow[]> {
  if (ids?.length === 0) return [];
  let query = tx.db.selectFrom('secret').selectAll().where('tenant_id', '=', tx.tenantId).orderBy('id');
  if (ids) query = query.where('id', 'in', ids);
  return query.execute();
}
