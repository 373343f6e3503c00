import { sql } from 'kysely';
import { now } from './now.ts';
import type { AgentRow } from './schema.ts';
import { among, oneOf, together } from './together.ts';
import type { TenantTx, Tx } from './transaction.ts';

export type NewAgentRow = Omit<
  AgentRow,
  'tenant_id' | 'succeeded' | 'failed' | 'average_ms' | 'created_at' | 'updated_at'
>;

/** Adds an agent with its capabilities. False when the name is taken. */
export async function insertAgent(
  tx: TenantTx,
  row: NewAgentRow,
  capabilities: Array<{ name: string; confidence: number }>,
): Promise<boolean> {
  const inserted = await tx.db
    .insertInto('agent')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      succeeded: 0,
      failed: 0,
      average_ms: 0,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
    .executeTakeFirst();
  if (Number(inserted.numInsertedOrUpdatedRows ?? 0n) === 0) return false;
  await insertCapabilities(tx, row.id, capabilities);
  return true;
}

async function insertCapabilities(
  tx: TenantTx,
  agentId: string,
  capabilities: Array<{ name: string; confidence: number }>,
): Promise<void> {
  if (capabilities.length === 0) return;
  await tx.db
    .insertInto('agent_capability')
    .values(
      capabilities.map(({ name, confidence }) => ({
        tenant_id: tx.tenantId,
        agent_id: agentId,
        capability: name,
        confidence,
      })),
    )
    .execute();
}

/** Changes an agent; `capabilities` replaces the old ones when given. */
export async function updateAgent(
  tx: TenantTx,
  id: string,
  changes: Partial<Omit<AgentRow, 'id' | 'tenant_id'>>,
  capabilities?: Array<{ name: string; confidence: number }>,
): Promise<void> {
  await tx.db
    .updateTable('agent')
    .set({ ...changes, updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
  if (!capabilities) return;
  await tx.db
    .deleteFrom('agent_capability')
    .where('tenant_id', '=', tx.tenantId)
    .where('agent_id', '=', id)
    .execute();
  await insertCapabilities(tx, id, capabilities);
}

/** What assignment and people see: the agent, what it has in hand, and when its executor was last alive. */
export interface AgentView extends AgentRow {
  /** Tasks given to it that are not final. */
  in_flight: number;
  /** Runs it carries out right now. */
  busy: number;
  seen_at: number | null;
}

function views(tx: TenantTx) {
  return tx.db
    .selectFrom('agent')
    .leftJoin('heartbeat', 'heartbeat.host', 'agent.heartbeat_host')
    .selectAll('agent')
    .select('heartbeat.seen_at')
    .select([
      sql<number>`(select count(*) from task where task.agent_id = agent.id and task.status in ('pending', 'running'))`.as(
        'in_flight',
      ),
      // A run that waits for its agent has its place there: a program outside has the task in hand.
      sql<number>`(select count(*) from run where run.agent_id = agent.id and run.state = 'running')
        + (select count(*) from run where run.agent_id = agent.id and run.state = 'waiting')`.as('busy'),
    ])
    .where('agent.tenant_id', '=', tx.tenantId);
}

export const selectAgent = together(
  async (tx, ids: string[]): Promise<Array<AgentView | undefined>> =>
    oneOf(await views(tx).where('agent.id', 'in', among(tx, ids)).execute(), ids, (row) => row.id),
);

/** The same without what it has in hand. */
export const selectAgentRow = together(
  async (tx, ids: string[]): Promise<Array<AgentRow | undefined>> =>
    oneOf(
      await tx.db
        .selectFrom('agent')
        .selectAll()
        .where('tenant_id', '=', tx.tenantId)
        .where('id', 'in', among(tx, ids))
        .execute(),
      ids,
      (row) => row.id,
    ),
);

export async function selectAgentByName(tx: TenantTx, name: string): Promise<AgentView | undefined> {
  return views(tx).where('agent.name', '=', name).executeTakeFirst();
}

export async function selectAgents(
  tx: TenantTx,
  filter: { role?: string; status?: string; capability?: string; before?: string; limit: number },
): Promise<AgentView[]> {
  let query = views(tx).orderBy('agent.id', 'desc').limit(filter.limit);
  if (filter.role) query = query.where('agent.role', '=', filter.role);
  if (filter.status) query = query.where('agent.status', '=', filter.status);
  if (filter.before) query = query.where('agent.id', '<', filter.before);
  const { capability } = filter;
  if (capability) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('agent_capability')
          .select('capability')
          .whereRef('agent_capability.agent_id', '=', 'agent.id')
          .where('agent_capability.tenant_id', '=', tx.tenantId)
          .where('capability', '=', capability),
      ),
    );
  }
  return query.execute();
}

