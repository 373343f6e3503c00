import { sql } from 'kysely';
import { now } from './now.ts';
import type { ProviderRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

type Given = Pick<
  ProviderRow,
  'id' | 'name' | 'kind' | 'base_url' | 'secret_id' | 'position' | 'enabled' | 'created_by'
>;
export type ProviderChanges = Partial<
  Pick<ProviderRow, 'name' | 'base_url' | 'secret_id' | 'position' | 'enabled'>
>;

/** Adds a provider; false when its name is taken. */
export async function insertProvider(tx: TenantTx, row: Given): Promise<boolean> {
  const result = await tx.db
    .insertInto('provider')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      is_up: null,
      health_because: null,
      health_since: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n) === 1;
}

/** How many there are, and the last place in the order of fallback. */
export async function countProviders(tx: TenantTx): Promise<{ count: number; last: number }> {
  const row = await tx.db
    .selectFrom('provider')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.max('position').as('last')])
    .where('tenant_id', '=', tx.tenantId)
    .executeTakeFirst();
  return { count: Number(row?.count ?? 0), last: Number(row?.last ?? 0) };
}

export async function selectProviders(
  tx: TenantTx,
  filter: { kind?: string; enabled?: boolean; before?: string; limit: number },
): Promise<ProviderRow[]> {
  let query = tx.db
    .selectFrom('provider')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.kind) query = query.where('kind', '=', filter.kind);
  if (filter.enabled !== undefined) query = query.where('enabled', '=', filter.enabled ? 1 : 0);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** One provider by its id or name. */
export async function selectProvider(tx: TenantTx, idOrName: string): Promise<ProviderRow | undefined> {
  return tx.db
    .selectFrom('provider')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where(({ eb, or }) => or([eb('id', '=', idOrName), eb('name', '=', idOrName)]))
    .executeTakeFirst();
}

/** The same, held until the commit: changes of it take turns. */
export async function holdProvider(tx: TenantTx, idOrName: string): Promise<ProviderRow | undefined> {
  const { rows } = await sql<ProviderRow>`
    select * from provider where tenant_id = ${tx.tenantId} and (id = ${idOrName} or name = ${idOrName})
    ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return rows[0];
}

export async function updateProvider(tx: TenantTx, id: string, changes: ProviderChanges): Promise<void> {
  await tx.db
    .updateTable('provider')
    .set({ ...changes, updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Notes what calls showed; false when that was known. `health_since` moves only when it goes up or down. */
export async function updateHealth(
  tx: TenantTx,
  id: string,
  { isUp, because }: { isUp: boolean; because: string },
): Promise<boolean> {
  const flag = isUp ? 1 : 0;
  const result = await tx.db
    .updateTable('provider')
    .set({
      is_up: flag,
      health_because: because,
      health_since: sql<number>`case when is_up = ${flag} then health_since else cadre_now() end`,
    })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where(({ eb, or }) =>
      or([
        eb('is_up', 'is', null),
        eb('is_up', '<>', flag),
        // Of one that is down the newest reason is of use; of one that is up there is nothing to say again.
        ...(isUp ? [] : [eb('health_because', '<>', because)]),
      ]),
    )
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Removes a provider with its models and their prices. */
export async function deleteProvider(tx: TenantTx, id: string): Promise<void> {
  await tx.db.deleteFrom('provider').where('tenant_id', '=', tx.tenantId).where('id', '=', id).execute();
}

/** Agents that are not archived, and open goals, that name a model of the provider. */
export async function selectUsers(tx: TenantTx, name: string): Promise<string[]> {
  const agents = await tx.db
    .selectFrom('agent')
    .select('name')
    .where('tenant_id', '=', tx.tenantId)
    .where('status', '<>', 'archived')
    .where('spec', 'like', `%"${name}/%`)
    .orderBy('name')
    .limit(10)
    .execute();
  const goals = await tx.db
    .selectFrom('task_control')
    .innerJoin('task', 'task.id', 'task_control.task_id')
    .select('task.id')
    .where('task_control.tenant_id', '=', tx.tenantId)
    .where('task_control.model', 'like', `${name}/%`)
    .where('task.status', 'not in', ['completed', 'failed', 'terminated'])
    .limit(10)
    .execute();
  return [...agents.map((row) => `the agent ${row.name}`), ...goals.map((row) => `the task ${row.id}`)];
}
