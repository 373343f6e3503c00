import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/** Workflows in versions, what became of each step of a plan, what plans wait for, and approvals. */
const STATEMENTS = [
  `create table workflow (
    id text primary key, tenant_id text not null references tenant(id), name text not null, status text not null,
    published integer, latest integer not null, tags text not null, created_by text not null,
    created_at bigint not null, updated_at bigint not null, unique (tenant_id, name))`,
  `create table workflow_version (
    tenant_id text not null references tenant(id),
    workflow_id text not null references workflow(id) on delete cascade, version integer not null,
    status text not null, text text not null, definition text not null, hash text not null, reason text,
    created_by text not null, created_at bigint not null, published_at bigint, evidence text, verdict text,
    primary key (workflow_id, version))`,
  `alter table task add column workflow_id text`,
  `alter table task add column workflow_version integer`,
  `create index task_in_flight on task (workflow_id, id) where workflow_id is not null and completed_at is null`,
  `create table plan_node (
    tenant_id text not null references tenant(id), task_id text not null references task(id), path text not null,
    block text not null, kind text not null, status text not null, output text, error text, child_id text,
    data text not null, seq integer not null, started_at bigint not null, ended_at bigint,
    primary key (task_id, path))`,
  `create index plan_node_by_block on plan_node (task_id, block)`,
  `create index plan_node_by_child on plan_node (child_id) where child_id is not null`,
  `create table plan_wait (
    tenant_id text not null references tenant(id), task_id text not null references task(id), path text not null,
    block text not null, kind text not null, name text, condition text, until_at bigint, timeout_ms bigint,
    outcome text, from_txid bigint, from_seq bigint, created_at bigint not null, primary key (task_id, path))`,
  `create index plan_wait_for on plan_wait (tenant_id, kind, name) where outcome is null`,
  `create table approval (
    id text primary key, tenant_id text not null references tenant(id), task_id text not null references task(id),
    path text not null, block text not null, ask text not null, input text not null, input_hash text not null, status text not null,
    requested_by text not null, approvers text not null, allow_requester integer not null, deadline bigint not null,
    escalation text, escalated_at bigint, decided_by text, decided_by_name text, comment text,
    created_at bigint not null, decided_at bigint, used_by text, unique (task_id, path))`,
  `create index approval_open on approval (tenant_id, status, id)`,
  `create index approval_by_deadline on approval (deadline) where status = 'pending'`,
  // Who stands behind a session: an approver must be somebody else than the one who asked.
  `alter table sign_in_link add column person text`,
  `alter table session add column person text`,
];

const TENANT_TABLES = ['workflow', 'workflow_version', 'plan_node', 'plan_wait', 'approval'];

/** Adds the tables; on PostgreSQL the second fence stands around them too. */
export function plans(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