/** Ids of the agents that fit, those that were archived left out; `busy` is idle with something in hand. */
export async function selectFitting(
  tx: TenantTx,
  filter: {
    capability?: string | undefined;
    role?: string | undefined;
    status?: string | undefined;
    limit: number;
  },
): Promise<string[]> {
  const { capability, role, status } = filter;
  let query = tx.db
    .selectFrom('agent')
    .select('id')
    .where('tenant_id', '=', tx.tenantId)
    .where('status', '<>', 'archived')
    .orderBy('id')
    .limit(filter.limit);
  if (role) query = query.where('role', '=', role);
  if (status) query = query.where('status', '=', status === 'busy' ? 'idle' : status);
  if (status === 'busy' || status === 'idle') {
    const busy = sql<boolean>`exists (select 1 from run where run.agent_id = agent.id and run.state = 'running')`;
    query = query.where(({ eb, not }) => (status === 'busy' ? eb.and([busy]) : not(busy)));
  }
  if (capability) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('agent_capability')
          .select('capability')
          .whereRef('agent_capability.agent_id', '=', 'agent.id')
          .where('agent_capability.tenant_id', '=', tx.tenantId)
          .where('capability', '=', capability),
      ),
    );
  }
  return (await query.execute()).map((row) => row.id);
}

/** Agents that can be given work of any of the capabilities, with how sure they are of it. */
export async function selectAble(
  tx: TenantTx,
  capabilities: string[],
): Promise<Array<AgentView & { capability: string; confidence: number }>> {
  if (capabilities.length === 0) return [];
  return views(tx)
    .innerJoin('agent_capability', 'agent_capability.agent_id', 'agent.id')
    .select(['agent_capability.capability', 'agent_capability.confidence'])
    .where('agent_capability.capability', 'in', capabilities)
    .orderBy('agent.id')
    .execute();
}

/** How many agents offer each capability and could be asked. */
export async function selectCapabilities(
  tx: TenantTx,
): Promise<Array<{ capability: string; agents: number }>> {
  const rows = await tx.db
    .selectFrom('agent_capability')
    .innerJoin('agent', 'agent.id', 'agent_capability.agent_id')
    .select(['agent_capability.capability', ({ fn }) => fn.countAll().as('agents')])
    .where('agent_capability.tenant_id', '=', tx.tenantId)
    .where('agent.enabled', '=', 1)
    .where('agent.status', 'not in', ['archived', 'error', 'initializing', 'validating'])
    .groupBy('agent_capability.capability')
    .execute();
  return rows.map((row) => ({ capability: row.capability, agents: Number(row.agents) }));
}

/** What the agents of each capability did so far, and what the one with most tasks says of itself. */
export async function selectCapabilityRecords(tx: TenantTx): Promise<
  Array<{
    capability: string;
    agents: number;
    succeeded: number;
    failed: number;
    averageMs: number;
    about: string;
  }>
> {
  const rows = await tx.db
    .selectFrom('agent_capability')
    .innerJoin('agent', 'agent.id', 'agent_capability.agent_id')
    .select([
      'agent_capability.capability',
      'agent.succeeded',
      'agent.failed',
      'agent.average_ms',
      'agent.spec',
    ])
    .where('agent_capability.tenant_id', '=', tx.tenantId)
    .where('agent.enabled', '=', 1)
    .where('agent.status', 'not in', ['archived', 'error', 'initializing', 'validating'])
    .orderBy('agent.succeeded', 'desc')
    .orderBy('agent.id')
    .execute();
  return [...Map.groupBy(rows, (row) => row.capability)].map(([capability, own]) => {
    const done = own.reduce((sum, row) => sum + row.succeeded + row.failed, 0);
    const worked = own.reduce((sum, row) => sum + row.average_ms * (row.succeeded + row.failed), 0);
    const { description = '' }: { description?: string } = JSON.parse(own[0]?.spec ?? '{}');
    return {
      capability,
      agents: own.length,
      succeeded: own.reduce((sum, row) => sum + row.succeeded, 0),
      failed: own.reduce((sum, row) => sum + row.failed, 0),
      averageMs: done > 0 ? worked / done : 0,
      about: description,
    };
  });
}

/** Books a finished task on the agent's record; the mean is over all finished tasks. */
export const bookOutcome = (
  tx: TenantTx,
  agentId: string,
  success: boolean,
  durationMs: number,
): Promise<void> => bookThem(tx, { agentId, success, durationMs });

interface Outcome {
  agentId: string;
  success: boolean;
  durationMs: number;
}

