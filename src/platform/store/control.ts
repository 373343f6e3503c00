import { sql } from 'kysely';
import { isBelow, type TreeTop } from './below.ts';
import type { AskedActRow, TaskControlRow, TurnRow } from './control-rows.ts';
import { now } from './now.ts';
import { FINAL_STATUSES } from './tasks.ts';
import type { TenantTx } from './transaction.ts';

/** The wishes for a goal; undefined when nobody had any. */
export async function selectControl(tx: TenantTx, rootId: string): Promise<TaskControlRow | undefined> {
  return tx.db
    .selectFrom('task_control')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', rootId)
    .executeTakeFirst();
}

/** The same for many goals. */
export async function selectControls(tx: TenantTx, rootIds: string[]): Promise<TaskControlRow[]> {
  if (rootIds.length === 0) return [];
  return tx.db
    .selectFrom('task_control')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', 'in', rootIds)
    .execute();
}

/** Writes the wishes for a goal. `changesModel`: a cool-down begins now, by the database's clock. */
export async function saveControl(
  tx: TenantTx,
  row: Omit<TaskControlRow, 'tenant_id' | 'model_changed_at'>,
  changesModel: boolean,
): Promise<void> {
  const { task_id, ...values } = row;
  const changed = changesModel ? { model_changed_at: now } : {};
  await tx.db
    .insertInto('task_control')
    .values({ task_id, tenant_id: tx.tenantId, model_changed_at: null, ...values, ...changed })
    .onConflict((conflict) => conflict.column('task_id').doUpdateSet({ ...values, ...changed }))
    .execute();
}

/** Keeps a turn with what it cost, in the transaction that stores it. */
export async function insertTurn(
  tx: TenantTx,
  row: Omit<TurnRow, 'tenant_id' | 'created_at'>,
): Promise<void> {
  const insert = tx.db.insertInto('turn').values({ ...row, tenant_id: tx.tenantId, created_at: now });
  tx.alongside(insert.execute());
}

export interface Spent {
  turns: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
}

