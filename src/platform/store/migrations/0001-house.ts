import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';

/**
 * The first tables. One text serves both engines: SQLite reads PostgreSQL's type names by affinity. What differs
 * is the event's sequence, the clock function and row-level security.
 */
const TABLES = [
  `create table tenant (
    id text primary key, name text not null unique, weight integer not null default 1,
    max_running integer not null default 1000, created_at bigint not null)`,
  `create table access_key (
    id text primary key, tenant_id text not null references tenant(id), name text not null, role text not null,
    secret_hash text not null, created_at bigint not null, expires_at bigint, last_used_at bigint, revoked_at bigint)`,
  `create index access_key_by_tenant on access_key (tenant_id, id)`,
  `create table session (
    token_hash text primary key, tenant_id text not null references tenant(id), role text not null,
    created_at bigint not null, last_seen_at bigint not null, expires_at bigint not null)`,
  `create table sign_in_link (
    token_hash text primary key, tenant_id text not null references tenant(id), role text not null,
    created_at bigint not null, expires_at bigint not null, used_at bigint)`,
  `create table idempotency (
    tenant_id text not null references tenant(id), key text not null, operation text not null,
    request_hash text not null, status integer, response text, created_at bigint not null,
    primary key (tenant_id, key))`,
  `create table agent (
    id text primary key, tenant_id text not null references tenant(id), name text not null, role text not null,
    status text not null, status_reason text, enabled integer not null, spec text not null,
    spec_version integer not null, executor_kind text not null, heartbeat_host text not null,
    max_concurrent integer not null, succeeded integer not null default 0, failed integer not null default 0,
    average_ms double precision not null default 0, validation text, created_at bigint not null,
    updated_at bigint not null, unique (tenant_id, name))`,
  `create table agent_capability (
    tenant_id text not null references tenant(id), agent_id text not null references agent(id) on delete cascade,
    capability text not null, confidence double precision not null, primary key (tenant_id, capability, agent_id))`,
  `create index agent_capability_by_agent on agent_capability (agent_id)`,
  `create table heartbeat (host text primary key, seen_at bigint not null)`,
  `create table task (
    id text primary key, tenant_id text not null references tenant(id), parent_id text references task(id),
    root_id text not null, depth integer not null, step_name text, goal text not null, type text not null,
    capability text, status text not null check (status in
      ('pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'terminated')),
    status_before text, priority integer not null check (priority between 0 and 100), input text not null,
    files text not null, agent_id text, assignment text, plan text,
    open_dependencies integer not null default 0, open_subtasks integer not null default 0,
    optional integer not null default 0, result text, score double precision, stop_reason text,
    stop_sentence text, error text, deadline bigint, timeout_ms bigint, created_by text not null,
    created_at bigint not null, started_at bigint, completed_at bigint, idempotency_key text)`,
  `create unique index task_by_idempotency_key on task (tenant_id, idempotency_key)
    where idempotency_key is not null`,
  `create table task_dependency (
    tenant_id text not null references tenant(id), task_id text not null references task(id),
    needs_id text not null references task(id), primary key (task_id, needs_id))`,
  `create index task_dependency_by_need on task_dependency (needs_id)`,
  `create index task_by_tenant on task (tenant_id, id)`,
  `create index task_by_parent on task (parent_id)`,
  `create index task_by_root on task (root_id)`,
  `create index task_open_by_agent on task (agent_id, status) where status in ('pending', 'running')`,
  `create index task_by_deadline on task (deadline) where deadline is not null and completed_at is null`,
  `create table run (
    id text primary key, tenant_id text not null references tenant(id), kind text not null, task_id text,
    agent_id text, payload text not null, state text not null check (state in
      ('pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'terminated', 'dead')),
    state_before text, control text, priority integer not null, due_at bigint not null,
    attempts integer not null default 0, max_attempts integer not null default 3,
    agent_limit integer not null default 0, lease_owner text, lease_until bigint, fence integer not null default 0,
    timeout_ms bigint not null default 0, wait text, result text, error text, created_at bigint not null,
    updated_at bigint not null)`,
  `create index run_due on run (tenant_id, priority desc, due_at, id) where state = 'pending' and agent_limit = 0`,
  `create index run_due_by_agent on run (tenant_id, agent_id, priority desc, due_at, id)
    where state = 'pending' and agent_limit > 0`,
  `create index run_pending on run (tenant_id, due_at) where state = 'pending'`,
  `create index run_leased on run (lease_until) where state = 'running'`,
  `create index run_busy_agent on run (agent_id) where state = 'running' and agent_id is not null`,
  `create index run_busy_tenant on run (tenant_id) where state = 'running'`,
  `create index run_timed on run (due_at) where state = 'waiting'`,
  `create index run_by_task on run (task_id)`,
  `create table step (
    run_id text not null references run(id) on delete cascade, name text not null, tenant_id text not null,
    fence integer not null, result text, created_at bigint not null, primary key (run_id, name))`,
  `create table message (
    id text primary key, tenant_id text not null references tenant(id), conversation_id text not null,
    correlation_id text not null, sender_id text not null, recipient_id text not null, type text not null,
    priority integer not null, status text not null check (status in
      ('pending', 'sent', 'delivered', 'acknowledged', 'failed', 'expired', 'dead')),
    subject text not null, payload text not null, task_id text, retry_count integer not null default 0, error text,
    created_at bigint not null, expires_at bigint, delivered_at bigint, acknowledged_at bigint)`,
  `create index message_by_recipient on message (tenant_id, recipient_id, id)`,
  `create index message_by_task on message (task_id)`,
  `create table file (
    id text primary key, tenant_id text not null references tenant(id), name text not null,
    media_type text not null, bytes bigint not null, sha256 text not null, status text not null, error text,
    created_at bigint not null)`,
  `create index file_by_tenant on file (tenant_id, id)`,
  `create table blob_chunk (
    tenant_id text not null references tenant(id), file_id text not null references file(id) on delete cascade,
    number integer not null, bytes bytea not null, primary key (file_id, number))`,
  `create table extraction (
    tenant_id text not null references tenant(id), file_id text not null references file(id) on delete cascade,
    stage text not null, version text not null, data text not null, created_at bigint not null,
    primary key (file_id, stage))`,
];

