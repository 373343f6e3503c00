import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/**
 * Run control: how a goal is to be worked on, its checkpoints, the turns that were paid for, acts that somebody is
 * asked about, commands that people gave, and the rules that act by themselves with what they did.
 */
const STATEMENTS = [
  `create table task_control (
    task_id text primary key references task(id), tenant_id text not null references tenant(id), model text,
    permission_mode text not null, adaptive integer not null, budget_tokens bigint, model_changed_at bigint)`,
  `create index task_control_adaptive on task_control (tenant_id, task_id) where adaptive = 1`,
  `create table checkpoint (
    id text primary key, tenant_id text not null references tenant(id), task_id text not null references task(id),
    reason text not null, state text not null, content text not null, hash text not null, size integer not null,
    created_by text not null, created_at bigint not null)`,
  `create index checkpoint_by_task on checkpoint (task_id, id)`,
  `create index checkpoint_by_age on checkpoint (created_at)`,
  `create table turn (
    run_id text not null references run(id), name text not null, tenant_id text not null references tenant(id),
    task_id text not null references task(id), root_id text not null, model text, permission_mode text not null,
    input_tokens bigint not null, output_tokens bigint not null, cost_usd double precision not null,
    created_at bigint not null, primary key (run_id, name))`,
  `create index turn_by_root on turn (root_id, created_at)`,
  `create index turn_by_task on turn (task_id)`,
  `create table asked_act (
    id text primary key, tenant_id text not null references tenant(id), run_id text not null references run(id),
    task_id text not null references task(id), root_id text not null, agent_id text, name text not null,
    effect text not null, detail text, status text not null, comment text, decided_by text,
    asked_at bigint not null, decided_at bigint, unique (run_id, name))`,
  `create index asked_act_newest on asked_act (tenant_id, status, id)`,
  `create table command (
    id text primary key, tenant_id text not null references tenant(id), task_id text not null references task(id),
    name text not null, arguments text not null, status text not null, outcome text, error text,
    duration_ms double precision not null, given_by text not null, created_at bigint not null)`,
  `create index command_by_task on command (task_id, id)`,
  `create index command_newest on command (tenant_id, id)`,
  `create table control_rule (
    id text primary key, tenant_id text not null references tenant(id), name text not null,
    priority integer not null, condition text not null, action text not null, cool_down_ms bigint not null,
    enabled integer not null, created_by text not null, created_at bigint not null, updated_at bigint not null,
    unique (tenant_id, name))`,
  `create table rule_firing (
    task_id text not null references task(id), rule text not null, tenant_id text not null references tenant(id),
    times integer not null, fired_at bigint not null, primary key (task_id, rule))`,
];

const TENANT_TABLES = [
  'task_control',
  'checkpoint',
  'turn',
  'asked_act',
  'command',
  'control_rule',
  'rule_firing',
];

/** Adds the tables; on PostgreSQL the second fence stands around them too. */
export function control(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
