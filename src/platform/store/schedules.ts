import { sql } from 'kysely';
import { fixed } from './fixed.ts';
import { now } from './now.ts';
import type { ScheduleFireRow, ScheduleRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

/** A schedule, with the time of the database at which it was read. */
export type ScheduleView = ScheduleRow & { now: number };

type Given = Pick<
  ScheduleRow,
  | 'id'
  | 'name'
  | 'cron'
  | 'zone'
  | 'catch_up'
  | 'catch_up_limit'
  | 'overlap'
  | 'task'
  | 'next_at'
  | 'role'
  | 'key_id'
  | 'created_by'
>;

/** What a person may change of a schedule, and what its fires do to it. */
export type ScheduleChanges = Partial<Omit<ScheduleRow, 'id' | 'tenant_id' | 'created_at' | 'created_by'>>;

/** Adds a schedule; false when its name is taken. */
export async function insertSchedule(tx: TenantTx, row: Given): Promise<boolean> {
  const result = await tx.db
    .insertInto('schedule')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      status: 'active',
      status_reason: null,
      last_at: null,
      last_task_id: null,
      fired: 0,
      missed: 0,
      last_error: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n) === 1;
}

export async function countSchedules(tx: TenantTx): Promise<number> {
  const row = await tx.db
    .selectFrom('schedule')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tx.tenantId)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

export async function selectSchedules(
  tx: TenantTx,
  filter: { status?: string; before?: string; limit: number },
): Promise<ScheduleView[]> {
  let query = tx.db
    .selectFrom('schedule')
    .selectAll()
    .select(now.as('now'))
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** One schedule by its id or name. */
export async function selectSchedule(tx: TenantTx, idOrName: string): Promise<ScheduleView | undefined> {
  return tx.db
    .selectFrom('schedule')
    .selectAll()
    .select(now.as('now'))
    .where('tenant_id', '=', tx.tenantId)
    .where(({ eb, or }) => or([eb('id', '=', idOrName), eb('name', '=', idOrName)]))
    .executeTakeFirst();
}

/** The same, held until the commit: those who fire and those who change it take turns. */
export async function holdSchedule(tx: TenantTx, idOrName: string): Promise<ScheduleView | undefined> {
  const { rows } = await sql<ScheduleView>`
    select schedule.*, ${now} as now from schedule
    where tenant_id = ${tx.tenantId} and (id = ${idOrName} or name = ${idOrName})
    ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return rows[0];
}

/** Changes a schedule. */
export async function updateSchedule(tx: TenantTx, id: string, changes: ScheduleChanges): Promise<void> {
  await tx.db
    .updateTable('schedule')
    .set(changes)
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Whether another schedule has the name. */
export async function isScheduleName(tx: TenantTx, name: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('schedule')
    .select('id')
    .where('tenant_id', '=', tx.tenantId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends a schedule, with the list of its fires. */
export async function deleteSchedule(tx: TenantTx, id: string): Promise<void> {
  await tx.db.deleteFrom('schedule').where('tenant_id', '=', tx.tenantId).where('id', '=', id).execute();
}

/** Which schedules that are due: those whose time came within the last `lateMs`, or those that wait for longer. */
export interface DueLane {
  isLate: boolean;
  lateMs: number;
}

/** Schedules of all tenants whose time has come, the longest waiting first. */
export async function selectDue(
  tx: Tx,
  { isLate, lateMs }: DueLane,
  limit: number,
): Promise<Array<Pick<ScheduleRow, 'id' | 'tenant_id'>>> {
  const border = sql<number>`cadre_now() - ${lateMs}`;
  let query = tx.db
    .selectFrom('schedule')
    .select(['id', 'tenant_id'])
    .where('status', '=', fixed('active'))
    .where('next_at', '<=', isLate ? border : now)
    .orderBy('next_at')
    .limit(limit);
  if (!isLate) query = query.where('next_at', '>', border);
  return query.execute();
}

/**
 * How long until the next schedule of all tenants is due, by the database's clock, without those that are due for
 * longer than `lateMs`; undefined: none waits.
 */
export async function selectWaitMs(tx: Tx, lateMs: number): Promise<number | undefined> {
  const { rows } = await sql<{ wait_ms: number | null }>`
    select min(next_at) - cadre_now() as wait_ms from schedule
    where status = 'active' and next_at > cadre_now() - ${lateMs}`.execute(tx.db);
  const wait = rows[0]?.wait_ms;
  return wait === null || wait === undefined ? undefined : Number(wait);
}

/** Notes a fire; false when the schedule fired for this time before. */
export async function insertFire(
  tx: TenantTx,
  row: Omit<ScheduleFireRow, 'tenant_id' | 'fired_at'>,
): Promise<boolean> {
  const result = await tx.db
    .insertInto('schedule_fire')
    .values({ ...row, tenant_id: tx.tenantId, fired_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n) === 1;
}

/** Says what became of a fire. */
export async function updateFire(
  tx: TenantTx,
  id: string,
  changes: Pick<ScheduleFireRow, 'outcome' | 'reason' | 'task_id'>,
): Promise<void> {
  await tx.db
    .updateTable('schedule_fire')
    .set(changes)
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Fires of a schedule, newest first. */
export async function selectFires(
  tx: TenantTx,
  filter: { scheduleId: string; before?: string; limit: number },
): Promise<ScheduleFireRow[]> {
  let query = tx.db
    .selectFrom('schedule_fire')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('schedule_id', '=', filter.scheduleId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** Whether the key that a schedule or trigger submits for was revoked. One that only ran out was not. */
export async function isKeyRevoked(tx: TenantTx, keyId: string | null): Promise<boolean> {
  if (keyId === null) return false;
  const row = await tx.db
    .selectFrom('access_key')
    .select('revoked_at')
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', keyId)
    .executeTakeFirst();
  return row !== undefined && row.revoked_at !== null;
}

/** The key behind a browser's session, whose hash begins with `idStart`; null when a link opened it. */
export async function selectKeyOfSession(tx: TenantTx, idStart: string): Promise<string | null> {
  const row = await tx.db
    .selectFrom('session')
    .select('key_id')
    .where('tenant_id', '=', tx.tenantId)
    .where(sql`substr(token_hash, 1, ${sql.lit(idStart.length)})`, '=', idStart)
    .executeTakeFirst();
  return row?.key_id ?? null;
}

/** Forgets fires that are older than `keepMs`, and marks whose time is over. */
export async function deleteOldFires(tx: Tx, keepMs: number): Promise<void> {
  const border = sql<number>`cadre_now() - ${keepMs}`;
  await tx.db.deleteFrom('schedule_fire').where('fired_at', '<', border).execute();
  await tx.db.deleteFrom('trigger_fire').where('fired_at', '<', border).execute();
  await tx.db.deleteFrom('trigger_mark').where('keep_until', '<', now).execute();
}