/** What the turns of goals cost so far; a goal without turns is not in the answer. */
export async function selectSpentByRoot(tx: TenantTx, rootIds: string[]): Promise<Map<string, Spent>> {
  if (rootIds.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('turn')
    .select(({ fn }) => [
      'root_id',
      fn.countAll().as('turns'),
      fn.sum('input_tokens').as('input'),
      fn.sum('output_tokens').as('output'),
      fn.sum('cost_usd').as('cost'),
    ])
    .where('tenant_id', '=', tx.tenantId)
    .where('root_id', 'in', rootIds)
    .groupBy('root_id')
    .execute();
  return new Map(
    rows.map((row) => [
      row.root_id,
      {
        turns: Number(row.turns),
        inputTokens: Number(row.input),
        outputTokens: Number(row.output),
        costUsd: Number(row.cost),
      },
    ]),
  );
}

/** What turns cost below a task whose work has not reported its usage: it is under way, or was stopped. */
export async function selectUnreported(tx: TenantTx, of: TreeTop): Promise<Spent> {
  const { rows } = await sql<{ turns: number; input: number; output: number; cost: number }>`
    select count(*) as turns, coalesce(sum(input_tokens), 0) as input, coalesce(sum(output_tokens), 0) as output,
      coalesce(sum(cost_usd), 0) as cost
    from turn where ${isBelow(tx, of)}
      and not exists (select 1 from task where task.id = turn.task_id and task.result like '%"usage":{%')`.execute(
    tx.db,
  );
  const [row] = rows;
  return {
    turns: Number(row?.turns ?? 0),
    inputTokens: Number(row?.input ?? 0),
    outputTokens: Number(row?.output ?? 0),
    costUsd: Number(row?.cost ?? 0),
  };
}

/** The model of the last turn of each goal. */
export async function selectLastModels(tx: TenantTx, rootIds: string[]): Promise<Map<string, string | null>> {
  if (rootIds.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('turn')
    .select(['root_id', 'model'])
    .where('tenant_id', '=', tx.tenantId)
    .where('root_id', 'in', rootIds)
    .where(
      sql<boolean>`created_at = (select max(last.created_at) from turn last where last.root_id = turn.root_id)`,
    )
    .execute();
  return new Map(rows.map((row) => [row.root_id, row.model]));
}

/** Asks about an act; the same act of the same run is asked about once. */
export async function insertAskedAct(
  tx: TenantTx,
  row: Pick<AskedActRow, 'id' | 'run_id' | 'task_id' | 'root_id' | 'agent_id' | 'name' | 'effect' | 'detail'>,
): Promise<void> {
  await tx.db
    .insertInto('asked_act')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      status: 'pending',
      comment: null,
      decided_by: null,
      asked_at: now,
      decided_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function selectAskedAct(tx: TenantTx, id: string): Promise<AskedActRow | undefined> {
  return tx.db
    .selectFrom('asked_act')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function selectAskedActs(
  tx: TenantTx,
  filter: { status?: string; taskId?: string; before?: string; limit: number },
): Promise<AskedActRow[]> {
  let query = tx.db
    .selectFrom('asked_act')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.status) query = query.where('status', '=', filter.status);
  const { taskId } = filter;
  if (taskId)
    query = query.where(({ eb, or }) => or([eb('task_id', '=', taskId), eb('root_id', '=', taskId)]));
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** Decides an act that waits; false when somebody has. */
export async function decideAskedAct(
  tx: TenantTx,
  id: string,
  decision: { status: string; comment: string | null; decided_by: string },
): Promise<boolean> {
  const result = await tx.db
    .updateTable('asked_act')
    .set({ ...decision, decided_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Nobody need decide any more on acts of tasks that ended. */
export async function withdrawAskedActs(tx: TenantTx, taskIds: string[]): Promise<void> {
  if (taskIds.length === 0) return;
  await tx.db
    .updateTable('asked_act')
    .set({ status: 'withdrawn', decided_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', 'in', taskIds)
    .where('status', '=', 'pending')
    .execute();
}

/** Names of the models that agents of a tenant work with. */
export async function selectModelSpecs(tx: TenantTx): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('agent')
    .select('spec')
    .where('tenant_id', '=', tx.tenantId)
    .where('executor_kind', '=', 'scripted')
    .where('status', '<>', 'archived')
    .limit(1_000)
    .execute();
  return rows.map((row) => row.spec);
}

/** How many goals are in each status; `all` counts their steps as well. */
export async function countTasks(tx: TenantTx, all: boolean): Promise<Map<string, number>> {
  let query = tx.db
    .selectFrom('task')
    .select(({ fn }) => ['status', fn.countAll().as('count')])
    .where('tenant_id', '=', tx.tenantId)
    .groupBy('status');
  if (!all) query = query.where('parent_id', 'is', null);
  return new Map((await query.execute()).map((row) => [row.status, Number(row.count)]));
}

/** What the watch over goals looks at. */
export interface ActiveRow {
  id: string;
  tenant_id: string;
  goal: string;
  input: string;
  status: string;
  running_ms: number;
  model: string | null;
  permission_mode: string;
  budget_tokens: number | null;
  since_model_change_ms: number | null;
  steps: number;
}

/** Goals under way on which rules may act, of one tenant, oldest first. */
export async function selectAdaptive(tx: TenantTx, limit: number): Promise<ActiveRow[]> {
  const { rows } = await sql<ActiveRow>`
    select task.id, task.tenant_id, task.goal, task.input, task.status,
      cadre_now() - coalesce(task.started_at, task.created_at) as running_ms, c.model, c.permission_mode,
      c.budget_tokens, cadre_now() - c.model_changed_at as since_model_change_ms,
      (select count(*) from task step where step.tenant_id = task.tenant_id and step.root_id = task.id
        and step.id <> task.id) as steps
    from task_control c join task on task.id = c.task_id
    where c.tenant_id = ${tx.tenantId} and c.adaptive = 1
      and task.status not in (${sql.join([...FINAL_STATUSES, 'paused'])})
    order by task.id limit ${limit}`.execute(tx.db);
  return rows.map((row) => ({
    ...row,
    running_ms: Number(row.running_ms),
    steps: Number(row.steps),
    budget_tokens: row.budget_tokens === null ? null : Number(row.budget_tokens),
    since_model_change_ms: row.since_model_change_ms === null ? null : Number(row.since_model_change_ms),
  }));
}
