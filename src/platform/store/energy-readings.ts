import { sql } from 'kysely';
import { isBelow, type TreeTop } from './below.ts';
import type { EnergyReadingRow } from './energy-rows.ts';
import { fixed } from './fixed.ts';
import { now } from './now.ts';
import { together } from './together.ts';
import type { TenantTx, Tx } from './transaction.ts';

export type NewReadingRow = Omit<EnergyReadingRow, 'tenant_id' | 'booked' | 'created_at'>;

/** Keeps the reading of an attempt; one that is there already stays. */
export const insertReading = together(async (tx, rows: NewReadingRow[]): Promise<undefined[]> => {
  const insert = tx.db
    .insertInto('energy_reading')
    .values(rows.map((row) => ({ ...row, tenant_id: tx.tenantId, booked: 0, created_at: now })))
    .onConflict((conflict) => conflict.doNothing());
  tx.alongside(insert.execute());
  return rows.map(() => undefined);
});

/** Readings of a task and everything below it, summed by their mark. */
export interface ReadingSum {
  mark: string;
  grid: string;
  attempts: number;
  /** Attempts whose joules are known. */
  known: number;
  joules: number;
  low_j: number;
  high_j: number;
  carbon_g: number;
}

export async function selectReadingSums(tx: TenantTx, task: TreeTop): Promise<ReadingSum[]> {
  const { rows } = await sql<ReadingSum>`
    select mark, grid, count(*) as attempts, count(joules) as known, coalesce(sum(joules), 0) as joules,
      coalesce(sum(low_j), 0) as low_j, coalesce(sum(high_j), 0) as high_j, coalesce(sum(carbon_g), 0) as carbon_g
    from energy_reading where ${isBelow(tx, task)} group by mark, grid order by grid, mark`.execute(tx.db);
  return rows.map((row) => ({ ...row, attempts: Number(row.attempts), known: Number(row.known) }));
}

/** Tenants with readings that the ledger has not taken in. */
export async function selectTenantsToBook(tx: Tx): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('energy_reading')
    .select('tenant_id')
    .distinct()
    .where('booked', '=', fixed(0))
    .limit(1_000)
    .execute();
  return rows.map((row) => row.tenant_id);
}

/** Readings to be booked, oldest first. */
export async function selectUnbooked(tx: TenantTx, limit: number): Promise<EnergyReadingRow[]> {
  return tx.db
    .selectFrom('energy_reading')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('booked', '=', fixed(0))
    .orderBy('created_at')
    .orderBy('run_id')
    .orderBy('fence')
    .limit(limit)
    .execute();
}

export async function markBooked(
  tx: TenantTx,
  rows: ReadonlyArray<Pick<EnergyReadingRow, 'run_id' | 'fence'>>,
) {
  const keys = tx.differ.rowsOf(
    JSON.stringify(rows.map((row) => ({ one_run: row.run_id, one_fence: Number(row.fence) }))),
    {
      one_run: 'text',
      one_fence: 'bigint',
    },
  );
  await sql`
    update energy_reading set booked = 1
    where tenant_id = ${tx.tenantId}
      and (run_id, fence) in (select one_run, one_fence from ${keys} as batch)`.execute(tx.db);
}

/** Which agents have done something for a goal, oldest first, and whether all of it succeeded. */
export async function selectWorkersOfRoots(
  tx: TenantTx,
  rootIds: string[],
): Promise<Array<{ root_id: string; agent_id: string; succeeded: number }>> {
  if (rootIds.length === 0) return [];
  const rows = await tx.db
    .selectFrom('energy_reading')
    .select(({ fn }) => ['root_id', 'agent_id', fn.min('succeeded').as('succeeded')])
    .where('tenant_id', '=', tx.tenantId)
    .where('root_id', 'in', rootIds)
    .where('booked', '=', 1)
    .where('ended', '=', 1)
    .where('agent_id', 'is not', null)
    .groupBy(['root_id', 'agent_id'])
    .execute();
  return rows.map((row) => ({ ...row, agent_id: row.agent_id ?? '', succeeded: Number(row.succeeded) }));
}

/** Joules, grams and money by the hour, oldest first: what a forecast goes on. */
/** An attempt that ended, with the choice that gave it to its agent (`Placed`, as JSON). */
export interface ChoiceRow {
  task_id: string;
  agent_id: string;
  capability: string;
  succeeded: number;
  joules: number | null;
  cost_usd: number;
  wall_ms: number;
  assignment: string;
}

/** The newest attempts whose agent was chosen since a time, oldest first. */
export async function selectChoices(tx: TenantTx, sinceMs: number, limit: number): Promise<ChoiceRow[]> {
  const { rows } = await sql<ChoiceRow>`
    select reading.task_id, reading.agent_id, reading.capability, reading.succeeded, reading.joules,
      reading.cost_usd, reading.wall_ms, task.assignment
    from energy_reading as reading join task on task.id = reading.task_id
    where reading.tenant_id = ${tx.tenantId} and reading.ended = 1 and reading.agent_id is not null
      and task.created_at > ${sinceMs} and task.assignment is not null
    order by reading.created_at desc, reading.run_id desc, reading.fence desc limit ${limit}`.execute(tx.db);
  return rows.reverse();
}

/** Joules, grams and dollars by the hour. */
export async function selectHourly(
  tx: TenantTx,
  hours: number,
): Promise<Array<{ hour: number; joules: number; carbonG: number; costUsd: number; attempts: number }>> {
  const { rows } = await sql<{
    hour: number;
    joules: number;
    carbon: number;
    cost: number;
    attempts: number;
  }>`
    select (created_at - created_at % 3600000) / 3600000 as hour, coalesce(sum(joules), 0) as joules,
      coalesce(sum(carbon_g), 0) as carbon, sum(cost_usd) as cost, count(*) as attempts
    from energy_reading
    where tenant_id = ${tx.tenantId} and created_at >= cadre_now() - ${hours * 3_600_000}
    group by 1 order by 1`.execute(tx.db);
  return rows.map((row) => ({
    hour: Math.trunc(Number(row.hour)),
    joules: Number(row.joules),
    carbonG: Number(row.carbon),
    costUsd: Number(row.cost),
    attempts: Number(row.attempts),
  }));
}
