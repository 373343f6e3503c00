import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/**
 * Collective solving: questions with the board on which every answer stands, the record of each agent by type of
 * task, and the trails of sets of agents that solved together. One text for both engines.
 */
const STATEMENTS = [
  `create table solution (
    id text primary key, tenant_id text not null references tenant(id), team_id text, question text not null,
    options text, input text not null, type text not null, capability text, method text not null,
    threshold double precision not null, floor double precision not null, shows_board integer not null,
    measures integer not null, timeout_ms bigint not null, status text not null, reason text, answer text,
    posterior text, margin double precision, truth text, correct integer, truth_source text, judged_by text,
    judged_at bigint, opened_by text not null, created_at bigint not null, closed_at bigint)`,
  `create index solution_judged on solution (tenant_id, type, id) where correct is not null`,
  `create table board_entry (
    tenant_id text not null references tenant(id), solution_id text not null references solution(id) on delete cascade,
    agent_id text not null, place integer not null, expected double precision not null, mark double precision not null,
    status text not null, counts integer not null, saw integer not null, follows integer not null, answer text, confidence double precision,
    evidence text, cost_usd double precision not null, ms bigint, message_id text, error text, correct integer,
    asked_at bigint, answered_at bigint, primary key (solution_id, agent_id))`,
  `create table solver_record (
    tenant_id text not null references tenant(id), type text not null, agent_id text not null,
    succeeded bigint not null, failed bigint not null, answers bigint not null, cost_usd double precision not null,
    ms bigint not null, primary key (tenant_id, type, agent_id))`,
  `create table solver_trail (
    tenant_id text not null references tenant(id), type text not null, members text not null,
    times double precision not null, succeeded double precision not null, score double precision not null,
    height double precision not null, laid_at bigint not null, primary key (tenant_id, type, members))`,
  `create index solver_trail_height on solver_trail (tenant_id, type, height)`,
];

const TENANT_TABLES = ['solution', 'board_entry', 'solver_record', 'solver_trail'];

/** Adds the tables of collective solving; on PostgreSQL the second fence stands around them too. */
export function solving(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
