import { sql } from 'kysely';
import { now } from './now.ts';
import type { BallotRow, VoteRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** A vote, with how long it still runs by the database's clock (ms; 0 or less: it is over). */
export interface VoteView extends VoteRow {
  left_ms: number;
}

/** Adds a vote with its voters. It ends at `deadline`, or `timeoutMs` from now. */
export async function insertVote(
  tx: TenantTx,
  row: Omit<
    VoteRow,
    'tenant_id' | 'created_at' | 'closed_at' | 'status' | 'reason' | 'winner' | 'rounds' | 'deadline'
  >,
  end: { deadline: number } | { timeoutMs: number },
  voters: Array<Pick<BallotRow, 'agent_id' | 'weight'>>,
): Promise<void> {
  await tx.db
    .insertInto('vote')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      status: 'open',
      reason: null,
      winner: null,
      rounds: null,
      deadline: 'deadline' in end ? end.deadline : sql<number>`cadre_now() + ${end.timeoutMs}`,
      created_at: now,
      closed_at: null,
    })
    .execute();
  await tx.db
    .insertInto('ballot')
    .values(
      voters.map((voter, place) => ({
        ...voter,
        place,
        tenant_id: tx.tenantId,
        vote_id: row.id,
        message_id: null,
        choice: null,
        note: null,
        cast_at: null,
        cast_by: null,
        changes: 0,
      })),
    )
    .execute();
}

/** Notes with which message each voter was asked. */
export async function setBallotMessages(
  tx: TenantTx,
  voteId: string,
  asked: Array<{ agent_id: string; message_id: string }>,
): Promise<void> {
  const batch = tx.differ.rowsOf(
    JSON.stringify(asked.map((one) => ({ voter: one.agent_id, asked: one.message_id }))),
    { voter: 'text', asked: 'text' },
  );
  await sql`update ballot set message_id = batch.asked from ${batch} as batch
    where ballot.tenant_id = ${tx.tenantId} and ballot.vote_id = ${voteId}
      and ballot.agent_id = batch.voter`.execute(tx.db);
}

export async function selectVote(tx: TenantTx, id: string): Promise<VoteView | undefined> {
  return tx.db
    .selectFrom('vote')
    .selectAll()
    .select(sql<number>`deadline - cadre_now()`.as('left_ms'))
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** The same, held until the commit: casting and closing take turns. */
export async function holdVote(tx: TenantTx, id: string): Promise<VoteView | undefined> {
  const { rows } = await sql<VoteView>`
    select vote.*, deadline - cadre_now() as left_ms from vote
    where tenant_id = ${tx.tenantId} and id = ${id} ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return rows[0];
}

export async function selectVotes(
  tx: TenantTx,
  filter: { teamId?: string; status?: string; before?: string; limit: number },
): Promise<VoteRow[]> {
  let query = tx.db
    .selectFrom('vote')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.teamId) query = query.where('team_id', '=', filter.teamId);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** Voters with their ballots, in the order in which they were named. */
export async function selectBallots(
  tx: TenantTx,
  voteIds: string[],
): Promise<Array<BallotRow & { name: string }>> {
  if (voteIds.length === 0) return [];
  return tx.db
    .selectFrom('ballot')
    .innerJoin('agent', 'agent.id', 'ballot.agent_id')
    .selectAll('ballot')
    .select('agent.name')
    .where('ballot.tenant_id', '=', tx.tenantId)
    .where('vote_id', 'in', voteIds)
    .orderBy('place')
    .execute();
}

/** Of the messages with which voters were asked, whose ballot each is. */
export async function selectBallotsByMessage(
  tx: TenantTx,
  messageIds: string[],
): Promise<Array<{ vote_id: string; agent_id: string; message_id: string | null }>> {
  if (messageIds.length === 0) return [];
  return tx.db
    .selectFrom('ballot')
    .select(['vote_id', 'agent_id', 'message_id'])
    .where('tenant_id', '=', tx.tenantId)
    .where('message_id', 'in', messageIds)
    .execute();
}

/** Keeps a ballot; a second one of the same voter takes its place and is counted as a change. */
export async function updateBallot(
  tx: TenantTx,
  voteId: string,
  agentId: string,
  ballot: { choice: string; note: string | null; cast_by: string },
): Promise<void> {
  await tx.db
    .updateTable('ballot')
    .set({
      ...ballot,
      cast_at: now,
      changes: sql<number>`changes + case when cast_at is null then 0 else 1 end`,
    })
    .where('tenant_id', '=', tx.tenantId)
    .where('vote_id', '=', voteId)
    .where('agent_id', '=', agentId)
    .execute();
}

/** Ends a vote that is open. */
export async function closeVote(
  tx: TenantTx,
  id: string,
  end: { status: string; reason: string | null; winner: string | null; rounds: string },
): Promise<void> {
  await tx.db
    .updateTable('vote')
    .set({ ...end, closed_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'open')
    .execute();
}
