import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/**
 * Energy: what attempts took (joules, grams), and the ledger of coordination energy with what its loops learned. A
 * reading is written by who settles the attempt; the ledger takes in what is not booked yet.
 */
const STATEMENTS = [
  `create table energy_reading (
    run_id text not null references run(id), fence bigint not null, tenant_id text not null references tenant(id),
    task_id text not null references task(id), root_id text not null, agent_id text, capability text not null,
    ended integer not null, succeeded integer not null, is_first integer not null, wall_ms double precision not null,
    cpu_s double precision not null, memory_gb_s double precision not null, network_mb double precision not null,
    tokens bigint not null, cost_usd double precision not null, host_j double precision not null,
    token_j double precision not null, reported_j double precision, joules double precision,
    low_j double precision, high_j double precision, mark text not null, grid text not null,
    carbon_g double precision, booked integer not null, created_at bigint not null, primary key (run_id, fence))`,
  `create index energy_reading_open on energy_reading (tenant_id, created_at) where booked = 0`,
  `create index energy_reading_by_task on energy_reading (task_id)`,
  `create index energy_reading_by_root on energy_reading (root_id)`,
  `create index energy_reading_by_time on energy_reading (tenant_id, created_at)`,
  `create table energy_point (
    tenant_id text not null references tenant(id), number bigint not null, run_id text not null,
    fence bigint not null, task_id text not null, agent_id text, capability text not null,
    succeeded integer not null, energy double precision not null, delta double precision not null,
    terms text not null, p_fast double precision not null, drift double precision not null,
    cost_usd double precision not null, joules double precision, created_at bigint not null,
    primary key (tenant_id, number))`,
  `create table energy_balance (
    tenant_id text not null references tenant(id), scope text not null, scope_id text not null,
    balance double precision not null, attempts bigint not null, succeeded bigint not null, known bigint not null,
    known_succeeded bigint not null, joules double precision not null, carbon_g double precision not null,
    cost_usd double precision not null, alerted_at bigint, updated_at bigint not null,
    primary key (tenant_id, scope, scope_id))`,
  `create table energy_record (
    tenant_id text not null references tenant(id), agent_id text not null, capability text not null,
    attempts bigint not null, succeeded bigint not null, known bigint not null, joules double precision not null,
    cost_usd double precision not null, wall_ms double precision not null, memory_gb_s double precision not null,
    primary key (tenant_id, agent_id, capability))`,
  `create index energy_record_by_capability on energy_record (tenant_id, capability)`,
  `create table energy_group (
    tenant_id text not null references tenant(id), members text not null, size integer not null,
    together bigint not null, succeeded bigint not null, primary key (tenant_id, members))`,
  `create table energy_state (
    tenant_id text primary key references tenant(id), settings text not null, learned text not null,
    points bigint not null, energy double precision not null, updated_at bigint not null)`,
  `create table energy_change (
    id text primary key, tenant_id text not null references tenant(id), changed_by text not null,
    before text not null, after text not null, refused integer not null, because text not null,
    created_at bigint not null)`,
  `create index energy_change_newest on energy_change (tenant_id, id)`,
];

const TENANT_TABLES = [
  'energy_reading',
  'energy_point',
  'energy_balance',
  'energy_record',
  'energy_group',
  'energy_state',
  'energy_change',
];

/** Adds the tables; on PostgreSQL the second fence stands around them too. */
export function energy(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
