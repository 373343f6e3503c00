import { sql } from 'kysely';
import { fixed } from './fixed.ts';
import { now } from './now.ts';
import type { TeamHopRow, TeamLeaderRow, TeamRow, TeamSayingRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

/** Adds a team; false when the name is taken. */
export async function insertTeam(
  tx: TenantTx,
  row: Omit<TeamRow, 'tenant_id' | 'shape_at' | 'created_at' | 'updated_at'>,
): Promise<boolean> {
  const result = await tx.db
    .insertInto('team')
    .values({ ...row, tenant_id: tx.tenantId, shape_at: now, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n) === 1;
}

export async function selectTeam(tx: TenantTx, id: string): Promise<TeamRow | undefined> {
  return tx.db
    .selectFrom('team')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function selectTeamByName(tx: TenantTx, name: string): Promise<TeamRow | undefined> {
  return tx.db
    .selectFrom('team')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('name', '=', name)
    .executeTakeFirst();
}

/** The team of an id, held until the commit: changes of one team take turns. */
export async function holdTeam(tx: TenantTx, id: string): Promise<TeamRow | undefined> {
  const { rows } = await sql<TeamRow>`
    select * from team where tenant_id = ${tx.tenantId} and id = ${id} ${tx.differ.lockForUpdate()}`.execute(
    tx.db,
  );
  return rows[0];
}

export async function selectTeams(
  tx: TenantTx,
  filter: { before?: string; limit: number },
): Promise<TeamRow[]> {
  let query = tx.db
    .selectFrom('team')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** Teams of all tenants whose shape is left to Cadre, a page at a time in the order of ids. */
export async function selectAdaptiveTeams(
  tx: Tx,
  after: string,
  limit: number,
): Promise<Array<{ id: string; tenant_id: string }>> {
  return tx.db
    .selectFrom('team')
    .select(['id', 'tenant_id'])
    .where('topology', '=', fixed('adaptive'))
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Changes a team; with `reshaped` the time of its shape becomes now. */
export async function updateTeam(
  tx: TenantTx,
  id: string,
  changes: Partial<Omit<TeamRow, 'id' | 'tenant_id' | 'shape_at'>>,
  reshaped = false,
): Promise<void> {
  await tx.db
    .updateTable('team')
    .set({ ...changes, ...(reshaped && { shape_at: now }), updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Keeps what was measured of a team; that is no change of the team. */
export async function saveMeasured(tx: TenantTx, id: string, measured: string): Promise<void> {
  await tx.db
    .updateTable('team')
    .set({ measured })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

export async function deleteTeam(tx: TenantTx, id: string): Promise<void> {
  await tx.db.deleteFrom('team').where('tenant_id', '=', tx.tenantId).where('id', '=', id).execute();
}

/** A member with what the team shows of its agent. */
export interface MemberView {
  team_id: string;
  agent_id: string;
  name: string;
  status: string;
  enabled: number;
  spec: string;
  succeeded: number;
  failed: number;
}

/** Members in their order. Archived agents are left out: nothing reaches them. */
export async function selectMembers(tx: TenantTx, teamIds: string[]): Promise<MemberView[]> {
  if (teamIds.length === 0) return [];
  return tx.db
    .selectFrom('team_member')
    .innerJoin('agent', 'agent.id', 'team_member.agent_id')
    .select([
      'team_id',
      'agent_id',
      'agent.name',
      'agent.status',
      'agent.enabled',
      'agent.spec',
      'agent.succeeded',
      'agent.failed',
    ])
    .where('team_member.tenant_id', '=', tx.tenantId)
    .where('team_id', 'in', teamIds)
    .where('agent.status', '<>', 'archived')
    .orderBy('place')
    .orderBy('agent_id')
    .execute();
}

/** Adds agents at the end of the order; answers those that were not members before. */
export async function insertMembers(tx: TenantTx, teamId: string, agentIds: string[]): Promise<string[]> {
  if (agentIds.length === 0) return [];
  const last = await tx.db
    .selectFrom('team_member')
    .select(({ fn }) => fn.max('place').as('place'))
    .where('tenant_id', '=', tx.tenantId)
    .where('team_id', '=', teamId)
    .executeTakeFirst();
  const from = Number(last?.place ?? 0) + 1;
  const rows = await tx.db
    .insertInto('team_member')
    .values(
      agentIds.map((agent_id, index) => ({
        tenant_id: tx.tenantId,
        team_id: teamId,
        agent_id,
        place: from + index,
        joined_at: now,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('agent_id')
    .execute();
  return rows.map((row) => row.agent_id);
}

/** False when the agent was no member. */
export async function deleteMember(tx: TenantTx, teamId: string, agentId: string): Promise<boolean> {
  const result = await tx.db
    .deleteFrom('team_member')
    .where('tenant_id', '=', tx.tenantId)
    .where('team_id', '=', teamId)
    .where('agent_id', '=', agentId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Who holds or held the lead, and whether its lease still runs by the database's clock. */
export interface LeaderView extends TeamLeaderRow {
  is_current: number;
}

export async function selectLeaders(tx: TenantTx, teamIds: string[]): Promise<LeaderView[]> {
  if (teamIds.length === 0) return [];
  const rows = await tx.db
    .selectFrom('team_leader')
    .selectAll()
    .select(sql<number>`case when until > cadre_now() then 1 else 0 end`.as('is_current'))
    .where('tenant_id', '=', tx.tenantId)
    .where('team_id', 'in', teamIds)
    .execute();
  return rows.map((row) => ({ ...row, term: Number(row.term), until: Number(row.until) }));
}

/**
 * Takes the lead when nobody's lease runs: term + 1. One statement, so of two who ask at once one gets it.
 * Undefined when another leads, or the agent itself does.
 */
export async function takeLead(
  tx: TenantTx,
  teamId: string,
  agentId: string,
  leaseMs: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ term: number }>`
    insert into team_leader (tenant_id, team_id, agent_id, term, until)
    values (${tx.tenantId}, ${teamId}, ${agentId}, 1, cadre_now() + ${leaseMs})
    on conflict (team_id) do update
      set agent_id = excluded.agent_id, term = team_leader.term + 1, until = excluded.until
      where team_leader.until <= cadre_now()
    returning term`.execute(tx.db);
  return rows[0] ? Number(rows[0].term) : undefined;
}

/** Renews the lead of one term; false when that term is over: nothing is changed then. */
export async function renewLead(
  tx: TenantTx,
  teamId: string,
  agentId: string,
  term: number,
  leaseMs: number,
): Promise<boolean> {
  const result = await tx.db
    .updateTable('team_leader')
    .set({ until: sql<number>`cadre_now() + ${leaseMs}` })
    .where('tenant_id', '=', tx.tenantId)
    .where('team_id', '=', teamId)
    .where('agent_id', '=', agentId)
    .where('term', '=', term)
    .where('until', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Ends the lease of an agent now, of one term or whichever it holds; false when it holds none. */
export async function endLead(
  tx: TenantTx,
  teamId: string,
  agentId: string,
  term?: number,
): Promise<boolean> {
  let query = tx.db
    .updateTable('team_leader')
    .set({ until: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('team_id', '=', teamId)
    .where('agent_id', '=', agentId)
    .where('until', '>', now);
  if (term !== undefined) query = query.where('term', '=', term);
  return (await query.executeTakeFirst()).numUpdatedRows === 1n;
}

export async function insertSaying(
  tx: TenantTx,
  row: Omit<TeamSayingRow, 'tenant_id' | 'created_at'>,
): Promise<void> {
  await tx.db
    .insertInto('team_saying')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now })
    .execute();
}

export async function insertHops(tx: TenantTx, rows: Array<Omit<TeamHopRow, 'tenant_id'>>): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('team_hop')
    .values(rows.map((row) => ({ ...row, tenant_id: tx.tenantId })))
    .execute();
}

/** Of these messages, those that go on, with what is carried. */
export async function selectHops(
  tx: TenantTx,
  messageIds: string[],
): Promise<Array<TeamSayingRow & { message_id: string; next: string; team_name: string }>> {
  if (messageIds.length === 0) return [];
  return tx.db
    .selectFrom('team_hop')
    .innerJoin('team_saying', 'team_saying.id', 'team_hop.saying_id')
    .innerJoin('team', 'team.id', 'team_saying.team_id')
    .selectAll('team_saying')
    .select(['message_id', 'next', 'team.name as team_name'])
    .where('team_hop.tenant_id', '=', tx.tenantId)
    .where('message_id', 'in', messageIds)
    .execute();
}

/** How many agents there are of each role, status and capability. */
export async function countAgents(tx: TenantTx): Promise<{
  byRole: Array<{ role: string; status: string; agents: number }>;
  byCapability: Array<{ capability: string; status: string; agents: number }>;
}> {
  const byRole = await tx.db
    .selectFrom('agent')
    .select(['role', 'status', ({ fn }) => fn.countAll().as('agents')])
    .where('tenant_id', '=', tx.tenantId)
    .where('status', '<>', 'archived')
    .groupBy(['role', 'status'])
    .orderBy('role')
    .orderBy('status')
    .execute();
  const byCapability = await tx.db
    .selectFrom('agent_capability')
    .innerJoin('agent', 'agent.id', 'agent_capability.agent_id')
    .select(['capability', 'status', ({ fn }) => fn.countAll().as('agents')])
    .where('agent_capability.tenant_id', '=', tx.tenantId)
    .where('agent.status', '<>', 'archived')
    .groupBy(['capability', 'status'])
    .orderBy('capability')
    .orderBy('status')
    .execute();
  return {
    byRole: byRole.map((row) => ({ ...row, agents: Number(row.agents) })),
    byCapability: byCapability.map((row) => ({ ...row, agents: Number(row.agents) })),
  };
}
