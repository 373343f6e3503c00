import { now } from './now.ts';
import type { ModelRuleRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** In the order in which they are looked at. */
export async function selectModelRules(tx: TenantTx): Promise<ModelRuleRow[]> {
  return tx.db
    .selectFrom('model_rule')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('position')
    .orderBy('id')
    .execute();
}

/** False when the name is taken. */
export async function insertModelRule(
  tx: TenantTx,
  row: Omit<ModelRuleRow, 'tenant_id' | 'created_at'>,
): Promise<boolean> {
  const result = await tx.db
    .insertInto('model_rule')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** By id or name. The row as it was, undefined when there is none. */
export async function deleteModelRule(tx: TenantTx, ref: string): Promise<ModelRuleRow | undefined> {
  return tx.db
    .deleteFrom('model_rule')
    .where('tenant_id', '=', tx.tenantId)
    .where((either) => either.or([either('id', '=', ref), either('name', '=', ref)]))
    .returningAll()
    .executeTakeFirst();
}
