import { sql } from 'kysely';
import { treeOf } from './below.ts';
import type { CheckpointRow } from './control-rows.ts';
import { now } from './now.ts';
import { FINAL_STATUSES } from './tasks.ts';
import type { TenantTx, Tx } from './transaction.ts';

/** Adds a checkpoint, and lets go of the oldest ones of its task beyond `keep`. */
export async function insertCheckpoint(
  tx: TenantTx,
  row: Omit<CheckpointRow, 'tenant_id' | 'created_at'>,
  keep: number,
): Promise<void> {
  await tx.db
    .insertInto('checkpoint')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now })
    .execute();
  await keepNewestCheckpoints(tx, row.task_id, keep);
}

/** Lets go of all checkpoints of a task but the newest; answers how many went. */
export async function keepNewestCheckpoints(tx: TenantTx, taskId: string, keep: number): Promise<number> {
  const result = await tx.db
    .deleteFrom('checkpoint')
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where(({ eb, selectFrom }) =>
      eb(
        'id',
        'not in',
        selectFrom(
          selectFrom('checkpoint as newest')
            .select('newest.id')
            .where('newest.tenant_id', '=', tx.tenantId)
            .where('newest.task_id', '=', taskId)
            .orderBy('newest.id', 'desc')
            .limit(keep)
            .as('kept'),
        ).select('kept.id'),
      ),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function selectCheckpoint(tx: TenantTx, id: string): Promise<CheckpointRow | undefined> {
  return tx.db
    .selectFrom('checkpoint')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Checkpoints, newest first. */
export async function selectTaskCheckpoints(
  tx: TenantTx,
  filter: { taskId: string; before?: string; limit: number },
): Promise<CheckpointRow[]> {
  let query = tx.db
    .selectFrom('checkpoint')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', filter.taskId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** The newest checkpoints of all tasks, with their size in bytes. */
export async function selectNewestCheckpoints(
  tx: TenantTx,
  limit: number,
): Promise<Array<{ id: string; size: number }>> {
  return tx.db
    .selectFrom('checkpoint')
    .select(['id', 'size'])
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** A checkpoint with what its task is for. */
export type CheckpointOfGoal = CheckpointRow & { goal: string; root_id: string };

/** These checkpoints with the goals of their tasks, newest first. */
export async function selectCheckpointsOfGoals(tx: TenantTx, ids: string[]): Promise<CheckpointOfGoal[]> {
  if (ids.length === 0) return [];
  return tx.db
    .selectFrom('checkpoint')
    .innerJoin('task', 'task.id', 'checkpoint.task_id')
    .selectAll('checkpoint')
    .select(['task.goal', 'task.root_id'])
    .where('checkpoint.tenant_id', '=', tx.tenantId)
    .where('checkpoint.id', 'in', ids)
    .orderBy('checkpoint.id', 'desc')
    .execute();
}

/** How many checkpoints each task has. */
export async function countCheckpoints(tx: TenantTx, taskIds: string[]): Promise<Map<string, number>> {
  if (taskIds.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('checkpoint')
    .select(({ fn }) => ['task_id', fn.countAll().as('count')])
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', 'in', taskIds)
    .groupBy('task_id')
    .execute();
  return new Map(rows.map((row) => [row.task_id, Number(row.count)]));
}

/** Lets go of the checkpoints of tasks that were terminated. */
export async function deleteCheckpoints(tx: TenantTx, taskIds: string[]): Promise<void> {
  if (taskIds.length === 0) return;
  await tx.db
    .deleteFrom('checkpoint')
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', 'in', taskIds)
    .execute();
}

/** Lets go of old checkpoints of tasks that are final, of all tenants. */
export async function deleteOldCheckpoints(tx: Tx, olderThanMs: number): Promise<void> {
  await tx.db
    .deleteFrom('checkpoint')
    .where('created_at', '<', sql<number>`cadre_now() - ${olderThanMs}`)
    .where(({ eb, selectFrom }) =>
      eb('task_id', 'in', selectFrom('task').select('task.id').where('status', 'in', FINAL_STATUSES)),
    )
    .execute();
}

/** What a tree of tasks is, for a checkpoint: without inputs and results, which may be megabytes. */
export interface TreeTaskRow {
  id: string;
  parent_id: string | null;
  step_name: string | null;
  status: string;
  status_before: string | null;
  priority: number;
  agent_id: string | null;
  stop_reason: string | null;
}

/** The task and everything below it, in the order of their ids. */
export async function selectTree(tx: TenantTx, id: string, limit: number): Promise<TreeTaskRow[]> {
  const { rows } = await sql<TreeTaskRow>`
    select id, parent_id, step_name, status, status_before, priority, agent_id, stop_reason
    from task where id in ${treeOf(tx, id)} order by id limit ${limit}`.execute(tx.db);
  return rows;
}

/** Which of these tasks wait for which. */
export async function selectDependenciesAmong(
  tx: TenantTx,
  ids: string[],
): Promise<Array<{ taskId: string; needsId: string }>> {
  if (ids.length === 0) return [];
  return tx.db
    .selectFrom('task_dependency')
    .select(['task_id as taskId', 'needs_id as needsId'])
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', 'in', ids)
    .orderBy('task_id')
    .orderBy('needs_id')
    .execute();
}

/** What the agents of a tree are doing. */
export async function selectAgentStates(
  tx: TenantTx,
  ids: string[],
): Promise<Array<{ id: string; name: string; status: string; enabled: number }>> {
  if (ids.length === 0) return [];
  return tx.db
    .selectFrom('agent')
    .select(['id', 'name', 'status', 'enabled'])
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();
}
