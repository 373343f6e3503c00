import { sql } from 'kysely';
import { now } from './now.ts';
import type { BoardEntryRow, SolutionRow, SolverRecordRow, SolverTrailRow } from './solution-rows.ts';
import type { TenantTx } from './transaction.ts';

/** What a solution is begun with. */
export type NewSolution = Omit<
  SolutionRow,
  | 'tenant_id'
  | 'status'
  | 'reason'
  | 'answer'
  | 'posterior'
  | 'margin'
  | 'truth'
  | 'correct'
  | 'truth_source'
  | 'judged_by'
  | 'judged_at'
  | 'created_at'
  | 'closed_at'
>;

/** Adds a solution with the agents that may be asked, in the order of asking. */
export async function insertSolution(
  tx: TenantTx,
  row: NewSolution,
  solvers: Array<Pick<BoardEntryRow, 'agent_id' | 'expected' | 'mark'>>,
): Promise<void> {
  await tx.db
    .insertInto('solution')
    .values({ ...row, tenant_id: tx.tenantId, status: 'open', created_at: now })
    .execute();
  await tx.db
    .insertInto('board_entry')
    .values(
      solvers.map((solver, place) => ({
        ...solver,
        place,
        tenant_id: tx.tenantId,
        solution_id: row.id,
        status: 'waiting',
        counts: 1,
        saw: 0,
        follows: 0,
        cost_usd: 0,
      })),
    )
    .execute();
}

