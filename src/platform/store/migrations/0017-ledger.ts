import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/**
 * The ledger: what each call took, budgets with one account for each of their periods, what calls under way hold, and
 * estimates of tasks. Money in billionths of a US dollar, energy in thousandths of a joule: whole numbers add up
 * exactly, in whatever order.
 */
const STATEMENTS = [
  `create table usage (
    id text primary key, tenant_id text not null references tenant(id), root_id text not null, task_id text not null,
    agent_id text, team_id text, run_id text not null, turn text not null, purpose text not null, model text,
    provider text, input_tokens bigint not null, cached_input_tokens bigint not null,
    cache_write_tokens bigint not null, output_tokens bigint not null, reasoning_tokens bigint not null,
    source text not null, cost_nano bigint, energy_mj bigint not null, energy_low_mj bigint not null,
    energy_high_mj bigint not null, duration_ms bigint not null, first_part_ms bigint, at bigint not null)`,
  `create index usage_newest on usage (tenant_id, id)`,
  `create index usage_by_age on usage (tenant_id, at)`,
  `create index usage_by_task on usage (task_id)`,
  `create index usage_by_root on usage (root_id)`,
  `create index usage_by_agent on usage (agent_id, at)`,
  `create table budget (
    id text primary key, tenant_id text not null references tenant(id), name text not null, scope text not null,
    scope_id text not null, period text not null, limit_cost_nano bigint, limit_tokens bigint, limit_energy_mj bigint,
    at_limit text not null, created_by text not null, created_at bigint not null, updated_at bigint not null,
    removed_at bigint)`,
  `create unique index budget_name on budget (tenant_id, name) where removed_at is null`,
  `create index budget_by_scope on budget (tenant_id, scope, scope_id) where removed_at is null`,
  `create table account (
    budget_id text not null references budget(id), period_start text not null,
    tenant_id text not null references tenant(id), reserved_cost_nano bigint not null, reserved_tokens bigint not null,
    reserved_energy_mj bigint not null, spent_cost_nano bigint not null, spent_tokens bigint not null,
    spent_energy_mj bigint not null, warned integer not null, reached integer not null,
    primary key (budget_id, period_start))`,
  `create table reservation (
    id text primary key, tenant_id text not null references tenant(id), root_id text not null, task_id text not null,
    agent_id text, team_id text, run_id text not null, turn text not null, purpose text not null, model text not null,
    input_tokens bigint not null, output_tokens bigint not null, cost_nano bigint, energy_mj bigint not null,
    accounts text not null, at bigint not null)`,
  `create index reservation_by_turn on reservation (run_id, turn)`,
  `create table estimate (
    task_id text primary key references task(id), tenant_id text not null references tenant(id), kind text not null,
    cost_nano bigint, cost_high_nano bigint, tokens bigint, tokens_high bigint, energy_mj bigint,
    energy_low_mj bigint, energy_high_mj bigint,
    duration_ms bigint, duration_high_ms bigint, reckoned text not null, at bigint not null,
    real_cost_nano bigint, real_tokens bigint, real_energy_mj bigint, real_duration_ms bigint, completed integer,
    ended_at bigint)`,
  `create index estimate_by_end on estimate (tenant_id, ended_at)`,
  `create index estimate_by_kind on estimate (tenant_id, kind, ended_at) where completed = 1`,
  `create index estimate_open on estimate (task_id) where ended_at is null`,
];

const TENANT_TABLES = ['usage', 'budget', 'account', 'reservation', 'estimate'];

/** Adds the tables; on PostgreSQL the second fence stands around them too. */
export function ledger(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
