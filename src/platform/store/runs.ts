import { type RawBuilder, sql } from 'kysely';
import { fixed } from './fixed.ts';
import { now } from './now.ts';
import type { RunRow, StepRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

/**
 * The statements of the engine. A run goes
 *
 *   pending -> running (claim: lease, fence + 1) -> completed | failed | dead | terminated
 *      ^          |-> waiting (a row with a condition)  -> pending
 *      |          |-> paused (by a person)              -> pending
 *      +----------+   lease ended without a settle: the worker died
 *
 * Every write of an attempt names its fence; one with an older fence changes nothing.
 * Time is `cadre_now()`, the database's clock, and nothing else.
 */
/** Far enough away to mean "until something happens". */
const NEVER = 9_000_000_000_000_000;

export type NewRunRow = Pick<
  RunRow,
  | 'id'
  | 'tenant_id'
  | 'kind'
  | 'task_id'
  | 'agent_id'
  | 'payload'
  | 'priority'
  | 'max_attempts'
  | 'agent_limit'
  | 'timeout_ms'
> & { delay_ms: number };

/** Adds pending runs. */
export async function insertRuns(tx: Tx, rows: NewRunRow[]): Promise<void> {
  if (rows.length === 0) return;
  const batch = tx.differ.rowsOf(JSON.stringify(rows), {
    id: 'text',
    tenant_id: 'text',
    kind: 'text',
    task_id: 'text',
    agent_id: 'text',
    payload: 'text',
    priority: 'bigint',
    max_attempts: 'bigint',
    agent_limit: 'bigint',
    timeout_ms: 'bigint',
    delay_ms: 'bigint',
  });
  const inserted = sql`
    insert into run (id, tenant_id, kind, task_id, agent_id, payload, state, priority, due_at, max_attempts,
      agent_limit, timeout_ms, created_at, updated_at)
    select id, tenant_id, kind, task_id, agent_id, payload, 'pending', priority, cadre_now() + delay_ms, max_attempts,
      agent_limit, timeout_ms, cadre_now(), cadre_now()
    from ${batch} as batch where true`.execute(tx.db);
  tx.alongside(inserted);
}

export interface TenantDemand {
  id: string;
  weight: number;
  /** How many more runs the tenant may have running. */
  room: number;
  running: number;
}

/** Tenants with due work and room for it. Workers of all machines take turns from here to the commit. */
export async function selectDemand(tx: Tx): Promise<TenantDemand[]> {
  const turn = tx.differ.claimTurnOnly();
  if (turn) await turn.execute(tx.db);
  const { rows } = await sql<TenantDemand>`
    select * from (
      select t.id, t.weight,
        (select count(*) from run b where b.tenant_id = t.id and b.state = 'running') as running,
        t.max_running - (select count(*) from run b where b.tenant_id = t.id and b.state = 'running') as room
      from tenant t
      where exists (select 1 from run r where r.tenant_id = t.id and r.state = 'pending'
        and r.due_at <= (select cadre_now()))
    ) as demand where room > 0`.execute(tx.db);
  return rows.map((row) => ({ ...row, running: Number(row.running), room: Number(row.room) }));
}

/**
 * The best due runs of a tenant, best first: by priority, then age. Of runs that share a limited agent only the
 * first of each agent with a free place is a candidate, found by hopping over agents, not over their queues.
 */
function candidates(
  tenantId: RawBuilder<unknown>,
  kinds: string[],
  limit: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    with recursive due_agent(agent_id) as (
      select min(agent_id) from run where tenant_id = ${tenantId} and state = 'pending' and agent_limit > 0
      union all
      select (select min(r.agent_id) from run r where r.tenant_id = ${tenantId} and r.state = 'pending'
        and r.agent_limit > 0 and r.agent_id > due_agent.agent_id)
      from due_agent where due_agent.agent_id is not null
    ),
    limited as (
      select r.id, r.priority, r.due_at from due_agent join run r on r.id = (
        select x.id from run x where x.tenant_id = ${tenantId} and x.state = 'pending' and x.agent_limit > 0
          and x.agent_id = due_agent.agent_id and x.due_at <= (select cadre_now())
          and x.kind in (${sql.join(kinds)})
        order by x.priority desc, x.due_at, x.id limit 1)
      where r.agent_limit > (select count(*) from run b where b.agent_id = r.agent_id and b.state = 'running')
        + (select count(*) from run w where w.agent_id = r.agent_id and w.state = 'waiting')
    ),
    free as (
      select id, priority, due_at from run where tenant_id = ${tenantId} and state = 'pending' and agent_limit = 0
        and due_at <= (select cadre_now()) and kind in (${sql.join(kinds)})
      order by priority desc, due_at, id limit ${limit}
    )
    select id from (select * from limited union all select * from free) as candidate
    order by priority desc, due_at, id limit ${limit}`;
}

/** Ids of the best due runs of a tenant. */
export async function selectCandidates(
  tx: Tx,
  tenantId: string,
  kinds: string[],
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`${candidates(sql`${tenantId}`, kinds, sql`${limit}`)}`.execute(
    tx.db,
  );
  return rows.map((row) => row.id);
}

/**
 * Takes the turn of claiming within a transaction that is under way, if it is free; a wait could be for one who waits
 * for this transaction. On PostgreSQL what follows in it is seen across tenants. Undefined: one writer, always its turn.
 */
export async function tryClaimTurn(tx: Tx): Promise<boolean | undefined> {
  const turn = tx.differ.tryClaimTurn();
  if (!turn) return undefined;
  const { rows } = await turn.execute(tx.db);
  return rows[0]?.is_mine === true;
}

/** The tenant whose runs are all that is pending; null where nothing is, or several tenants have some. */
const firstPending = sql`(select min(tenant_id) from run where state = 'pending')`;
const lastPending = sql`(select max(tenant_id) from run where state = 'pending')`;
/** Looked for once in a statement that asks for it in many places. */
const soleTenant = sql`
  sole as materialized (select case when first = last then last end as tenant_id
    from (select ${firstPending} as first, ${lastPending} as last) as pending)`;
const onlyTenant = sql`(select tenant_id from sole)`;

/** Whose runs are pending: of none, one or several tenants. */
export async function selectPendingTenants(tx: Tx): Promise<'none' | 'one' | 'several'> {
  const { rows } = await sql<{ first: string | null; last: string | null }>`
    select ${firstPending} as first, ${lastPending} as last`.execute(tx.db);
  const { first, last } = rows[0] ?? { first: null, last: null };
  if (first === null) return 'none';
  return first === last ? 'one' : 'several';
}

/**
 * Claims in one statement while the runs of one tenant are all that is pending: nobody to be fair to. Changes nothing
 * where others have some; then `selectDemand`, `selectCandidates` and `claimRuns` do it. `among`: only of these, with
 * the turn in hand (`tryClaimTurn`).
 */
export async function claimForOnlyTenant(
  tx: Tx,
  options: { kinds: string[]; slots: number; owner: string; leaseTtlMs: number; among?: string[] },
): Promise<RunRow[]> {
  const { among } = options;
  const turn = among ? undefined : tx.differ.claimTurnOnly();
  if (turn) await turn.execute(tx.db);
  const chosen = among
    ? sql`and id in (select id from ${tx.differ.rowsOf(JSON.stringify(among.map((id) => ({ id }))), { id: 'text' })} as batch)`
    : sql``;
  const room = sql`coalesce((select ${tx.differ.atMost()}(${options.slots}, max_running
    - (select count(*) from run b where b.tenant_id = tenant.id and b.state = 'running'))
    from tenant where id = ${onlyTenant}), 0)`;
  const { rows } = await sql<RunRow>`
    with ${soleTenant}
    update run set state = 'running', lease_owner = ${options.owner},
      lease_until = cadre_now() + ${options.leaseTtlMs}, fence = fence + 1, attempts = attempts + 1,
      updated_at = cadre_now()
    where state = 'pending' and id in (${candidates(onlyTenant, options.kinds, room)}) ${chosen}
    returning *`.execute(tx.db);
  return rows;
}

/** Takes the chosen runs: lease, owner, fence + 1, and one attempt is used. */
export async function claimRuns(tx: Tx, ids: string[], owner: string, leaseTtlMs: number): Promise<RunRow[]> {
  if (ids.length === 0) return [];
  return tx.db
    .updateTable('run')
    .set({
      state: 'running',
      lease_owner: owner,
      lease_until: sql<number>`cadre_now() + ${leaseTtlMs}`,
      fence: sql<number>`fence + 1`,
      attempts: sql<number>`attempts + 1`,
      updated_at: now,
    })
    .where('id', 'in', ids)
    .where('state', '=', 'pending')
    .returningAll()
    .execute();
}

export interface LeaseState {
  id: string;
  fence: number;
  control: string | null;
}

/** Prolongs leases in one batch and tells what is asked of each run. A lease that is missing in the answer is lost. */
export async function renewLeases(
  tx: Tx,
  leases: Array<{ id: string; fence: number }>,
  owner: string,
  leaseTtlMs: number,
): Promise<LeaseState[]> {
  const batch = tx.differ.rowsOf(JSON.stringify(leases), { id: 'text', fence: 'bigint' });
  const { rows } = await sql<LeaseState>`
    with ${heldInOrder(tx, leases)}
    update run set lease_until = cadre_now() + ${leaseTtlMs}
    from ${batch} as batch, held
    where run.id = held.id and run.id = batch.id and run.fence = batch.fence and run.state = 'running' and run.lease_owner = ${owner}
    returning run.id as id, run.fence as fence, run.control as control`.execute(tx.db);
  return rows;
}

export interface NewStep {
  run_id: string;
  name: string;
  fence: number;
  result: string | null;
}

/**
 * Stores step results of many runs in one statement. A step that is missing in the answer was fenced off. `state`: the
 * runs are under way, or this transaction has just completed them.
 */
export async function insertSteps(
  tx: Tx,
  steps: NewStep[],
  state: 'running' | 'completed' = 'running',
): Promise<Array<{ run_id: string; name: string }>> {
  const batch = tx.differ.rowsOf(JSON.stringify(steps), {
    run_id: 'text',
    name: 'text',
    fence: 'bigint',
    result: 'text',
  });
  const { rows } = await sql<{ run_id: string; name: string }>`
    insert into step (run_id, name, tenant_id, fence, result, created_at)
    select batch.run_id, batch.name, run.tenant_id, run.fence, batch.result, cadre_now()
    from ${batch} as batch
    join run on run.id = batch.run_id and run.fence = batch.fence and run.state = ${state}
    where true order by run.id ${tx.differ.lockShared('run')}
    on conflict (run_id, name) do nothing
    returning run_id, name`.execute(tx.db);
  return rows;
}

/** The stored steps of a run. */
export async function selectSteps(tx: Tx, runId: string): Promise<StepRow[]> {
  return tx.db.selectFrom('step').selectAll().where('run_id', '=', runId).orderBy('created_at').execute();
}

/** The runs that their attempts still own and nobody ended; holds the rows until the commit. */
function held(tx: Tx, leases: ReadonlyArray<{ id: string; fence: number }>): RawBuilder<unknown> {
  const batch = tx.differ.rowsOf(JSON.stringify(leases), { id: 'text', fence: 'bigint' });
  return sql`
    select run.id as id from run join ${batch} as batch on run.id = batch.id and run.fence = batch.fence
    where run.state = 'running' and (run.control is null or run.control = 'pause')
    order by run.id ${tx.differ.lockForUpdate()} ${tx.differ.hasRowLocks ? sql`of run` : sql``}`;
}

/** Holds a run; false when its attempt no longer owns it. */
export async function holdRun(tx: Tx, id: string, fence: number): Promise<boolean> {
  return (await held(tx, [{ id, fence }]).execute(tx.db)).rows.length === 1;
}

/** Has the transaction fail unless all of these own their runs; for `alongside`. @throws what `isNotSo` knows */
export async function insistOnRuns(
  tx: Tx,
  leases: ReadonlyArray<{ id: string; fence: number }>,
): Promise<void> {
  await sql`select cadre_insist((select count(*) from (${held(tx, leases)}) as held) = ${leases.length})`.execute(
    tx.db,
  );
}

export interface EndOfRun {
  run_id: string;
  fence: number;
  result: string | null;
}

/**
 * Runs as a table `held`, locked in the order of their ids: two statements that change many runs at the same time
 * (renewed leases, completed runs) wait for one another, never both at once.
 */
function heldInOrder(tx: Tx, runs: ReadonlyArray<{ id: string }>): RawBuilder<unknown> {
  const ids = tx.differ.rowsOf(JSON.stringify(runs.map(({ id }) => ({ held_id: id }))), { held_id: 'text' });
  return sql`held as (select id from run where id in (select held_id from ${ids} as ids) order by id
    ${tx.differ.lockForUpdate()})`;
}

/** Completes many runs at once. A run that is missing in the answer was fenced off or has a control to obey. */
export async function completeRuns(tx: Tx, ends: EndOfRun[]): Promise<string[]> {
  const batch = tx.differ.rowsOf(JSON.stringify(ends), { run_id: 'text', fence: 'bigint', result: 'text' });
  const runs = ends.map((end) => ({ id: end.run_id }));
  const { rows } = await sql<{ id: string }>`
    with ${heldInOrder(tx, runs)}
    update run set state = 'completed', result = batch.result, lease_owner = null, lease_until = null,
      updated_at = cadre_now()
    from ${batch} as batch, held
    where run.id = held.id and run.id = batch.run_id and run.fence = batch.fence and run.state = 'running' and run.control is null
    returning run.id as id`.execute(tx.db);
  return rows.map((row) => row.id);
}

/** Where an attempt leaves its run when it does not complete it. */
export interface Release {
  state: 'pending' | 'waiting' | 'paused' | 'terminated' | 'failed' | 'dead';
  stateBefore?: 'pending';
  /** Until when it rests; null: until something happens. */
  delayMs: number | null;
  /** Gives the attempt back: it did not fail. */
  refund: boolean;
  wait?: string | null;
  error?: string | null;
}

/**
 * Lets go of a run, if the attempt still owns it. One that would go on rests or ends instead, when that was asked of it
 * meanwhile; what was asked and taken back is forgotten.
 */
export async function releaseRun(tx: Tx, runId: string, fence: number, release: Release): Promise<boolean> {
  const { state, stateBefore } = release;
  const goesOn = state === 'pending' || state === 'waiting';
  const result = await tx.db
    .updateTable('run')
    .set({
      state: goesOn
        ? sql<string>`case control when 'pause' then 'paused' when 'terminate' then 'terminated' else ${state} end`
        : state,
      state_before: goesOn ? sql<string>`case control when 'pause' then ${state} end` : (stateBefore ?? null),
      control: null,
      due_at: release.delayMs === null ? NEVER : sql<number>`cadre_now() + ${release.delayMs}`,
      lease_owner: null,
      lease_until: null,
      wait: release.wait ?? null,
      ...(release.error !== undefined && { error: release.error }),
      ...(release.refund && { attempts: sql<number>`attempts - 1` }),
      updated_at: now,
    })
    .where('id', '=', runId)
    .where('fence', '=', fence)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function selectRun(tx: Tx, runId: string): Promise<RunRow | undefined> {
  return tx.db.selectFrom('run').selectAll().where('id', '=', runId).executeTakeFirst();
}

/** Runs whose worker is gone, with whether the last attempt stored a step. Holds the rows. */
export async function selectExpired(
  tx: Tx,
  limit: number,
  owner?: string,
): Promise<Array<RunRow & { progress: number }>> {
  const turn = tx.differ.claimTurn();
  if (turn) await turn.execute(tx.db);
  let query = tx.db
    .selectFrom('run')
    .selectAll()
    .select(
      sql<number>`(select count(*) from step where step.run_id = run.id and step.fence = run.fence)`.as(
        'progress',
      ),
    )
    .where('state', '=', fixed('running'))
    .orderBy('id') // as others hold runs: they wait for one another, never both at once
    .limit(limit);
  query =
    owner === undefined ? query.where('lease_until', '<', now) : query.where('lease_owner', '<>', owner);
  return query.execute();
}

/** Gives dead or failed runs of a task another set of attempts. History (fence, steps, events) stays. */
export async function reviveRuns(tx: TenantTx, taskId: string): Promise<number> {
  const revived = await tx.db
    .updateTable('run')
    .set({ state: 'pending', attempts: 0, error: null, control: null, due_at: now, updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('state', 'in', ['dead', 'failed', 'terminated'])
    .executeTakeFirst();
  return Number(revived.numUpdatedRows);
}

/** Hands the open runs of a task to another agent. A running one is aborted by its control. */
export async function moveRuns(
  tx: TenantTx,
  taskId: string,
  agentId: string,
  agentLimit: number,
): Promise<void> {
  await tx.db
    .updateTable('run')
    .set({ agent_id: agentId, agent_limit: agentLimit, updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('state', 'in', ['pending', 'running', 'waiting', 'paused'])
    .execute();
  // What was put off for the old agent, or waits for it, need not wait for the new one.
  await tx.db
    .updateTable('run')
    .set({ state: 'pending', wait: null, due_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('state', 'in', ['pending', 'waiting'])
    .execute();
}

/** Makes the pending runs of an agent due now. */
export async function recallRuns(tx: TenantTx, agentId: string): Promise<void> {
  await tx.db
    .updateTable('run')
    .set({ due_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('agent_id', '=', agentId)
    .where('state', '=', 'pending')
    .where('due_at', '>', now)
    .execute();
}

/** The runs of a task, oldest first: its history for people. */
export async function selectRunsOfTask(tx: TenantTx, taskId: string): Promise<RunRow[]> {
  return tx.db
    .selectFrom('run')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .orderBy('id')
    .limit(100)
    .execute();
}

/** Runs that were given up, newest first. */
export async function selectDeadRuns(
  tx: TenantTx,
  before: string | undefined,
  limit: number,
): Promise<RunRow[]> {
  let query = tx.db
    .selectFrom('run')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('state', '=', fixed('dead'))
    .orderBy('id', 'desc')
    .limit(limit);
  if (before) query = query.where('id', '<', before);
  return query.execute();
}

/** The smallest number of runs that any tenant may have running. */
export async function selectLeastMaxRunning(tx: Tx): Promise<number> {
  const row = await tx.db
    .selectFrom('tenant')
    .select(({ fn }) => fn.min('max_running').as('least'))
    .executeTakeFirst();
  return Number(row?.least ?? Number.POSITIVE_INFINITY);
}
