import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/** Agents that work on one thing together with what each contributed, and searches for good parameters. */
const STATEMENTS = [
  `create table collaboration (
    id text primary key, tenant_id text not null references tenant(id), kind text not null, mode text not null,
    goal text, type text, params text not null, from_id text, team_id text, rounds integer not null,
    timeout_ms bigint not null, status text not null, ended_because text, completeness text, reason text,
    turn integer not null, left_out bigint not null, started_by text not null, created_at bigint not null,
    ended_at bigint)`,
  `create index collaboration_newest on collaboration (tenant_id, id)`,
  `create table collaboration_member (
    tenant_id text not null references tenant(id),
    collaboration_id text not null references collaboration(id) on delete cascade, agent_id text not null,
    name text not null, place integer not null, primary key (collaboration_id, agent_id))`,
  `create table contribution (
    tenant_id text not null references tenant(id),
    collaboration_id text not null references collaboration(id) on delete cascade, turn integer not null,
    place integer not null, agent_id text not null, name text not null, message_id text, status text not null,
    data text, error text, ms bigint, created_at bigint not null,
    primary key (collaboration_id, turn, place))`,
  `create table optimization (
    id text primary key, tenant_id text not null references tenant(id), run_id text not null, type text not null,
    space text not null, params text not null, criteria text, method text not null, samples integer not null,
    seed bigint not null, eta integer not null, budget_min double precision, budget_max double precision,
    parallel integer not null, timeout_ms bigint not null, from_id text, evaluators text not null,
    planned integer not null, status text not null, ended_because text, reason text, deadline bigint,
    answers text, started_by text not null, created_at bigint not null, ended_at bigint)`,
  `create index optimization_newest on optimization (tenant_id, id)`,
  `create index optimization_by_run on optimization (run_id)`,
  `create table evaluation (
    tenant_id text not null references tenant(id),
    optimization_id text not null references optimization(id) on delete cascade, place integer not null,
    rung integer not null, params text not null, budget double precision, agent_id text not null,
    name text not null, message_id text, status text not null, metrics text, score double precision, ms bigint,
    error text, created_at bigint not null, primary key (optimization_id, place))`,
];

const TENANT_TABLES = ['collaboration', 'collaboration_member', 'contribution', 'optimization', 'evaluation'];

/** Adds the tables; on PostgreSQL the second fence stands around them too. */
export function collaborations(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
