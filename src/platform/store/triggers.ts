import { sql } from 'kysely';
import type { LogPlace } from './events.ts';
import { now } from './now.ts';
import type { DataKeyRow, SecretRow, TaskTriggerRow, TriggerMarkRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

type Given = Pick<
  TaskTriggerRow,
  | 'id'
  | 'name'
  | 'kind'
  | 'event_type'
  | 'condition'
  | 'secret_id'
  | 'task'
  | 'per_minute'
  | 'role'
  | 'key_id'
  | 'created_by'
>;
export type TriggerChanges = Partial<
  Omit<TaskTriggerRow, 'id' | 'tenant_id' | 'kind' | 'created_at' | 'created_by'>
>;

/** Adds a trigger; false when its name is taken. */
export async function insertTrigger(tx: TenantTx, row: Given): Promise<boolean> {
  const result = await tx.db
    .insertInto('task_trigger')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      secret: null,
      status: 'active',
      status_reason: null,
      from_txid: 0,
      from_seq: 0,
      fired: 0,
      refused: 0,
      last_at: null,
      last_task_id: null,
      last_error: null,
      told_at: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n) === 1;
}

export async function countTriggers(tx: TenantTx): Promise<number> {
  const row = await tx.db
    .selectFrom('task_trigger')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tx.tenantId)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

export async function selectTriggers(
  tx: TenantTx,
  filter: { kind?: string; status?: string; before?: string; limit: number },
): Promise<TaskTriggerRow[]> {
  let query = tx.db
    .selectFrom('task_trigger')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.kind) query = query.where('kind', '=', filter.kind);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** One trigger by its id or name. */
export async function selectTrigger(tx: TenantTx, idOrName: string): Promise<TaskTriggerRow | undefined> {
  return tx.db
    .selectFrom('task_trigger')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where(({ eb, or }) => or([eb('id', '=', idOrName), eb('name', '=', idOrName)]))
    .executeTakeFirst();
}

/** The same, held until the commit, with the database's time: its firings take turns. */
export async function holdTrigger(
  tx: TenantTx,
  idOrName: string,
): Promise<(TaskTriggerRow & { now: number }) | undefined> {
  const { rows } = await sql<TaskTriggerRow & { now: number }>`
    select task_trigger.*, ${now} as now from task_trigger
    where tenant_id = ${tx.tenantId} and (id = ${idOrName} or name = ${idOrName})
    ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return rows[0];
}

/** A webhook with its sealed secret. */
export interface WebhookRow {
  secret: Pick<SecretRow, 'id' | 'tenant_id' | 'version' | 'sealed'>;
  dataKey: Pick<DataKeyRow, 'sealed' | 'master_id'>;
}

/** A webhook by its id, whatever its tenant, with the database's time: a delivery names no tenant. */
export async function selectWebhook(
  tx: Tx,
  id: string,
): Promise<{ webhook: WebhookRow | undefined; now: number }> {
  const { rows } = await sql<{
    id: string | null;
    tenant_id: string;
    version: number;
    sealed: string;
    key_sealed: string;
    master_id: string;
    now: number;
  }>`
    select ${now} as now, secret.id, secret.tenant_id, secret.version, secret.sealed,
      data_key.sealed as key_sealed, data_key.master_id from (select 1 as one) as here
    left join task_trigger as found on found.id = ${id} and found.kind = 'webhook'
    left join secret on secret.id = found.secret_id
    left join data_key on data_key.tenant_id = secret.tenant_id`.execute(tx.db);
  const [row] = rows;
  if (!row || row.id === null) return { webhook: undefined, now: Number(row?.now) };
  const { id: secretId, tenant_id, version, sealed, key_sealed, master_id } = row;
  return {
    webhook: {
      secret: { id: secretId, tenant_id, version, sealed },
      dataKey: { sealed: key_sealed, master_id },
    },
    now: Number(row.now),
  };
}

/** Triggers whose secret is not sealed yet, of all tenants: those of before secrets were. */
export async function selectUnsealed(tx: Tx): Promise<Array<Pick<TaskTriggerRow, 'id' | 'tenant_id'>>> {
  return tx.db
    .selectFrom('task_trigger')
    .select(['id', 'tenant_id'])
    .where('secret', 'is not', null)
    .limit(1_000)
    .execute();
}

/** Triggers of a tenant that wait for events. */
export async function selectEventTriggers(tx: TenantTx): Promise<TaskTriggerRow[]> {
  return tx.db
    .selectFrom('task_trigger')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('kind', '=', 'event')
    .where('status', '=', 'active')
    .orderBy('id')
    .execute();
}

export async function updateTrigger(tx: TenantTx, id: string, changes: TriggerChanges): Promise<void> {
  await tx.db
    .updateTable('task_trigger')
    .set(changes)
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Ends a trigger, with what it fired and what it remembers. */
export async function deleteTrigger(tx: TenantTx, id: string): Promise<void> {
  await tx.db.deleteFrom('task_trigger').where('tenant_id', '=', tx.tenantId).where('id', '=', id).execute();
}

/** The place in the log of the newest fact of this type about a trigger: that which this transaction wrote. */
export async function selectPlaceOf(tx: TenantTx, type: string, triggerId: string): Promise<LogPlace> {
  const row = await tx.db
    .selectFrom('event')
    .select(['txid', 'seq'])
    .where('tenant_id', '=', tx.tenantId)
    .where('type', '=', type)
    .where('data', 'like', `%"triggerId":"${triggerId}"%`)
    .orderBy('txid', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { txid: Number(row?.txid ?? 0), seq: Number(row?.seq ?? 0) };
}

/** Notes what a trigger submitted. */
export async function insertTriggerFire(
  tx: TenantTx,
  row: { id: string; trigger_id: string; task_id: string; depth: number },
): Promise<void> {
  await tx.db
    .insertInto('trigger_fire')
    .values({ ...row, tenant_id: tx.tenantId, fired_at: now })
    .execute();
}

/** Times a trigger fired within the last minute. */
export async function countRecentFires(tx: TenantTx, triggerId: string): Promise<number> {
  const row = await tx.db
    .selectFrom('trigger_fire')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tx.tenantId)
    .where('trigger_id', '=', triggerId)
    .where('fired_at', '>', sql<number>`cadre_now() - 60000`)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** How deep in a chain of triggers a task is; 0: no trigger submitted it. */
export async function selectDepth(tx: TenantTx, taskId: string): Promise<number> {
  const row = await tx.db
    .selectFrom('trigger_fire')
    .select('depth')
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .executeTakeFirst();
  return row?.depth ?? 0;
}

/** Remembers a mark for `keepMs`, or for ever; false when it was known. */
export async function insertMark(
  tx: TenantTx,
  row: Pick<TriggerMarkRow, 'trigger_id' | 'mark' | 'refusal'>,
  keepMs: number | null,
): Promise<boolean> {
  const result = await tx.db
    .insertInto('trigger_mark')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      keep_until: keepMs === null ? null : sql<number>`cadre_now() + ${keepMs}`,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n) === 1;
}

export async function selectMark(
  tx: TenantTx,
  triggerId: string,
  mark: string,
): Promise<TriggerMarkRow | undefined> {
  return tx.db
    .selectFrom('trigger_mark')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('trigger_id', '=', triggerId)
    .where('mark', '=', mark)
    .executeTakeFirst();
}
