import { sql } from 'kysely';
import type { CommandRow, ControlRuleRow, RuleFiringRow } from './control-rows.ts';
import { fixed } from './fixed.ts';
import { now } from './now.ts';
import type { EventRow } from './schema.ts';
import { among, together } from './together.ts';
import type { TenantTx, Tx } from './transaction.ts';

export async function insertCommand(
  tx: TenantTx,
  row: Omit<CommandRow, 'tenant_id' | 'created_at'>,
): Promise<void> {
  await tx.db
    .insertInto('command')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now })
    .execute();
}

export async function selectCommands(
  tx: TenantTx,
  filter: { taskId?: string; status?: string; before?: string; limit: number },
): Promise<CommandRow[]> {
  let query = tx.db
    .selectFrom('command')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.taskId) query = query.where('task_id', '=', filter.taskId);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

export interface CommandCount {
  name: string;
  status: string;
  count: number;
  averageMs: number;
}

/** How often each command was given, and how it went. */
export async function countCommands(tx: TenantTx, taskId?: string): Promise<CommandCount[]> {
  let query = tx.db
    .selectFrom('command')
    .select(({ fn }) => [
      'name',
      'status',
      fn.countAll().as('count'),
      fn.avg<number>('duration_ms').as('average'),
    ])
    .where('tenant_id', '=', tx.tenantId)
    .groupBy(['name', 'status'])
    .orderBy('name')
    .orderBy('status')
    .limit(200);
  if (taskId) query = query.where('task_id', '=', taskId);
  return (await query.execute()).map(({ name, status, count, average }) => ({
    name,
    status,
    count: Number(count),
    averageMs: Number(average),
  }));
}

/** What was told to those who work on a goal, oldest first. */
export const selectNotes: (tx: TenantTx, rootId: string) => Promise<string[]> = together(
  async (tx, roots) => {
    const numbered = tx.db
      .selectFrom('command')
      .innerJoin('task', 'task.id', 'command.task_id')
      .select(['command.id', 'command.arguments', 'task.root_id'])
      .select(sql<number>`row_number() over (partition by task.root_id order by command.id)`.as('place'))
      .where('command.tenant_id', '=', tx.tenantId)
      .where('task.root_id', 'in', among(tx, roots))
      .where('command.name', '=', fixed('note'))
      .where('command.status', '=', fixed('done'));
    const rows = await tx.db
      .selectFrom(numbered.as('note'))
      .select(['arguments', 'root_id'])
      .where('place', '<=', MAX_NOTES)
      .orderBy('id')
      .execute();
    return roots.map((root) =>
      rows.filter((row) => row.root_id === root).map((row) => String(JSON.parse(row.arguments).text)),
    );
  },
);

const MAX_NOTES = 100;

/** Moves the deadline of open tasks to a later time. */
export async function extendDeadlines(tx: TenantTx, ids: string[], deadline: number): Promise<void> {
  await tx.db
    .updateTable('task')
    .set({ deadline })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .where('deadline', '<', deadline)
    .execute();
}

/** Facts of a task that tell what state it was in, oldest first: its own, and pauses and resumes above it. */
export async function selectTransitions(
  tx: TenantTx,
  task: { id: string; rootId: string },
  types: readonly string[],
  limit: number,
): Promise<EventRow[]> {
  return tx.db
    .selectFrom('event')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('root_id', '=', task.rootId)
    .where('type', 'in', types)
    .where(({ eb, or }) => or([eb('task_id', '=', task.id), eb('data', 'like', `%"${task.id}"%`)]))
    .orderBy('txid')
    .orderBy('seq')
    .limit(limit)
    .execute();
}

/** The rules of a tenant, and its words on built-in ones. */
export async function selectRules(tx: TenantTx): Promise<ControlRuleRow[]> {
  return tx.db
    .selectFrom('control_rule')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id')
    .limit(1_000)
    .execute();
}

/** Adds a rule, or changes the one with its name; false when `mayReplace` is not given and the name is taken. */
export async function saveRule(
  tx: TenantTx,
  row: Omit<ControlRuleRow, 'tenant_id' | 'created_at' | 'updated_at'>,
  mayReplace: boolean,
): Promise<boolean> {
  const { id, name, created_by, ...values } = row;
  const result = await tx.db
    .insertInto('control_rule')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now, updated_at: now })
    .onConflict((conflict) =>
      mayReplace
        ? conflict.columns(['tenant_id', 'name']).doUpdateSet({ ...values, updated_at: now })
        : conflict.columns(['tenant_id', 'name']).doNothing(),
    )
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n) === 1;
}

export async function deleteRule(tx: TenantTx, id: string): Promise<boolean> {
  const result = await tx.db
    .deleteFrom('control_rule')
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** When rules last acted on tasks, with how long ago by the database's clock. */
export async function selectFirings(
  tx: TenantTx,
  taskIds: string[],
): Promise<Array<RuleFiringRow & { ago_ms: number }>> {
  if (taskIds.length === 0) return [];
  const rows = await tx.db
    .selectFrom('rule_firing')
    .selectAll()
    .select(sql<number>`cadre_now() - fired_at`.as('ago_ms'))
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', 'in', taskIds)
    .execute();
  return rows.map((row) => ({ ...row, ago_ms: Number(row.ago_ms) }));
}

/** How often each rule acted. */
export async function countFirings(tx: TenantTx): Promise<Map<string, number>> {
  const rows = await tx.db
    .selectFrom('rule_firing')
    .select(({ fn }) => ['rule', fn.sum('times').as('times')])
    .where('tenant_id', '=', tx.tenantId)
    .groupBy('rule')
    .execute();
  return new Map(rows.map((row) => [row.rule, Number(row.times)]));
}

/** Notes that a rule acts on a task. */
export async function bookFiring(tx: TenantTx, taskId: string, rule: string): Promise<void> {
  await tx.db
    .insertInto('rule_firing')
    .values({ task_id: taskId, rule, tenant_id: tx.tenantId, times: 1, fired_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['task_id', 'rule'])
        .doUpdateSet({ times: sql<number>`rule_firing.times + 1`, fired_at: now }),
    )
    .execute();
}

/** Tenants with goals on which rules may act. */
export async function selectAdaptiveTenants(tx: Tx): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('task_control')
    .innerJoin('task', 'task.id', 'task_control.task_id')
    .select('task_control.tenant_id')
    .distinct()
    .where('adaptive', '=', fixed(1))
    .where('task.completed_at', 'is', null)
    .limit(1_000)
    .execute();
  return rows.map((row) => row.tenant_id);
}
