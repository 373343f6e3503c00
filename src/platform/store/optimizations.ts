import { sql } from 'kysely';
import type { EvaluationRow, OptimizationRow } from './collaboration-rows.ts';
import { now } from './now.ts';
import type { TenantTx } from './transaction.ts';

/** A search with how long it may still take by the database's clock (ms); null: as long as it needs. */
export interface OptimizationView extends OptimizationRow {
  left_ms: number | null;
}

/** Adds a search; it may take `withinMs`, or as long as it needs. */
export async function insertOptimization(
  tx: TenantTx,
  row: Omit<
    OptimizationRow,
    'tenant_id' | 'status' | 'ended_because' | 'reason' | 'deadline' | 'created_at' | 'ended_at'
  >,
  withinMs: number | null,
): Promise<void> {
  await tx.db
    .insertInto('optimization')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      status: 'running',
      ended_because: null,
      reason: null,
      deadline: withinMs === null ? null : sql<number>`cadre_now() + ${withinMs}`,
      created_at: now,
      ended_at: null,
    })
    .execute();
}

const views = (tx: TenantTx) =>
  tx.db
    .selectFrom('optimization')
    .selectAll()
    .select(sql<number | null>`deadline - cadre_now()`.as('left_ms'))
    .where('tenant_id', '=', tx.tenantId);

export async function selectOptimization(tx: TenantTx, id: string): Promise<OptimizationView | undefined> {
  return views(tx).where('id', '=', id).executeTakeFirst();
}

/** The search whose present batch a run asks. */
export async function selectOptimizationByRun(
  tx: TenantTx,
  runId: string,
): Promise<OptimizationView | undefined> {
  return views(tx).where('run_id', '=', runId).executeTakeFirst();
}

/** The same, held until the commit. Whoever holds its run too holds the run first. */
export async function holdOptimization(tx: TenantTx, id: string): Promise<OptimizationView | undefined> {
  const { rows } = await sql<OptimizationView>`
    select optimization.*, deadline - cadre_now() as left_ms from optimization
    where tenant_id = ${tx.tenantId} and id = ${id} ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return rows[0];
}

export async function selectOptimizations(
  tx: TenantTx,
  filter: { status?: string; type?: string; before?: string; limit: number },
): Promise<OptimizationRow[]> {
  let query = views(tx).orderBy('id', 'desc').limit(filter.limit);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.type) query = query.where('type', '=', filter.type);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** Changes a search that runs: its next run, that its end was asked for, or its end. */
export async function updateOptimization(
  tx: TenantTx,
  id: string,
  values: Partial<Pick<OptimizationRow, 'run_id' | 'status' | 'ended_because' | 'reason'>>,
): Promise<void> {
  await tx.db
    .updateTable('optimization')
    .set({ ...values, ...(values.status !== undefined && { ended_at: now }) })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'running')
    .execute();
}

/** Keeps what a batch brought. */
export async function insertEvaluations(
  tx: TenantTx,
  id: string,
  rows: Array<Omit<EvaluationRow, 'tenant_id' | 'optimization_id' | 'created_at'>>,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('evaluation')
    .values(rows.map((row) => ({ ...row, tenant_id: tx.tenantId, optimization_id: id, created_at: now })))
    .execute();
}

const evaluations = (tx: TenantTx, id: string) =>
  tx.db
    .selectFrom('evaluation')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('optimization_id', '=', id);

/** Evaluations in their order, from a place on. */
export async function selectEvaluations(
  tx: TenantTx,
  id: string,
  page: { from: number; limit: number },
): Promise<EvaluationRow[]> {
  return evaluations(tx, id).where('place', '>=', page.from).orderBy('place').limit(page.limit).execute();
}

/** All evaluations of one rung, in their order. */
export async function selectRung(tx: TenantTx, id: string, rung: number): Promise<EvaluationRow[]> {
  return evaluations(tx, id).where('rung', '=', rung).orderBy('place').execute();
}

/** How many evaluations each rung has. */
export async function countRungs(tx: TenantTx, id: string): Promise<Map<number, number>> {
  const rows = await tx.db
    .selectFrom('evaluation')
    .select(['rung', ({ fn }) => fn.countAll<number>().as('count')])
    .where('tenant_id', '=', tx.tenantId)
    .where('optimization_id', '=', id)
    .groupBy('rung')
    .execute();
  return new Map(rows.map((row) => [Number(row.rung), Number(row.count)]));
}

/** How many evaluations there are, and how many without a score. */
export async function countEvaluations(
  tx: TenantTx,
  ids: string[],
): Promise<Map<string, { evaluations: number; failed: number }>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('evaluation')
    .select(['optimization_id', ({ fn }) => fn.countAll<number>().as('evaluations')])
    .select(({ fn }) => fn.count<number>('score').as('scored'))
    .where('tenant_id', '=', tx.tenantId)
    .where('optimization_id', 'in', ids)
    .groupBy('optimization_id')
    .execute();
  return new Map(
    rows.map((row) => {
      const all = Number(row.evaluations);
      return [row.optimization_id, { evaluations: all, failed: all - Number(row.scored) }];
    }),
  );
}

/** The best evaluation: of the last rung that has one with a score; of equal ones the first. */
export async function selectBest(tx: TenantTx, id: string): Promise<EvaluationRow | undefined> {
  return evaluations(tx, id)
    .where('score', 'is not', null)
    .orderBy('rung', 'desc')
    .orderBy('score', 'desc')
    .orderBy('place')
    .limit(1)
    .executeTakeFirst();
}

/** Why the first evaluation without a score has none. */
export async function selectFirstFailure(tx: TenantTx, id: string): Promise<EvaluationRow | undefined> {
  return evaluations(tx, id).where('score', 'is', null).orderBy('place').limit(1).executeTakeFirst();
}
