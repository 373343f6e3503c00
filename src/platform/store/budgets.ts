import { sql } from 'kysely';
import type { AccountRow, BudgetRow } from './ledger-rows.ts';
import { now } from './now.ts';
import type { TenantTx, Tx } from './transaction.ts';

export type NewBudget = Omit<BudgetRow, 'tenant_id' | 'created_at' | 'updated_at' | 'removed_at'>;

/** False when the name is taken. */
export async function insertBudget(tx: TenantTx, row: NewBudget): Promise<boolean> {
  const result = await tx.db
    .insertInto('budget')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now, updated_at: now, removed_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/**
 * Gives every tenant its default budget that never had one. One that was removed stays a row, so it does not come back.
 */
export async function seedBudgets(
  tx: Tx,
  {
    name,
    period,
    at_limit,
    created_by,
    limit_cost_nano,
  }: Omit<NewBudget, 'id' | 'scope' | 'scope_id' | 'limit_tokens' | 'limit_energy_mj'>,
  tenantId?: string,
): Promise<void> {
  const only = tenantId === undefined ? sql`true` : sql`tenant.id = ${tenantId}`;
  await sql`
    insert into budget (id, tenant_id, name, scope, scope_id, period, limit_cost_nano, at_limit, created_by,
      created_at, updated_at)
    select tenant.id, tenant.id, ${name}, 'tenant', tenant.id, ${period}, ${limit_cost_nano}, ${at_limit},
      ${created_by}, cadre_now(), cadre_now()
    from tenant where ${only} and not exists (select 1 from budget known where known.id = tenant.id)
    on conflict do nothing`.execute(tx.db);
}

export async function selectBudget(tx: TenantTx, id: string): Promise<BudgetRow | undefined> {
  return tx.db
    .selectFrom('budget')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
}

export async function selectBudgets(
  tx: TenantTx,
  filter: { name?: string; scope?: string; scopeId?: string; before?: string; limit: number },
): Promise<BudgetRow[]> {
  let query = tx.db
    .selectFrom('budget')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('removed_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.name) query = query.where('name', '=', filter.name);
  if (filter.scope) query = query.where('scope', '=', filter.scope);
  if (filter.scopeId) query = query.where('scope_id', '=', filter.scopeId);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

export async function selectBudgetsById(tx: TenantTx, ids: readonly string[]): Promise<BudgetRow[]> {
  if (ids.length === 0) return [];
  return tx.db
    .selectFrom('budget')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .where('removed_at', 'is', null)
    .execute();
}

/** False when it is gone. People are told anew of what the new limits make of its accounts. */
export async function changeBudget(
  tx: TenantTx,
  id: string,
  changes: Partial<
    Pick<BudgetRow, 'name' | 'limit_cost_nano' | 'limit_tokens' | 'limit_energy_mj' | 'at_limit'>
  >,
): Promise<boolean> {
  const result = await tx.db
    .updateTable('budget')
    .set({ ...changes, updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await tx.db
    .updateTable('account')
    .set({ warned: 0, reached: 0 })
    .where('tenant_id', '=', tx.tenantId)
    .where('budget_id', '=', id)
    .execute();
  return true;
}

export async function removeBudget(tx: TenantTx, id: string): Promise<boolean> {
  const result = await tx.db
    .updateTable('budget')
    .set({ removed_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The accounts of budgets, all of their periods. */
export async function selectAccountsOf(
  tx: TenantTx,
  budgetIds: readonly string[],
  starts: readonly string[],
): Promise<AccountRow[]> {
  if (budgetIds.length === 0) return [];
  return tx.db
    .selectFrom('account')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('budget_id', 'in', budgetIds)
    .where('period_start', 'in', starts)
    .execute();
}
