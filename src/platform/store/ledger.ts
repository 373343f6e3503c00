import { type RawBuilder, sql } from 'kysely';
import { treeOf } from './below.ts';
import type { AccountRow, BudgetRow, ReservationRow, UsageRow } from './ledger-rows.ts';
import { now } from './now.ts';
import type { TenantTx, Tx } from './transaction.ts';

/**
 * Budgets that hold, their accounts, what calls under way reserve, and what each call took. Accounts are locked in the
 * order of their budgets' ids, by one statement, so that those who reserve and settle never wait for one another in a
 * circle.
 */
/** Whose call it is. */
export interface Payer {
  taskId: string;
  agentId: string | null;
}

/** The tasks above a task, itself included. */
const above = (tx: TenantTx, taskId: string) => sql`
  with recursive up(id, parent_id) as (
    select id, parent_id from task where tenant_id = ${tx.tenantId} and id = ${taskId}
    union all select task.id, task.parent_id from task join up on task.id = up.parent_id
  )`;

/** Budgets of the task, of those above it, of the agent, its teams and the tenant, by id; with the time there. */
export async function selectBudgetsFor(
  tx: TenantTx,
  { taskId, agentId }: Payer,
): Promise<Array<BudgetRow & { now_ms: number; team: string | null }>> {
  const { rows } = await sql<BudgetRow & { now_ms: number; team: string | null }>`
    ${above(tx, taskId)}
    select budget.*, cadre_now() as now_ms, ${teamOf(tx, agentId)} as team from budget
    where ${holdsFor(tx, agentId)} order by id`.execute(tx.db);
  return rows.map((row) => ({ ...row, now_ms: Number(row.now_ms) }));
}

/** That a budget is one of the payer's; with the tasks above it as `up`. */
const holdsFor = (tx: TenantTx, agentId: string | null) => sql`
  tenant_id = ${tx.tenantId} and removed_at is null and (
    scope = 'tenant'
    or (scope = 'agent' and scope_id = ${agentId ?? ''})
    or (scope = 'team' and scope_id in (
      select team_id from team_member where tenant_id = ${tx.tenantId} and agent_id = ${agentId ?? ''}))
    or (scope = 'task' and scope_id in (select id from up)))`;

