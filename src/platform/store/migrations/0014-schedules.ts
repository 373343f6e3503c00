import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/**
 * Schedules with each of their fires, triggers with each of theirs, and the marks of what a trigger took already. A
 * schedule fires once for a time: `schedule_fire_once` says so, whatever the code does.
 */
const STATEMENTS = [
  `create table schedule (
    id text primary key, tenant_id text not null references tenant(id), name text not null, cron text not null,
    zone text not null, catch_up text not null, catch_up_limit integer not null, overlap text not null,
    task text not null, status text not null, status_reason text, next_at bigint, last_at bigint, last_task_id text,
    fired bigint not null, missed bigint not null, last_error text, role text not null, key_id text,
    created_by text not null, created_at bigint not null, updated_at bigint not null, unique (tenant_id, name))`,
  `create index schedule_due on schedule (next_at) where status = 'active'`,
  `create table schedule_fire (
    id text primary key, tenant_id text not null references tenant(id),
    schedule_id text not null references schedule(id) on delete cascade, due_at bigint not null,
    fired_at bigint not null, by_hand integer not null, outcome text not null, reason text, task_id text)`,
  `create unique index schedule_fire_once on schedule_fire (schedule_id, due_at) where by_hand = 0`,
  `create index schedule_fire_by_schedule on schedule_fire (schedule_id, id)`,
  `create index schedule_fire_by_age on schedule_fire (fired_at)`,
  `create table task_trigger (
    id text primary key, tenant_id text not null references tenant(id), name text not null, kind text not null,
    status text not null, status_reason text, event_type text, condition text, from_txid bigint not null,
    from_seq bigint not null, secret text, task text not null, per_minute integer not null, fired bigint not null,
    refused bigint not null, last_at bigint, last_task_id text, last_error text, told_at bigint, role text not null,
    key_id text, created_by text not null, created_at bigint not null, updated_at bigint not null,
    unique (tenant_id, name))`,
  `create index task_trigger_by_kind on task_trigger (tenant_id, kind)`,
  `create table trigger_fire (
    id text primary key, tenant_id text not null references tenant(id),
    trigger_id text not null references task_trigger(id) on delete cascade, task_id text not null,
    depth integer not null, fired_at bigint not null)`,
  `create index trigger_fire_by_trigger on trigger_fire (trigger_id, fired_at)`,
  `create index trigger_fire_by_task on trigger_fire (tenant_id, task_id)`,
  `create index trigger_fire_by_age on trigger_fire (fired_at)`,
  `create table trigger_mark (
    tenant_id text not null references tenant(id),
    trigger_id text not null references task_trigger(id) on delete cascade, mark text not null, refusal text,
    keep_until bigint, primary key (trigger_id, mark))`,
  `create index trigger_mark_by_age on trigger_mark (keep_until) where keep_until is not null`,
];

const TENANT_TABLES = ['schedule', 'schedule_fire', 'task_trigger', 'trigger_fire', 'trigger_mark'];

/** Adds the tables; on PostgreSQL the second fence stands around them too. */
export function schedules(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