const bookThem = together(async (tx, outcomes: Outcome[]): Promise<undefined[]> => {
  const sums = [...Map.groupBy(outcomes, ({ agentId }) => agentId)].map(([id, own]) => ({
    one_id: id,
    good: own.filter(({ success }) => success).length,
    bad: own.filter(({ success }) => !success).length,
    took: own.reduce((sum, { durationMs }) => sum + durationMs, 0),
  }));
  const batch = tx.differ.rowsOf(JSON.stringify(sums), {
    one_id: 'text',
    good: 'bigint',
    bad: 'bigint',
    took: 'double precision',
  });
  const booked = sql`
    update agent set
      average_ms = (average_ms * (succeeded + failed) + batch.took) / (succeeded + failed + batch.good + batch.bad),
      succeeded = succeeded + batch.good, failed = failed + batch.bad, updated_at = ${now}
    from ${batch} as batch
    where agent.tenant_id = ${tx.tenantId} and agent.id = batch.one_id`.execute(tx.db);
  tx.alongside(booked);
  return outcomes.map(() => undefined);
});

/** Notes that the hosts of executors are alive. One row per host, however many agents it serves. */
export async function beat(tx: Tx, hosts: string[]): Promise<void> {
  if (hosts.length === 0) return;
  await tx.db
    .insertInto('heartbeat')
    .values(hosts.map((host) => ({ host, seen_at: now })))
    .onConflict((conflict) => conflict.column('host').doUpdateSet({ seen_at: now }))
    .execute();
}

/** Agents of all tenants whose state and heartbeat disagree: silent but not offline, or back but still offline. */
export async function selectMisjudged(
  tx: Tx,
  silentAfterMs: number,
): Promise<Array<{ id: string; tenant_id: string; name: string; status: string; alive: number }>> {
  const { rows } = await sql<{ id: string; tenant_id: string; name: string; status: string; alive: number }>`
    select agent.id, agent.tenant_id, agent.name, agent.status,
      case when heartbeat.seen_at >= cadre_now() - ${silentAfterMs} then 1 else 0 end as alive
    from agent left join heartbeat on heartbeat.host = agent.heartbeat_host
    where agent.enabled = 1 and (
      (agent.status in ('idle', 'busy', 'degraded') and coalesce(heartbeat.seen_at, agent.updated_at) < cadre_now() - ${silentAfterMs})
      or (agent.status = 'offline' and heartbeat.seen_at >= cadre_now() - ${silentAfterMs}))
    limit 500`.execute(tx.db);
  return rows;
}

/** Agents whose bootstrap check began so long ago that who made it is no more; functions are checked where they are. */
export async function selectUnchecked(
  tx: Tx,
  olderThanMs: number,
): Promise<Array<{ id: string; tenant_id: string }>> {
  return tx.db
    .selectFrom('agent')
    .select(['id', 'tenant_id'])
    .where('enabled', '=', 1)
    .where('status', 'in', ['initializing', 'validating'])
    .where('executor_kind', '<>', 'function')
    .where('updated_at', '<', sql<number>`cadre_now() - ${olderThanMs}`)
    .limit(50)
    .execute();
}

/** Agents with a remote endpoint that nobody looked at for `staleMs`: the caller looks and beats for them. */
export async function selectStaleRemotes(tx: Tx, staleMs: number, limit: number): Promise<AgentRow[]> {
  return tx.db
    .selectFrom('agent')
    .leftJoin('heartbeat', 'heartbeat.host', 'agent.heartbeat_host')
    .selectAll('agent')
    .where('agent.executor_kind', '=', 'http')
    .where('agent.enabled', '=', 1)
    .where('agent.status', 'in', ['idle', 'busy', 'degraded', 'offline'])
    .where(({ eb, or }) =>
      or([
        eb('heartbeat.seen_at', 'is', null),
        eb('heartbeat.seen_at', '<', sql<number>`cadre_now() - ${staleMs}`),
      ]),
    )
    .limit(limit)
    .execute();
}

/** Tenants that have no chief yet. */
export async function selectTenantsWithoutChief(tx: Tx): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('tenant')
    .select('id')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('agent')
            .select('agent.id')
            .whereRef('agent.tenant_id', '=', 'tenant.id')
            .where('role', '=', 'chief'),
        ),
      ),
    )
    .limit(100)
    .execute();
  return rows.map((row) => row.id);
}

/** Specs with headers whose values may not be sealed yet: of all tenants, or of one agent. */
export async function selectHeaderSpecs(
  tx: Tx,
  id?: string,
): Promise<Array<Pick<AgentRow, 'id' | 'tenant_id' | 'spec'>>> {
  let query = tx.db
    .selectFrom('agent')
    .select(['id', 'tenant_id', 'spec'])
    .where('executor_kind', '=', 'http')
    .where('spec', 'like', '%"headers":{"%')
    .where('spec', 'not like', '%"headers":{"%":"sealed:%');
  if (id !== undefined) query = query.where('id', '=', id);
  return query.execute();
}