export async function selectSolution(tx: TenantTx, id: string): Promise<SolutionRow | undefined> {
  return tx.db
    .selectFrom('solution')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** The same, held until the commit: closing and judging take turns. */
export async function holdSolution(tx: TenantTx, id: string): Promise<SolutionRow | undefined> {
  const { rows } = await sql<SolutionRow>`
    select * from solution where tenant_id = ${tx.tenantId} and id = ${id}
    ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return rows[0];
}

export async function selectSolutions(
  tx: TenantTx,
  filter: { teamId?: string; type?: string; status?: string; before?: string; limit: number },
): Promise<SolutionRow[]> {
  let query = tx.db
    .selectFrom('solution')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.teamId) query = query.where('team_id', '=', filter.teamId);
  if (filter.type) query = query.where('type', '=', filter.type);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** Judged solutions of a type, the latest `limit` of them, newest first. */
export async function selectJudged(tx: TenantTx, type: string, limit: number): Promise<SolutionRow[]> {
  return tx.db
    .selectFrom('solution')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('type', '=', type)
    .where('correct', 'is not', null)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Ids in one statement; the engines allow tens of thousands. */
const IDS_PER_QUERY = 500;

/** The boards of solutions, in the order of asking. An agent that is gone keeps its entry. */
export async function selectBoards(
  tx: TenantTx,
  solutionIds: string[],
): Promise<Array<BoardEntryRow & { name: string | null }>> {
  const found: Array<BoardEntryRow & { name: string | null }> = [];
  for (let at = 0; at < solutionIds.length; at += IDS_PER_QUERY) {
    const rows = await tx.db
      .selectFrom('board_entry')
      .leftJoin('agent', 'agent.id', 'board_entry.agent_id')
      .selectAll('board_entry')
      .select('agent.name')
      .where('board_entry.tenant_id', '=', tx.tenantId)
      .where('solution_id', 'in', solutionIds.slice(at, at + IDS_PER_QUERY))
      .orderBy('solution_id')
      .orderBy('place')
      .execute();
    for (const row of rows) found.push(row);
  }
  return found;
}

/** Notes that agents are being asked, and what they are shown. */
export async function markAsked(
  tx: TenantTx,
  solutionId: string,
  agentIds: string[],
  how: { counts: number; saw: number },
): Promise<void> {
  await tx.db
    .updateTable('board_entry')
    .set({ ...how, status: 'asked', asked_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('solution_id', '=', solutionId)
    .where('agent_id', 'in', agentIds)
    .execute();
}

/** Writes an answer, or its absence, on the board. */
export async function updateEntry(
  tx: TenantTx,
  solutionId: string,
  agentId: string,
  entry: Pick<
    BoardEntryRow,
    'status' | 'follows' | 'answer' | 'confidence' | 'evidence' | 'cost_usd' | 'ms' | 'message_id' | 'error'
  >,
): Promise<void> {
  await tx.db
    .updateTable('board_entry')
    .set({ ...entry, answered_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('solution_id', '=', solutionId)
    .where('agent_id', '=', agentId)
    .execute();
}

/** Who was not asked was not needed; whose answer nobody waited for any more has given none. */
export async function endWaiting(tx: TenantTx, solutionId: string): Promise<void> {
  await tx.db
    .updateTable('board_entry')
    .set({ status: sql<string>`case when status = 'waiting' then 'spared' else 'failed' end` })
    .where('tenant_id', '=', tx.tenantId)
    .where('solution_id', '=', solutionId)
    .where('status', 'in', ['waiting', 'asked'])
    .execute();
}

/** Ends a solution that is open. */
export async function closeSolution(
  tx: TenantTx,
  id: string,
  end: Pick<SolutionRow, 'status' | 'reason' | 'answer' | 'posterior' | 'margin'>,
): Promise<void> {
  await tx.db
    .updateTable('solution')
    .set({ ...end, closed_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'open')
    .execute();
}

/** Keeps what was right of a solution, and of each answer on its board. */
export async function saveOutcome(
  tx: TenantTx,
  id: string,
  outcome: Pick<SolutionRow, 'truth' | 'correct' | 'truth_source' | 'judged_by'>,
  entries: Array<{ agentId: string; correct: number | null }>,
): Promise<void> {
  await tx.db
    .updateTable('solution')
    .set({ ...outcome, judged_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
  for (const [correct, own] of Map.groupBy(entries, (entry) => entry.correct)) {
    await tx.db
      .updateTable('board_entry')
      .set({ correct })
      .where('tenant_id', '=', tx.tenantId)
      .where('solution_id', '=', id)
      .where(
        'agent_id',
        'in',
        own.map((entry) => entry.agentId),
      )
      .execute();
  }
}

/** What agents have done for a type of task. */
export async function selectRecords(
  tx: TenantTx,
  type: string,
  agentIds: string[],
): Promise<SolverRecordRow[]> {
  if (agentIds.length === 0) return [];
  const rows = await tx.db
    .selectFrom('solver_record')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('type', '=', type)
    .where('agent_id', 'in', agentIds)
    .execute();
  return rows.map((row) => ({
    ...row,
    succeeded: Number(row.succeeded),
    failed: Number(row.failed),
    answers: Number(row.answers),
    ms: Number(row.ms),
  }));
}

/** Adds to records; numbers may be negative where a judgement is corrected. Rows are held in the order of ids. */
export async function addToRecords(
  tx: TenantTx,
  type: string,
  changes: Array<Omit<SolverRecordRow, 'tenant_id' | 'type'>>,
): Promise<void> {
  if (changes.length === 0) return;
  const sorted = [...changes].sort((a, b) => (a.agent_id < b.agent_id ? -1 : 1));
  await tx.db
    .insertInto('solver_record')
    .values(sorted.map((change) => ({ ...change, tenant_id: tx.tenantId, type })))
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'type', 'agent_id']).doUpdateSet({
        succeeded: sql<number>`solver_record.succeeded + excluded.succeeded`,
        failed: sql<number>`solver_record.failed + excluded.failed`,
        answers: sql<number>`solver_record.answers + excluded.answers`,
        cost_usd: sql<number>`solver_record.cost_usd + excluded.cost_usd`,
        ms: sql<number>`solver_record.ms + excluded.ms`,
      }),
    )
    .execute();
}

/** A trail with the time since it was laid, by the database's clock. */
export interface TrailView extends SolverTrailRow {
  elapsed_ms: number;
}

/** The highest trails of a type. */
export async function selectTrails(tx: TenantTx, type: string, limit: number): Promise<TrailView[]> {
  const rows = await tx.db
    .selectFrom('solver_trail')
    .selectAll()
    .select(sql<number>`cadre_now() - laid_at`.as('elapsed_ms'))
    .where('tenant_id', '=', tx.tenantId)
    .where('type', '=', type)
    .orderBy('height', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, elapsed_ms: Number(row.elapsed_ms) }));
}

/** The trail of one set, held until the commit; it is there afterwards, if only as a beginning. */
export async function holdTrail(tx: TenantTx, type: string, members: string): Promise<TrailView> {
  // Somebody else may lay the same trail for the first time at this moment: the row is made, then held.
  await tx.db
    .insertInto('solver_trail')
    .values({
      tenant_id: tx.tenantId,
      type,
      members,
      times: 0,
      succeeded: 0,
      score: 0,
      height: 0,
      laid_at: now,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'type', 'members']).doNothing())
    .execute();
  const { rows } = await sql<TrailView>`
    select solver_trail.*, cadre_now() - laid_at as elapsed_ms from solver_trail
    where tenant_id = ${tx.tenantId} and type = ${type} and members = ${members}
    ${tx.differ.lockForUpdate()}`.execute(tx.db);
  const row = rows[0] as TrailView; // just made
  return { ...row, laid_at: Number(row.laid_at), elapsed_ms: Number(row.elapsed_ms) };
}

export async function updateTrail(
  tx: TenantTx,
  trail: Pick<SolverTrailRow, 'type' | 'members' | 'times' | 'succeeded' | 'score' | 'height' | 'laid_at'>,
): Promise<void> {
  const { type, members, ...numbers } = trail;
  await tx.db
    .updateTable('solver_trail')
    .set(numbers)
    .where('tenant_id', '=', tx.tenantId)
    .where('type', '=', type)
    .where('members', '=', members)
    .execute();
}

/** Forgets trails of a type that have faded to nothing. */
export async function deleteTrails(tx: TenantTx, type: string, olderThanMs: number): Promise<void> {
  await tx.db
    .deleteFrom('solver_trail')
    .where('tenant_id', '=', tx.tenantId)
    .where('type', '=', type)
    .where('laid_at', '<', sql<number>`cadre_now() - ${olderThanMs}`)
    .execute();
}
