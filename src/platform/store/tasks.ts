import { sql } from 'kysely';
import { treeOf } from './below.ts';
import { fixedList } from './fixed.ts';
import { now } from './now.ts';
import type { TaskRow } from './schema.ts';
import { among, oneOf, together } from './together.ts';
import type { TenantTx, Tx } from './transaction.ts';

export const FINAL_STATUSES = ['completed', 'failed', 'terminated'];

export type NewTaskRow = Omit<TaskRow, 'tenant_id' | 'created_at' | 'started_at' | 'completed_at'>;

/** What a task begins with: who adds one says the rest, and what differs. */
export const NEW_TASK = {
  parent_id: null,
  depth: 0,
  step_name: null,
  capability: null,
  status: 'pending',
  status_before: null,
  agent_id: null,
  assignment: null,
  plan: null,
  open_dependencies: 0,
  open_subtasks: 0,
  optional: 0,
  result: null,
  score: null,
  stop_reason: null,
  stop_sentence: null,
  error: null,
  timeout_ms: null,
  idempotency_key: null,
  workflow_id: null,
  workflow_version: null,
} satisfies Partial<NewTaskRow>;

/** A task that is being added, for those who read of it no time. */
export const taskAdded = (tx: TenantTx, row: NewTaskRow): TaskRow => ({
  ...row,
  tenant_id: tx.tenantId,
  created_at: 0,
  started_at: null,
  completed_at: null,
});

/** Adds tasks; false when a task with the same idempotency key exists (then it is not added). */
export async function insertTasks(tx: TenantTx, rows: NewTaskRow[]): Promise<boolean> {
  return rows.length === 0 || insertThem(tx, rows);
}

const insertThem = together(async (tx, all: NewTaskRow[][]): Promise<boolean[]> => {
  const insert = tx.db.insertInto('task').values(
    all.flat().map((row) => ({
      ...row,
      tenant_id: tx.tenantId,
      created_at: now,
      started_at: null,
      completed_at: null,
    })),
  );
  if (all.flat().every((row) => row.idempotency_key === null)) {
    tx.alongside(insert.execute());
    return all.map(() => true);
  }
  const inserted = await insert
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  const added = new Set(inserted.map(({ id }) => id));
  return all.map((rows) => rows.every(({ id }) => added.has(id)));
});

export async function insertDependencies(
  tx: TenantTx,
  pairs: Array<{ task_id: string; needs_id: string }>,
): Promise<void> {
  if (pairs.length === 0) return;
  tx.alongside(
    tx.db
      .insertInto('task_dependency')
      .values(pairs.map((pair) => ({ ...pair, tenant_id: tx.tenantId })))
      .execute(),
  );
}

export const selectTask = together(
  async (tx, ids: string[]): Promise<Array<TaskRow | undefined>> =>
    oneOf(
      await tx.db
        .selectFrom('task')
        .selectAll()
        .where('tenant_id', '=', tx.tenantId)
        .where('id', 'in', among(tx, ids))
        .execute(),
      ids,
      (row) => row.id,
    ),
);

/** Tasks by id; the number of ids is that of the steps of one plan. */
export async function selectTasksByIds(tx: TenantTx, ids: readonly string[]): Promise<TaskRow[]> {
  if (ids.length === 0) return [];
  return tx.db
    .selectFrom('task')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .execute();
}

