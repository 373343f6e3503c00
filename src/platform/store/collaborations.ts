import { sql } from 'kysely';
import type { CollaborationMemberRow, CollaborationRow, ContributionRow } from './collaboration-rows.ts';
import { now } from './now.ts';
import type { TenantTx } from './transaction.ts';

/** Engines limit the parameters of one statement. */
const ROWS_PER_STATEMENT = 500;

/** Adds a collaboration with its members, in their order. */
export async function insertCollaboration(
  tx: TenantTx,
  row: Pick<
    CollaborationRow,
    | 'id'
    | 'kind'
    | 'mode'
    | 'goal'
    | 'type'
    | 'params'
    | 'from_id'
    | 'team_id'
    | 'rounds'
    | 'timeout_ms'
    | 'started_by'
  >,
  members: Array<{ id: string; name: string }>,
): Promise<void> {
  await tx.db
    .insertInto('collaboration')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      status: 'running',
      ended_because: null,
      completeness: null,
      reason: null,
      turn: 0,
      left_out: 0,
      created_at: now,
      ended_at: null,
    })
    .execute();
  const rows = members.map(({ id, name }, place) => ({
    tenant_id: tx.tenantId,
    collaboration_id: row.id,
    agent_id: id,
    name,
    place,
  }));
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
    await tx.db
      .insertInto('collaboration_member')
      .values(rows.slice(from, from + ROWS_PER_STATEMENT))
      .execute();
}

export async function selectCollaboration(tx: TenantTx, id: string): Promise<CollaborationRow | undefined> {
  return tx.db
    .selectFrom('collaboration')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** The same, held until the commit. Whoever holds its run too holds the run first. */
export async function holdCollaboration(tx: TenantTx, id: string): Promise<CollaborationRow | undefined> {
  const { rows } = await sql<CollaborationRow>`
    select * from collaboration where tenant_id = ${tx.tenantId} and id = ${id}
    ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return rows[0];
}

export async function selectCollaborations(
  tx: TenantTx,
  filter: { kind?: string; status?: string; teamId?: string; before?: string; limit: number },
): Promise<CollaborationRow[]> {
  let query = tx.db
    .selectFrom('collaboration')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.kind) query = query.where('kind', '=', filter.kind);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.teamId) query = query.where('team_id', '=', filter.teamId);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** Members in their order. */
export async function selectParticipants(tx: TenantTx, ids: string[]): Promise<CollaborationMemberRow[]> {
  if (ids.length === 0) return [];
  return tx.db
    .selectFrom('collaboration_member')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('collaboration_id', 'in', ids)
    .orderBy('place')
    .execute();
}

/** Contributions of one collaboration in the order in which they were asked. */
export async function selectContributions(tx: TenantTx, id: string): Promise<ContributionRow[]> {
  return tx.db
    .selectFrom('contribution')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('collaboration_id', '=', id)
    .orderBy('turn')
    .orderBy('place')
    .execute();
}

/** How many contributions of each status collaborations have. */
export async function countContributions(
  tx: TenantTx,
  ids: string[],
): Promise<Array<{ collaboration_id: string; status: string; count: number }>> {
  if (ids.length === 0) return [];
  const rows = await tx.db
    .selectFrom('contribution')
    .select(['collaboration_id', 'status', ({ fn }) => fn.countAll<number>().as('count')])
    .where('tenant_id', '=', tx.tenantId)
    .where('collaboration_id', 'in', ids)
    .groupBy(['collaboration_id', 'status'])
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** Keeps what a turn brought and goes on to the next. */
export async function insertContributions(
  tx: TenantTx,
  id: string,
  turn: number,
  rows: Array<Omit<ContributionRow, 'tenant_id' | 'collaboration_id' | 'turn' | 'created_at'>>,
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
    await tx.db
      .insertInto('contribution')
      .values(
        rows
          .slice(from, from + ROWS_PER_STATEMENT)
          .map((row) => ({ ...row, tenant_id: tx.tenantId, collaboration_id: id, turn, created_at: now })),
      )
      .execute();
  await change(tx, id, { turn: turn + 1 });
}

/** Notes how many contributions a request left out; the most of all requests is kept. */
export async function noteLeftOut(tx: TenantTx, id: string, leftOut: number): Promise<void> {
  await tx.db
    .updateTable('collaboration')
    .set({ left_out: leftOut })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('left_out', '<', leftOut)
    .execute();
}

/** Asks for the end of one that runs. */
export async function askForEnd(tx: TenantTx, id: string, because: string): Promise<void> {
  await change(tx, id, { ended_because: because });
}

/** Ends one that runs. */
export async function endCollaboration(
  tx: TenantTx,
  id: string,
  end: { status: string; ended_because: string; completeness: string | null; reason: string | null },
): Promise<void> {
  await change(tx, id, { ...end, ended_at: now });
}

async function change(
  tx: TenantTx,
  id: string,
  values: Partial<Omit<CollaborationRow, 'ended_at'>> & { ended_at?: typeof now },
): Promise<void> {
  await tx.db
    .updateTable('collaboration')
    .set(values)
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'running')
    .execute();
}
