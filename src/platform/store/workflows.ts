import { sql } from 'kysely';
import { now } from './now.ts';
import type { WorkflowRow, WorkflowVersionRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** By id or by name, held until the commit when `hold` is set: those who save versions take turns. */
export async function selectWorkflow(
  tx: TenantTx,
  idOrName: string,
  hold = false,
): Promise<WorkflowRow | undefined> {
  const lock = hold ? tx.differ.lockForUpdate() : sql``;
  const { rows } = await sql<WorkflowRow>`
    select * from workflow where tenant_id = ${tx.tenantId} and (id = ${idOrName} or name = ${idOrName})
      ${lock}`.execute(tx.db);
  return rows[0];
}

/** Adds a workflow without versions; false when the name is taken. */
export async function insertWorkflow(
  tx: TenantTx,
  row: Pick<WorkflowRow, 'id' | 'name' | 'tags' | 'created_by'>,
): Promise<boolean> {
  const result = await tx.db
    .insertInto('workflow')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      status: 'active',
      published: null,
      latest: 0,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n) === 1;
}

export async function updateWorkflow(
  tx: TenantTx,
  id: string,
  changes: Partial<Pick<WorkflowRow, 'status' | 'published' | 'latest' | 'tags'>>,
): Promise<void> {
  await tx.db
    .updateTable('workflow')
    .set({ ...changes, updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Workflows by name, newest first. */
export async function selectWorkflows(
  tx: TenantTx,
  page: { before?: string; limit: number; status?: string },
): Promise<WorkflowRow[]> {
  let query = tx.db
    .selectFrom('workflow')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  if (page.status !== undefined) query = query.where('status', '=', page.status);
  return query.execute();
}

export async function insertVersion(
  tx: TenantTx,
  row: Omit<WorkflowVersionRow, 'tenant_id' | 'created_at' | 'published_at' | 'verdict'>,
): Promise<void> {
  await tx.db
    .insertInto('workflow_version')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now, published_at: null, verdict: null })
    .execute();
}

export async function selectVersion(
  tx: TenantTx,
  workflowId: string,
  version: number,
): Promise<WorkflowVersionRow | undefined> {
  return tx.db
    .selectFrom('workflow_version')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('workflow_id', '=', workflowId)
    .where('version', '=', version)
    .executeTakeFirst();
}

/** All versions, newest first. */
export async function selectVersions(tx: TenantTx, workflowId: string): Promise<WorkflowVersionRow[]> {
  return tx.db
    .selectFrom('workflow_version')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('workflow_id', '=', workflowId)
    .orderBy('version', 'desc')
    .limit(1_000)
    .execute();
}

/** Makes a version the published one; the one before it is retired. */
export async function publishVersion(tx: TenantTx, workflowId: string, version: number): Promise<void> {
  await tx.db
    .updateTable('workflow_version')
    .set({ status: 'retired' })
    .where('tenant_id', '=', tx.tenantId)
    .where('workflow_id', '=', workflowId)
    .where('status', '=', 'published')
    .execute();
  await tx.db
    .updateTable('workflow_version')
    .set({ status: 'published', published_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('workflow_id', '=', workflowId)
    .where('version', '=', version)
    .execute();
  await updateWorkflow(tx, workflowId, { published: version });
}

/** Says of a proposed version that it will not be; false when it is not proposed. */
export async function rejectVersion(
  tx: TenantTx,
  workflowId: string,
  version: number,
  verdict: string,
): Promise<boolean> {
  const result = await tx.db
    .updateTable('workflow_version')
    .set({ status: 'rejected', verdict })
    .where('tenant_id', '=', tx.tenantId)
    .where('workflow_id', '=', workflowId)
    .where('version', '=', version)
    .where('status', '=', 'proposed')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** How many tasks followed a workflow, or are to call it. */
export async function countTasksOf(tx: TenantTx, workflowId: string): Promise<number> {
  const row = await tx.db
    .selectFrom('task')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('tenant_id', '=', tx.tenantId)
    .where((eb) => eb.or([eb('workflow_id', '=', workflowId), eb('plan', 'like', `%"${workflowId}"%`)]))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** Schedules and triggers that start some workflow, with what they submit. */
export async function selectStarters(
  tx: TenantTx,
): Promise<Array<{ kind: 'schedule' | 'trigger'; name: string; task: string }>> {
  const found = await Promise.all(
    (['schedule', 'task_trigger'] as const).map((table) =>
      tx.db
        .selectFrom(table)
        .select(['name', 'task'])
        .where('tenant_id', '=', tx.tenantId)
        .where('task', 'like', '%"workflow":"%')
        .orderBy('name')
        .execute(),
    ),
  );
  const [schedules = [], triggers = []] = found;
  return [
    ...schedules.map((row) => ({ kind: 'schedule' as const, ...row })),
    ...triggers.map((row) => ({ kind: 'trigger' as const, ...row })),
  ];
}

/** Removes a workflow with its versions. */
export async function deleteWorkflow(tx: TenantTx, id: string): Promise<void> {
  await tx.db
    .deleteFrom('workflow_version')
    .where('tenant_id', '=', tx.tenantId)
    .where('workflow_id', '=', id)
    .execute();
  await tx.db.deleteFrom('workflow').where('tenant_id', '=', tx.tenantId).where('id', '=', id).execute();
}

/** Tasks under way that follow a workflow, oldest first. */
export async function selectInFlight(
  tx: TenantTx,
  workflowId: string,
  limit = 1_000,
): Promise<Array<{ id: string; goal: string; status: string; version: number; created_at: number }>> {
  const rows = await tx.db
    .selectFrom('task')
    .select(['id', 'goal', 'status', 'workflow_version', 'created_at'])
    .where('tenant_id', '=', tx.tenantId)
    .where('workflow_id', '=', workflowId)
    .where('completed_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ workflow_version, ...row }) => ({ ...row, version: workflow_version ?? 0 }));
}

/** How many open tasks follow each of these workflows, in any version; one without any is not in the answer. */
export async function countInFlight(tx: TenantTx, workflowIds: string[]): Promise<Map<string, number>> {
  if (workflowIds.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('task')
    .select(({ fn }) => ['workflow_id', fn.countAll().as('count')])
    .where('tenant_id', '=', tx.tenantId)
    .where('workflow_id', 'in', workflowIds)
    .where('completed_at', 'is', null)
    .groupBy('workflow_id')
    .execute();
  return new Map(rows.map((row) => [row.workflow_id ?? '', Number(row.count)]));
}
