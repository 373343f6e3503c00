import { sql } from 'kysely';
import type {
  EnergyBalanceRow,
  EnergyChangeRow,
  EnergyGroupRow,
  EnergyPointRow,
  EnergyRecordRow,
  EnergyStateRow,
} from './energy-rows.ts';
import { now } from './now.ts';
import type { TenantTx } from './transaction.ts';

/** Numbers of 64 bits arrive as text on PostgreSQL. */
function numbers<Row extends object>(row: Row, names: ReadonlyArray<keyof Row>): Row {
  return {
    ...row,
    ...Object.fromEntries(names.map((name) => [name, row[name] === null ? null : Number(row[name])])),
  };
}

export async function selectState(tx: TenantTx): Promise<EnergyStateRow | undefined> {
  const row = await tx.db
    .selectFrom('energy_state')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .executeTakeFirst();
  return row && numbers(row, ['points', 'updated_at']);
}

/** The state, held until the commit: who books or changes weights takes turns. */
export async function holdState(tx: TenantTx): Promise<EnergyStateRow & { now: number }> {
  await tx.db
    .insertInto('energy_state')
    .values({ tenant_id: tx.tenantId, settings: '{}', learned: '{}', points: 0, energy: 0, updated_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { rows } = await sql<EnergyStateRow & { now: number }>`
    select energy_state.*, cadre_now() as now from energy_state
    where tenant_id = ${tx.tenantId} ${tx.differ.lockForUpdate()}`.execute(tx.db);
  const [row] = rows;
  if (!row) throw new TypeError('the state was just written');
  return numbers(row, ['points', 'updated_at', 'now']);
}

export async function updateState(
  tx: TenantTx,
  changes: Partial<Pick<EnergyStateRow, 'settings' | 'learned' | 'points' | 'energy'>>,
): Promise<void> {
  await tx.db
    .updateTable('energy_state')
    .set({ ...changes, updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .execute();
}

/** The newest points, oldest first. */
export async function selectPoints(tx: TenantTx, limit: number): Promise<EnergyPointRow[]> {
  const rows = await tx.db
    .selectFrom('energy_point')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  return rows.reverse().map((row) => numbers(row, ['number', 'fence', 'created_at']));
}

/** A page of points, newest first. */
export async function selectPointPage(
  tx: TenantTx,
  filter: { beforeNumber?: number; agentId?: string; limit: number },
): Promise<EnergyPointRow[]> {
  let query = tx.db
    .selectFrom('energy_point')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('number', 'desc')
    .limit(filter.limit);
  if (filter.beforeNumber !== undefined) query = query.where('number', '<', filter.beforeNumber);
  if (filter.agentId) query = query.where('agent_id', '=', filter.agentId);
  return (await query.execute()).map((row) => numbers(row, ['number', 'fence', 'created_at']));
}

/** Adds points, and lets go of those below the number that is kept. */
export async function insertPoints(
  tx: TenantTx,
  rows: ReadonlyArray<Omit<EnergyPointRow, 'tenant_id'>>,
  keepFrom: number,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('energy_point')
    .values(rows.map((row) => ({ ...row, tenant_id: tx.tenantId })))
    .execute();
  await tx.db
    .deleteFrom('energy_point')
    .where('tenant_id', '=', tx.tenantId)
    .where('number', '<', keepFrom)
    .execute();
}

const COUNTS = ['attempts', 'succeeded', 'known', 'known_succeeded', 'alerted_at', 'updated_at'] as const;

/** Balances of scopes; all of them where no ids are given. */
export async function selectBalances(
  tx: TenantTx,
  filter: { scope?: string; ids?: string[]; limit?: number } = {},
): Promise<EnergyBalanceRow[]> {
  let query = tx.db
    .selectFrom('energy_balance')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('joules', 'desc')
    .orderBy('scope_id')
    .limit(filter.limit ?? 10_000);
  if (filter.scope) query = query.where('scope', '=', filter.scope);
  if (filter.ids) query = query.where('scope_id', 'in', filter.ids.length > 0 ? filter.ids : ['']);
  return (await query.execute()).map((row) => numbers(row, COUNTS));
}

/** Writes balances whole; the state of the tenant is held. */
export async function saveBalances(tx: TenantTx, rows: ReadonlyArray<EnergyBalanceRow>): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('energy_balance')
    .values(rows.map((row) => ({ ...row, tenant_id: tx.tenantId, updated_at: now })))
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'scope', 'scope_id']).doUpdateSet(({ ref }) => ({
        balance: ref('excluded.balance'),
        attempts: ref('excluded.attempts'),
        succeeded: ref('excluded.succeeded'),
        known: ref('excluded.known'),
        known_succeeded: ref('excluded.known_succeeded'),
        joules: ref('excluded.joules'),
        carbon_g: ref('excluded.carbon_g'),
        cost_usd: ref('excluded.cost_usd'),
        alerted_at: ref('excluded.alerted_at'),
        updated_at: ref('excluded.updated_at'),
      })),
    )
    .execute();
}

