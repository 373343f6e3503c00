import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/**
 * How far the follower of the event log has come with each tenant for whom somebody listens, the listeners, and the
 * tasks that came as an envelope on a topic. One text for both engines.
 */
const STATEMENTS = [
  `create table event_follower (
    tenant_id text primary key references tenant(id), txid bigint not null, seq bigint not null,
    updated_at bigint not null)`,
  `create table event_listener (
    id text primary key, tenant_id text not null references tenant(id),
    agent_id text not null references agent(id) on delete cascade, event_type text not null, name text, task_id text,
    from_txid bigint not null, from_seq bigint not null, delivered bigint not null, missed bigint not null,
    last_error text, created_by text not null, created_at bigint not null)`,
  `create index event_listener_by_tenant on event_listener (tenant_id, id)`,
  `create table task_envelope (
    task_id text primary key references task(id) on delete cascade, tenant_id text not null references tenant(id),
    sender text not null, envelope_id text not null, content_hash text not null, reply_topic text,
    answered_at bigint)`,
  `create unique index task_envelope_once on task_envelope (tenant_id, sender, envelope_id)`,
  `create index task_envelope_open on task_envelope (tenant_id) where answered_at is null`,
];

const TENANT_TABLES = ['event_follower', 'event_listener', 'task_envelope'];

/** Adds the tables of listening; on PostgreSQL the second fence stands around them too. */
export function listeners(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