/** The newest account of each of these budgets: that of the period under way, or of one before it. */
export async function selectNewestAccountsFor(
  tx: TenantTx,
  { taskId, agentId }: Payer,
): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    ${above(tx, taskId)}
    select account.* from account
    where tenant_id = ${tx.tenantId} and budget_id in (select id from budget where ${holdsFor(tx, agentId)})
      and period_start = (select max(newest.period_start) from account newest
        where newest.budget_id = account.budget_id)`.execute(tx.db);
  return rows;
}

/** The team that sums by team count a call for: the oldest of the agent's. */
const teamOf = (tx: TenantTx, agentId: string | null) => sql`
  (select min(team_id) from team_member where tenant_id = ${tx.tenantId} and agent_id = ${agentId ?? ''})`;

/** The time of the database and the team of an agent, where no budget holds. */
export async function selectTeamOf(tx: TenantTx, agentId: string | null): Promise<string | null> {
  const { rows } = await sql<{ team: string | null }>`select ${teamOf(tx, agentId)} as team`.execute(tx.db);
  return rows[0]?.team ?? null;
}

/** One account, by name. */
export interface AccountKey {
  budgetId: string;
  /** Empty for `total`. */
  periodStart: string;
}

const keysOf = (tx: TenantTx, keys: readonly AccountKey[]) =>
  tx.differ.rowsOf(
    JSON.stringify(keys.map((key) => ({ key_budget: key.budgetId, key_start: key.periodStart }))),
    { key_budget: 'text', key_start: 'text' },
  );

/** Accounts that are there, by budget; locked until the end of the transaction where `isLocked`. */
export async function selectAccounts(
  tx: TenantTx,
  keys: readonly AccountKey[],
  isLocked: boolean,
): Promise<AccountRow[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<AccountRow>`
    select account.* from account
    where tenant_id = ${tx.tenantId}
      and (budget_id, period_start) in (select key_budget, key_start from ${keysOf(tx, keys)} as keys)
    order by budget_id, period_start ${isLocked ? tx.differ.lockForUpdate() : sql``}`.execute(tx.db);
  return rows;
}

/** That a row of usage or a reading is of a budget's scope. */
const isOf = (tx: TenantTx, budget: BudgetRow): RawBuilder<unknown> => {
  const scopes: Record<string, RawBuilder<unknown>> = {
    tenant: sql`true`,
    agent: sql`agent_id = ${budget.scope_id}`,
    team: sql`agent_id in (select agent_id from team_member where team_id = ${budget.scope_id})`,
    task: sql`task_id in ${treeOf(tx, budget.scope_id ?? '')}`,
  };
  return scopes[budget.scope] ?? sql`false`;
};

/** One attempt whose joules were read. */
export interface ReadingKey {
  runId: string;
  fence: number;
}

/**
 * Thousandths of a joule that this machine took for a budget's scope since a time. Only the part of the machine: calls
 * of models and what operators report stand in `usage`, so nothing is counted twice. `but`: readings of this very
 * transaction, which are counted by themselves.
 */
const hostSince = (
  tx: TenantTx,
  budget: BudgetRow,
  sinceMs: number,
  but: readonly ReadingKey[] = [],
): RawBuilder<number> => {
  const keys = tx.differ.rowsOf(
    JSON.stringify(but.map(({ runId, fence }) => ({ but_run: runId, but_fence: fence }))),
    { but_run: 'text', but_fence: 'bigint' },
  );
  return sql<number>`(
    select cast(coalesce(sum(round(host_j * 1000)), 0) as bigint) from energy_reading
    where tenant_id = ${tx.tenantId} and created_at >= ${sinceMs} and ${isOf(tx, budget)}
      and (run_id, fence) not in (select but_run, but_fence from ${keys} as but))`;
};

/** What the calls of a budget's scope took since a time; with joules of this machine where joules are limited. */
const spentSince = (
  tx: TenantTx,
  budget: BudgetRow,
  sinceMs: number,
  but: readonly ReadingKey[],
): RawBuilder<unknown> => {
  const host = budget.limit_energy_mj === null ? sql`0` : hostSince(tx, budget, sinceMs, but);
  return sql`
    select coalesce(sum(cost_nano), 0), coalesce(sum(input_tokens + output_tokens), 0),
      coalesce(sum(energy_mj), 0) + ${host}
    from usage where tenant_id = ${tx.tenantId} and at >= ${sinceMs} and ${isOf(tx, budget)}`;
};

/** Opens an account with what its period took before the budget was there; one that is open stays as it is. */
export async function openAccount(
  tx: TenantTx,
  budget: BudgetRow,
  periodStart: string,
  sinceMs: number,
  but: readonly ReadingKey[] = [],
): Promise<void> {
  await sql`
    insert into account (budget_id, period_start, tenant_id, reserved_cost_nano, reserved_tokens, reserved_energy_mj,
      spent_cost_nano, spent_tokens, spent_energy_mj, warned, reached)
    select ${budget.id}, ${periodStart}, ${tx.tenantId}, 0, 0, 0, spent.cost, spent.tokens, spent.energy, 0, 0
    from (select 0 as cost, 0 as tokens, 0 as energy where false
      union all ${spentSince(tx, budget, sinceMs, but)}) as spent where true
    on conflict do nothing`.execute(tx.db);
}

/** Whether a budget of any of them limits joules: only then those of this machine are counted. Asked at every commit. */
export async function limitsJoules(tx: TenantTx, payers: readonly Payer[]): Promise<boolean> {
  const of = tx.differ.rowsOf(
    JSON.stringify(payers.map(({ taskId, agentId }) => ({ for_task: taskId, for_agent: agentId ?? '' }))),
    { for_task: 'text', for_agent: 'text' },
  );
  const { rows } = await sql`
    with recursive up(id, parent_id) as (
      select id, parent_id from task
      where tenant_id = ${tx.tenantId} and id in (select for_task from ${of} as payers)
      union select task.id, task.parent_id from task join up on task.id = up.parent_id
    )
    select id from budget
    where tenant_id = ${tx.tenantId} and removed_at is null and limit_energy_mj is not null and (
      scope = 'tenant'
      or (scope = 'agent' and scope_id in (select for_agent from ${of} as payers))
      or (scope = 'team' and scope_id in (
        select team_id from team_member
        where tenant_id = ${tx.tenantId} and agent_id in (select for_agent from ${of} as payers)))
      or (scope = 'task' and scope_id in (select id from up)))
    limit 1`.execute(tx.db);
  return rows.length > 0;
}

/** Joules of this machine in a period of a budget, in thousandths. */
export async function selectHost(tx: TenantTx, budget: BudgetRow, sinceMs: number): Promise<number> {
  const { rows } = await sql<{ mj: number }>`select ${hostSince(tx, budget, sinceMs)} as mj`.execute(tx.db);
  return Number(rows[0]?.mj ?? 0);
}

/** Counts the joules of an account anew, that of a budget which did not limit them before. */
export async function recountEnergy(
  tx: TenantTx,
  budget: BudgetRow,
  { periodStart, sinceMs }: { periodStart: string; sinceMs: number },
): Promise<void> {
  // What others settle meanwhile waits, so that it is not lost.
  await selectAccounts(tx, [{ budgetId: budget.id, periodStart }], true);
  await sql`
    update account set spent_energy_mj = ${hostSince(tx, budget, sinceMs)} + (
      select cast(coalesce(sum(energy_mj), 0) as bigint) from usage
      where tenant_id = ${tx.tenantId} and at >= ${sinceMs} and ${isOf(tx, budget)})
    where tenant_id = ${tx.tenantId} and budget_id = ${budget.id} and period_start = ${periodStart}`.execute(
    tx.db,
  );
}

/** What changes in one account. */
export interface AccountChange extends AccountKey {
  reservedCostNano: number;
  reservedTokens: number;
  reservedEnergyMj: number;
  spentCostNano: number;
  spentTokens: number;
  spentEnergyMj: number;
}

/** Changes accounts that the transaction holds; each stands once in `changes`. */
export async function changeAccounts(tx: TenantTx, changes: readonly AccountChange[]): Promise<void> {
  if (changes.length === 0) return;
  const rows = tx.differ.rowsOf(JSON.stringify(changes), {
    budgetId: 'text',
    periodStart: 'text',
    reservedCostNano: 'bigint',
    reservedTokens: 'bigint',
    reservedEnergyMj: 'bigint',
    spentCostNano: 'bigint',
    spentTokens: 'bigint',
    spentEnergyMj: 'bigint',
  });
  const changed = sql`
    update account set
      reserved_cost_nano = reserved_cost_nano + by."reservedCostNano",
      reserved_tokens = reserved_tokens + by."reservedTokens",
      reserved_energy_mj = reserved_energy_mj + by."reservedEnergyMj",
      spent_cost_nano = spent_cost_nano + by."spentCostNano",
      spent_tokens = spent_tokens + by."spentTokens",
      spent_energy_mj = spent_energy_mj + by."spentEnergyMj"
    from ${rows} as by
    where tenant_id = ${tx.tenantId} and budget_id = by."budgetId" and period_start = by."periodStart"`.execute(
    tx.db,
  );
  tx.alongside(changed);
}

/** Remembers that people were told. */
export async function markTold(
  tx: TenantTx,
  { budgetId, periodStart }: AccountKey,
  told: { warned: number; reached: number },
): Promise<void> {
  await tx.db
    .updateTable('account')
    .set(told)
    .where('tenant_id', '=', tx.tenantId)
    .where('budget_id', '=', budgetId)
    .where('period_start', '=', periodStart)
    .execute();
}

export async function insertReservation(
  tx: TenantTx,
  row: Omit<ReservationRow, 'tenant_id' | 'at'>,
): Promise<void> {
  const insert = tx.db.insertInto('reservation').values({ ...row, tenant_id: tx.tenantId, at: now });
  tx.alongside(insert.execute());
}

/** What is still reserved for a turn: its answer was lost. */
export async function selectOpenOf(tx: TenantTx, runId: string, turn: string): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('reservation')
    .select('id')
    .where('tenant_id', '=', tx.tenantId)
    .where('run_id', '=', runId)
    .where('turn', '=', turn)
    .execute();
  return rows.map((row) => row.id);
}

/** Takes reservations away; who gets a row settles it, everybody else finds nothing. */
export async function takeReservations(tx: TenantTx, ids: readonly string[]): Promise<ReservationRow[]> {
  if (ids.length === 0) return [];
  return tx.db
    .deleteFrom('reservation')
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .returningAll()
    .execute();
}

/** Reservations of calls that nobody waits for any more: their run rests or has ended, or there never was one. */
export async function selectForsaken(
  tx: Tx,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<Array<Pick<ReservationRow, 'id' | 'tenant_id' | 'model'>>> {
  const { rows } = await sql<Pick<ReservationRow, 'id' | 'tenant_id' | 'model'>>`
    select reservation.id, reservation.tenant_id, reservation.model
    from reservation left join run on run.id = reservation.run_id
    where (run.id is not null and run.state <> 'running')
      or (run.id is null and reservation.at < cadre_now() - ${olderThanMs})
    order by reservation.id limit ${limit}`.execute(tx.db);
  return rows;
}

export async function insertUsage(
  tx: TenantTx,
  rows: ReadonlyArray<Omit<UsageRow, 'tenant_id' | 'at'>>,
): Promise<void> {
  if (rows.length === 0) return;
  const insert = tx.db
    .insertInto('usage')
    .values(rows.map((row) => ({ ...row, tenant_id: tx.tenantId, at: now })));
  tx.alongside(insert.execute());
}