/** What agents did with capabilities; all where none are named. */
export async function selectRecords(tx: TenantTx, capabilities?: string[]): Promise<EnergyRecordRow[]> {
  let query = tx.db
    .selectFrom('energy_record')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .limit(50_000);
  if (capabilities) query = query.where('capability', 'in', capabilities.length > 0 ? capabilities : ['']);
  return (await query.execute()).map((row) => numbers(row, ['attempts', 'succeeded', 'known']));
}

export async function saveRecords(tx: TenantTx, rows: ReadonlyArray<EnergyRecordRow>): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('energy_record')
    .values(rows.map((row) => ({ ...row, tenant_id: tx.tenantId })))
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'agent_id', 'capability']).doUpdateSet(({ ref }) => ({
        attempts: ref('excluded.attempts'),
        succeeded: ref('excluded.succeeded'),
        known: ref('excluded.known'),
        joules: ref('excluded.joules'),
        cost_usd: ref('excluded.cost_usd'),
        wall_ms: ref('excluded.wall_ms'),
        memory_gb_s: ref('excluded.memory_gb_s'),
      })),
    )
    .execute();
}

/** Groups by their members; the most used ones where none are named. */
export async function selectGroups(
  tx: TenantTx,
  filter: { members?: string[]; size?: number; limit?: number },
): Promise<EnergyGroupRow[]> {
  let query = tx.db
    .selectFrom('energy_group')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('together', 'desc')
    .orderBy('members')
    .limit(filter.limit ?? 10_000);
  if (filter.members) query = query.where('members', 'in', filter.members.length > 0 ? filter.members : ['']);
  if (filter.size !== undefined) query = query.where('size', '=', filter.size);
  return (await query.execute()).map((row) => numbers(row, ['together', 'succeeded']));
}

export async function saveGroups(tx: TenantTx, rows: ReadonlyArray<EnergyGroupRow>): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('energy_group')
    .values(rows.map((row) => ({ ...row, tenant_id: tx.tenantId })))
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'members']).doUpdateSet(({ ref }) => ({
        together: ref('excluded.together'),
        succeeded: ref('excluded.succeeded'),
      })),
    )
    .execute();
}

/** Lets go of the groups that were together least, so that at most so many are kept. Answers how many went. */
export async function forgetGroups(tx: TenantTx, keep: number): Promise<number> {
  const last = await tx.db
    .selectFrom('energy_group')
    .select(['together', 'members'])
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('together', 'desc')
    .orderBy('members')
    .offset(keep)
    .limit(1)
    .executeTakeFirst();
  if (!last) return 0;
  const gone = await tx.db
    .deleteFrom('energy_group')
    .where('tenant_id', '=', tx.tenantId)
    .where(({ eb, or, and }) =>
      or([
        eb('together', '<', last.together),
        and([eb('together', '=', last.together), eb('members', '>=', last.members)]),
      ]),
    )
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}

/** Notes a change of weights, and keeps the newest ones. */
export async function insertChange(
  tx: TenantTx,
  row: Omit<EnergyChangeRow, 'tenant_id' | 'created_at'>,
): Promise<void> {
  await tx.db
    .insertInto('energy_change')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now })
    .execute();
}

export async function selectChanges(tx: TenantTx, limit: number): Promise<EnergyChangeRow[]> {
  const rows = await tx.db
    .selectFrom('energy_change')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => numbers(row, ['created_at']));
}

/** Which teams agents are in. */
export async function selectTeamsOf(
  tx: TenantTx,
  agentIds: string[],
): Promise<Array<{ team_id: string; agent_id: string }>> {
  if (agentIds.length === 0) return [];
  return tx.db
    .selectFrom('team_member')
    .select(['team_id', 'agent_id'])
    .where('tenant_id', '=', tx.tenantId)
    .where('agent_id', 'in', agentIds)
    .orderBy('team_id')
    .execute();
}

/** Agents that are there for work: what a group keeps ready. */
export async function countAlive(tx: TenantTx): Promise<number> {
  const row = await tx.db
    .selectFrom('agent')
    .select(({ fn }) => fn.countAll().as('agents'))
    .where('tenant_id', '=', tx.tenantId)
    .where('enabled', '=', 1)
    .where('status', 'in', ['idle', 'busy', 'degraded'])
    .executeTakeFirst();
  return Number(row?.agents ?? 0);
}

/** Names of the things that balances are about. */
export async function selectScopeNames(tx: TenantTx): Promise<Map<string, string>> {
  const agents = await tx.db
    .selectFrom('agent')
    .select(['id', 'name'])
    .where('tenant_id', '=', tx.tenantId)
    .execute();
  const teams = await tx.db
    .selectFrom('team')
    .select(['id', 'name'])
    .where('tenant_id', '=', tx.tenantId)
    .execute();
  return new Map([...agents, ...teams].map(({ id, name }) => [id, name]));
}
