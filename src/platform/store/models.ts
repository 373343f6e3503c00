import type { SelectQueryBuilder } from 'kysely';
import { now } from './now.ts';
import type { ModelPriceRow, ModelRow, Schema } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** Models of one tenant that are looked at. */
const MODEL_LIMIT = 2_000;

/** A model with what is to be known of its provider. */
export interface ModelView extends ModelRow {
  provider: string;
  provider_enabled: number;
  is_up: number | null;
  health_because: string | null;
  health_since: number | null;
}

type Views = SelectQueryBuilder<Pick<Schema, 'model' | 'provider'>, 'model' | 'provider', ModelView>;

function views(tx: TenantTx): Views {
  return tx.db
    .selectFrom('model')
    .innerJoin('provider', 'provider.id', 'model.provider_id')
    .selectAll('model')
    .select([
      'provider.name as provider',
      'provider.enabled as provider_enabled',
      'provider.is_up',
      'provider.health_because',
      'provider.health_since',
    ])
    .where('model.tenant_id', '=', tx.tenantId);
}

/** Models newest first. */
export async function selectModels(
  tx: TenantTx,
  filter: { provider?: string; enabled?: boolean; tier?: string; before?: string; limit: number },
): Promise<ModelView[]> {
  let query = views(tx).orderBy('model.id', 'desc').limit(filter.limit);
  if (filter.provider) query = query.where('provider.name', '=', filter.provider);
  if (filter.tier) query = query.where('model.tier', '=', filter.tier);
  if (filter.enabled !== undefined) query = query.where('model.enabled', '=', filter.enabled ? 1 : 0);
  if (filter.before) query = query.where('model.id', '<', filter.before);
  return query.execute();
}

/** Enabled models of enabled providers in order of fallback: by the place of the provider, then as they were added. */
export async function selectCallable(tx: TenantTx): Promise<ModelView[]> {
  return views(tx)
    .where('model.enabled', '=', 1)
    .where('provider.enabled', '=', 1)
    .orderBy('provider.position')
    .orderBy('model.id')
    .limit(MODEL_LIMIT)
    .execute();
}

/** Names of the models that may be called, as `provider/name`. */
export async function selectModelNames(tx: TenantTx): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('model')
    .innerJoin('provider', 'provider.id', 'model.provider_id')
    .select(['provider.name as provider', 'model.name'])
    .where('model.tenant_id', '=', tx.tenantId)
    .where('model.enabled', '=', 1)
    .where('provider.enabled', '=', 1)
    .orderBy('provider.position')
    .orderBy('model.id')
    .limit(MODEL_LIMIT)
    .execute();
  return rows.map(({ provider, name }) => `${provider}/${name}`);
}

/** One model by its id, or by `provider/name`. */
export async function selectModel(tx: TenantTx, idOrName: string): Promise<ModelView | undefined> {
  const at = idOrName.indexOf('/');
  const query =
    at < 0
      ? views(tx).where('model.id', '=', idOrName)
      : views(tx)
          .where('provider.name', '=', idOrName.slice(0, at))
          .where('model.name', '=', idOrName.slice(at + 1));
  return query.executeTakeFirst();
}

/** Adds models that are not there yet; those that are stay as they are. Answers how many came. */
export async function insertModels(
  tx: TenantTx,
  rows: ReadonlyArray<Omit<ModelRow, 'tenant_id' | 'created_at' | 'updated_at'>>,
): Promise<string[]> {
  const added: string[] = [];
  for (let at = 0; at < rows.length; at += 100) {
    const batch = rows.slice(at, at + 100);
    const result = await tx.db
      .insertInto('model')
      .values(batch.map((row) => ({ ...row, tenant_id: tx.tenantId, created_at: now, updated_at: now })))
      .onConflict((conflict) => conflict.columns(['provider_id', 'name']).doNothing())
      .returning('id')
      .execute();
    added.push(...result.map((row) => row.id));
  }
  return added;
}

export async function updateModel(
  tx: TenantTx,
  id: string,
  changes: Partial<Omit<ModelRow, 'id' | 'tenant_id' | 'provider_id' | 'name' | 'created_at' | 'updated_at'>>,
): Promise<void> {
  await tx.db
    .updateTable('model')
    .set({ ...changes, updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Adds prices. Nothing ever changes one. */
export async function insertPrices(
  tx: TenantTx,
  rows: ReadonlyArray<Omit<ModelPriceRow, 'tenant_id' | 'created_at'>>,
): Promise<void> {
  for (let at = 0; at < rows.length; at += 100) {
    const batch = rows.slice(at, at + 100);
    await tx.db
      .insertInto('model_price')
      .values(batch.map((row) => ({ ...row, tenant_id: tx.tenantId, created_at: now })))
      .execute();
  }
}

/** Prices of models, oldest first; of one day in the order in which they were said. */
export async function selectPrices(tx: TenantTx, modelIds: readonly string[]): Promise<ModelPriceRow[]> {
  if (modelIds.length === 0) return [];
  return tx.db
    .selectFrom('model_price')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('model_id', 'in', modelIds)
    .orderBy('from_day')
    .orderBy('id')
    .execute();
}
