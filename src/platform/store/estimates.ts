import { sql } from 'kysely';
import { fixed } from './fixed.ts';
import type { EstimateRow } from './ledger-rows.ts';
import { now } from './now.ts';
import { onceAtATime, together } from './together.ts';
import type { TenantTx, Tx } from './transaction.ts';

type Real =
  | 'real_cost_nano'
  | 'real_tokens'
  | 'real_energy_mj'
  | 'real_duration_ms'
  | 'completed'
  | 'ended_at';
export type NewEstimate = Omit<EstimateRow, 'tenant_id' | 'at' | Real>;

export const insertEstimate: (tx: TenantTx, row: NewEstimate) => Promise<void> = together(
  async (tx, rows) => {
    const open = {
      real_cost_nano: null,
      real_tokens: null,
      real_energy_mj: null,
      real_duration_ms: null,
      completed: null,
      ended_at: null,
    };
    const added = rows.map((row) => ({ ...row, ...open, tenant_id: tx.tenantId, at: now }));
    await tx.db.insertInto('estimate').values(added).execute();
    return rows.map(() => undefined);
  },
);

export async function selectEstimate(tx: TenantTx, taskId: string): Promise<EstimateRow | undefined> {
  return tx.db
    .selectFrom('estimate')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .executeTakeFirst();
}

/** What the last tasks of a kind took that completed, the newest first. */
export const selectLike = onceAtATime(
  (tx: TenantTx, kind: string, limit: number): Promise<EstimateRow[]> =>
    tx.db
      .selectFrom('estimate')
      .selectAll()
      .where('tenant_id', '=', tx.tenantId)
      .where('kind', '=', kind)
      .where('completed', '=', fixed(1))
      .orderBy('ended_at', 'desc')
      .limit(limit)
      .execute(),
);

/** Estimates of tasks that have ended, the newest first. */
export async function selectCompared(
  tx: TenantTx,
  filter: { kind?: string; sinceMs?: number; limit: number },
): Promise<EstimateRow[]> {
  let query = tx.db
    .selectFrom('estimate')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('completed', '=', fixed(1))
    .orderBy('ended_at', 'desc')
    .limit(filter.limit);
  if (filter.kind) query = query.where('kind', '=', filter.kind);
  if (filter.sinceMs !== undefined) query = query.where('ended_at', '>=', filter.sinceMs);
  return query.execute();
}

/** A task that ended, and whose estimate nobody has looked at since. */
export interface EndedRow {
  task_id: string;
  tenant_id: string;
  status: string;
  duration_ms: number;
}

export async function selectUncompared(tx: Tx, limit: number): Promise<EndedRow[]> {
  const { rows } = await sql<EndedRow>`
    select estimate.task_id, estimate.tenant_id, task.status,
      task.completed_at - coalesce(task.started_at, task.created_at) as duration_ms
    from estimate join task on task.id = estimate.task_id
    where estimate.ended_at is null and task.status in ('completed', 'failed', 'terminated')
      and task.completed_at is not null
    order by estimate.task_id limit ${limit}`.execute(tx.db);
  return rows.map((row) => ({ ...row, duration_ms: Number(row.duration_ms) }));
}

/** What goals took: calls in the ledger, joules as the meter has them; null where nothing is known. */
export async function selectTaken(
  tx: TenantTx,
  rootIds: readonly string[],
): Promise<
  Map<string, { costNano: number | null; tokens: number; energyMj: number | null; isPriced: boolean }>
> {
  if (rootIds.length === 0) return new Map();
  const { rows } = await sql<{
    id: string;
    cost: number | null;
    tokens: number | null;
    unpriced: number | null;
    joules: number | null;
  }>`
    select task.id, used.cost, used.tokens, used.unpriced, read_out.joules
    from task
    left join (select root_id, sum(cost_nano) as cost, sum(input_tokens + output_tokens) as tokens,
        count(*) - count(cost_nano) as unpriced
      from usage where root_id in (${sql.join(rootIds)}) group by root_id) as used on used.root_id = task.id
    left join (select root_id, sum(joules) as joules
      from energy_reading where root_id in (${sql.join(rootIds)}) group by root_id) as read_out
      on read_out.root_id = task.id
    where task.tenant_id = ${tx.tenantId} and task.id in (${sql.join(rootIds)})`.execute(tx.db);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        costNano: row.cost === null ? null : Number(row.cost),
        tokens: Number(row.tokens ?? 0),
        energyMj: row.joules === null ? null : Math.round(Number(row.joules) * 1_000),
        isPriced: Number(row.unpriced ?? 0) === 0,
      },
    ]),
  );
}

/** Writes down what a task took; false when somebody has. */
export async function compareEstimate(
  tx: TenantTx,
  taskId: string,
  real: Pick<
    EstimateRow,
    'real_cost_nano' | 'real_tokens' | 'real_energy_mj' | 'real_duration_ms' | 'completed'
  >,
): Promise<EstimateRow | undefined> {
  return tx.db
    .updateTable('estimate')
    .set({ ...real, ended_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** A task that is tried again has not ended. */
export async function reopenEstimate(tx: TenantTx, taskId: string): Promise<void> {
  await tx.db
    .updateTable('estimate')
    .set({ ended_at: null, completed: null })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .execute();
}