const EVENT = {
  sqlite: `create table event (
    seq integer primary key autoincrement, txid integer not null default 0, tenant_id text not null,
    at bigint not null, type text not null, task_id text, root_id text, agent_id text, run_id text,
    data text not null)`,
  postgres: `create table event (
    seq bigint generated always as identity primary key,
    txid bigint not null default (pg_current_xact_id()::text::bigint),
    tenant_id text not null, at bigint not null, type text not null, task_id text, root_id text, agent_id text,
    run_id text, data text not null)`,
};

const EVENT_INDEXES = [
  'create index event_in_order on event (txid, seq)',
  'create index event_by_tenant on event (tenant_id, txid, seq)',
  'create index event_by_root on event (root_id, txid, seq) where root_id is not null',
];

/** `cadre_now()` is the one clock of leases and due times; a test moves it with `cadre.clock_offset_ms`. */
const POSTGRES_CLOCK = `create or replace function cadre_now() returns bigint language sql volatile as $$
  select (extract(epoch from clock_timestamp()) * 1000)::bigint
    + coalesce(nullif(current_setting('cadre.clock_offset_ms', true), ''), '0')::bigint $$`;

const TENANT_TABLES = [
  'access_key',
  'idempotency',
  'agent',
  'agent_capability',
  'task',
  'task_dependency',
  'run',
  'step',
  'event',
  'message',
  'file',
  'blob_chunk',
  'extraction',
];

/** Row-level security as the second fence: the role `cadre_tenant` sees only rows of the tenant it is set to. */
async function fence(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `do $$ begin create role cadre_tenant nologin; exception when duplicate_object or unique_violation then null; end $$;
       do $$ begin execute format('grant cadre_tenant to %I', current_user); exception when others then null; end $$;
       do $$ begin execute format('grant usage on schema %I to cadre_tenant', current_schema()); end $$;
       grant select, insert, update, delete on all tables in schema public to cadre_tenant;
       revoke all on session, sign_in_link from cadre_tenant;
       grant usage on all sequences in schema public to cadre_tenant`,
    )
    .execute(db);
  for (const table of TENANT_TABLES) {
    await sql
      .raw(
        `alter table ${table} enable row level security;
         create policy tenant_only on ${table} to cadre_tenant
           using (tenant_id = current_setting('cadre.tenant', true))
           with check (tenant_id = current_setting('cadre.tenant', true))`,
      )
      .execute(db);
  }
  await sql
    .raw(
      `alter table tenant enable row level security;
       create policy tenant_itself on tenant to cadre_tenant using (id = current_setting('cadre.tenant', true))`,
    )
    .execute(db);
}

/** Makes the tables on an empty database. */
export function house(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      if (dialect === 'postgres') await sql.raw(POSTGRES_CLOCK).execute(db);
      for (const statement of [...TABLES, EVENT[dialect], ...EVENT_INDEXES])
        await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fence(db);
    },
  };
}