/** The task, held until the commit: those who settle siblings take turns here. */
export const holdTask = together(async (tx, ids: string[]): Promise<Array<TaskRow | undefined>> => {
  const { rows } = await sql<TaskRow>`
    select * from task where tenant_id = ${tx.tenantId} and id in ${among(tx, ids)} order by id
      ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return oneOf(rows, ids, (row) => row.id);
});

/** The task above each of these, held in the same way. */
export const holdAbove = together(async (tx, ids: string[]): Promise<Array<TaskRow | undefined>> => {
  const { rows: pairs } = await sql<TaskRow & { below: string }>`
    select above.*, one.id as below from task one join task above on above.id = one.parent_id
    where one.tenant_id = ${tx.tenantId} and one.id in ${among(tx, ids)} order by above.id
      ${tx.differ.lockForUpdate()} ${tx.differ.hasRowLocks ? sql`of above` : sql``}`.execute(tx.db);
  const above = new Map(pairs.map(({ below, ...row }) => [below, row]));
  return ids.map((id) => above.get(id));
});

export async function selectTaskByKey(tx: TenantTx, idempotencyKey: string): Promise<TaskRow | undefined> {
  return tx.db
    .selectFrom('task')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst();
}

/** The steps of a task, in the order of the plan. */
export async function selectSubtasks(tx: TenantTx, parentId: string): Promise<TaskRow[]> {
  return tx.db
    .selectFrom('task')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('parent_id', '=', parentId)
    .orderBy('id')
    .limit(1_000)
    .execute();
}

/** Results of the tasks this one depends on. */
export const selectNeeds = together(async (tx, taskIds: string[]): Promise<NeedRow[][]> => {
  const rows = await tx.db
    .selectFrom('task_dependency')
    .innerJoin('task', 'task.id', 'task_dependency.needs_id')
    .select(['task.id', 'step_name', 'status', 'result', 'error', 'optional', 'files'])
    .select('task_dependency.task_id as needed_by')
    .where('task_dependency.tenant_id', '=', tx.tenantId)
    .where('task_dependency.task_id', 'in', among(tx, taskIds))
    .orderBy('task.id')
    .execute();
  return taskIds.map((id) => rows.filter((row) => row.needed_by === id));
});

type NeedRow = Pick<TaskRow, 'id' | 'step_name' | 'status' | 'result' | 'error' | 'optional' | 'files'>;

/** Changes a task that is not final; answers whether it did. */
export async function updateOpenTask(
  tx: TenantTx,
  id: string,
  changes: Partial<Omit<TaskRow, 'id' | 'tenant_id'>>,
  from: string[],
): Promise<boolean> {
  const result = await tx.db
    .updateTable('task')
    .set(changes)
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', 'in', from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Marks the start once; answers what was started, or undefined when it was not waiting to be. */
export const startTask = together(
  async (tx, ids: string[]): Promise<Array<Pick<TaskRow, 'goal' | 'step_name'> | undefined>> =>
    oneOf(
      await tx.db
        .updateTable('task')
        .set({ status: 'running', started_at: sql<number>`coalesce(started_at, cadre_now())` })
        .where('tenant_id', '=', tx.tenantId)
        .where('id', 'in', among(tx, ids))
        .where('status', '=', 'pending')
        .returning(['id', 'goal', 'step_name'])
        .execute(),
      ids,
      (row) => row.id,
    ),
);

/** The same for a task that this transaction holds and that waits to be started. */
export const startHeld = together(async (tx, ids: string[]): Promise<undefined[]> => {
  const start = tx.db
    .updateTable('task')
    .set({ status: 'running', started_at: sql<number>`coalesce(started_at, cadre_now())` })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', among(tx, ids));
  tx.alongside(start.execute());
  return ids.map(() => undefined);
});

/** Ends a task that is not final; answers how long it ran, or undefined when it was final already. */
export const endTask = (tx: TenantTx, id: string, end: TaskEnding): Promise<TaskRow | undefined> =>
  endThem(tx, { id, ...end });

type TaskEnding = Pick<TaskRow, 'status' | 'result' | 'score' | 'stop_reason' | 'stop_sentence' | 'error'>;

const endThem = together(
  async (tx, ends: Array<TaskEnding & { id: string }>): Promise<Array<TaskRow | undefined>> => {
    const batch = tx.differ.rowsOf(JSON.stringify(ends.map(({ id, ...end }) => ({ one_id: id, ...end }))), {
      one_id: 'text',
      status: 'text',
      result: 'text',
      score: 'double precision',
      stop_reason: 'text',
      stop_sentence: 'text',
      error: 'text',
    });
    const { rows } = await sql<TaskRow & { one_id?: string }>`
      update task set status = batch.status, result = batch.result, score = batch.score,
        stop_reason = batch.stop_reason, stop_sentence = batch.stop_sentence, error = batch.error,
        open_subtasks = 0, completed_at = ${now}
      from ${batch} as batch
      where task.tenant_id = ${tx.tenantId} and task.id = batch.one_id
        and task.status not in (${sql.join(FINAL_STATUSES)})
      returning *`.execute(tx.db);
    return oneOf(
      rows.map(({ one_id: _, ...row }) => row),
      ends.map(({ id }) => id),
      (row) => row.id,
    );
  },
);

/** Tells the tasks that waited for this one; answers those which may start now. */
export async function releaseDependants(tx: TenantTx, id: string): Promise<TaskRow[]> {
  const rows = await tx.db
    .updateTable('task')
    .set({ open_dependencies: sql<number>`open_dependencies - 1` })
    .where('tenant_id', '=', tx.tenantId)
    .where('status', '=', 'pending')
    .where(({ eb, selectFrom }) =>
      eb('id', 'in', selectFrom('task_dependency').select('task_id').where('needs_id', '=', id)),
    )
    .returningAll()
    .execute();
  return rows.filter((row) => row.open_dependencies === 0);
}

/** Tasks that cannot start any more because this one did not complete. */
export async function selectDependants(tx: TenantTx, id: string): Promise<TaskRow[]> {
  return tx.db
    .selectFrom('task')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('status', 'not in', FINAL_STATUSES)
    .where(({ eb, selectFrom }) =>
      eb('id', 'in', selectFrom('task_dependency').select('task_id').where('needs_id', '=', id)),
    )
    .execute();
}

/** Counts one subtask as ended; answers how many are still open. */
export async function countDownSubtasks(tx: TenantTx, parentId: string): Promise<number> {
  const row = await tx.db
    .updateTable('task')
    .set({ open_subtasks: sql<number>`open_subtasks - 1` })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', parentId)
    .where('open_subtasks', '>', 0)
    .returning('open_subtasks')
    .executeTakeFirst();
  return row?.open_subtasks ?? -1;
}

/** The task and everything below it that is not final. */
export async function selectOpenTree(tx: TenantTx, id: string): Promise<TaskRow[]> {
  const { rows } = await sql<TaskRow>`
    select * from task where id in ${treeOf(tx, id)}
      and status not in (${sql.join(FINAL_STATUSES)}) order by id`.execute(tx.db);
  return rows;
}

/** Pauses the open tasks of a tree, keeping what each was. */
export async function pauseTasks(tx: TenantTx, ids: string[]): Promise<void> {
  await tx.db
    .updateTable('task')
    .set({ status_before: sql<string>`status`, status: 'paused' })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .where('status', 'in', ['pending', 'running', 'waiting'])
    .execute();
}

export async function resumeTasks(tx: TenantTx, ids: string[]): Promise<void> {
  await tx.db
    .updateTable('task')
    .set({ status: sql<string>`coalesce(status_before, 'pending')`, status_before: null })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .where('status', '=', 'paused')
    .execute();
}

/** Opens a task again for a retry: nothing of the last end remains but its events, and no deadline that has passed. */
export async function reopenTask(tx: TenantTx, id: string, openDependencies: number): Promise<void> {
  await tx.db
    .updateTable('task')
    .set({
      status: 'pending',
      status_before: null,
      result: null,
      score: null,
      stop_reason: null,
      stop_sentence: null,
      error: null,
      started_at: null,
      completed_at: null,
      deadline: sql<number | null>`case when deadline > ${now} then deadline end`,
      open_dependencies: openDependencies,
    })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Tasks of all tenants whose deadline passed while they were open, those above others first. */
export async function selectOverdue(
  tx: Tx,
  limit: number,
): Promise<Array<Pick<TaskRow, 'id' | 'tenant_id' | 'deadline'>>> {
  return tx.db
    .selectFrom('task')
    .select(['id', 'tenant_id', 'deadline'])
    .where('deadline', 'is not', null)
    .where('completed_at', 'is', null)
    .where('deadline', '<', now)
    .orderBy('depth')
    .limit(limit)
    .execute();
}

/** Open tasks in the hands of an agent, for giving them to another: not those that were delegated to it alone. */
export async function selectOpenTasksOf(tx: TenantTx, agentId: string): Promise<TaskRow[]> {
  return tx.db
    .selectFrom('task')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('agent_id', '=', agentId)
    .where('status', 'in', fixedList(['pending', 'running']))
    .where(
      sql<boolean>`not exists (select 1 from message m where m.task_id = task.id and m.type = 'task_delegation'
        and m.requires_response = 1 and m.seq is null and m.in_reply_to is null)`,
    )
    .orderBy('id')
    .limit(1_000)
    .execute();
}

/** For each step of a task, the names of the steps it depends on. */
export async function selectDependencyNames(tx: TenantTx, parentId: string): Promise<Map<string, string[]>> {
  const rows = await tx.db
    .selectFrom('task_dependency')
    .innerJoin('task as dependant', 'dependant.id', 'task_dependency.task_id')
    .innerJoin('task as need', 'need.id', 'task_dependency.needs_id')
    .select(['dependant.id as id', 'need.step_name as name'])
    .where('task_dependency.tenant_id', '=', tx.tenantId)
    .where('dependant.parent_id', '=', parentId)
    .orderBy('need.id')
    .execute();
  const names = new Map<string, string[]>();
  for (const row of rows) names.set(row.id, [...(names.get(row.id) ?? []), row.name ?? '']);
  return names;
}

/** Ids of files of this tenant among the wanted ones. */
export async function selectKnownFiles(tx: TenantTx, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx.db
    .selectFrom('file')
    .select('id')
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .execute();
  return rows.map((row) => row.id);
}

/** Makes a parent wait for the steps that are open. */
export async function awaitSubtasks(tx: TenantTx, id: string, open: number): Promise<void> {
  await tx.db
    .updateTable('task')
    .set({
      status: 'waiting',
      open_subtasks: open,
      started_at: sql<number>`coalesce(started_at, cadre_now())`,
    })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Changes the priority of a task and of the runs below it that wait for their turn. */
export async function changePriority(tx: TenantTx, ids: string[], priority: number): Promise<void> {
  await tx.db
    .updateTable('task')
    .set({ priority })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .execute();
  await tx.db
    .updateTable('run')
    .set({ priority })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', 'in', ids)
    .where('state', 'in', ['pending', 'waiting', 'paused'])
    .execute();
}

/** Keeps the score that somebody gave a finished task. */
export async function scoreTask(tx: TenantTx, id: string, score: number): Promise<void> {
  await tx.db
    .updateTable('task')
    .set({ score })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}
