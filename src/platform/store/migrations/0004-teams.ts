import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/**
 * Teams with their members, who leads them under a lease, what is said along their message graph, and votes with
 * their ballots. One text for both engines.
 */
const STATEMENTS = [
  `create table team (
    id text primary key, tenant_id text not null references tenant(id), name text not null,
    description text not null, topology text not null, fan_out integer not null, lead_id text,
    shape text not null, shape_because text not null, shape_extra integer not null, shape_at bigint not null,
    measured text not null, created_at bigint not null, updated_at bigint not null)`,
  `create unique index team_name on team (tenant_id, name)`,
  `create index team_adaptive on team (tenant_id, id) where topology = 'adaptive'`,
  `create table team_member (
    tenant_id text not null references tenant(id), team_id text not null references team(id) on delete cascade,
    agent_id text not null references agent(id) on delete cascade, place bigint not null, joined_at bigint not null,
    primary key (team_id, agent_id))`,
  `create table team_leader (
    tenant_id text not null references tenant(id), team_id text primary key references team(id) on delete cascade,
    agent_id text not null, term bigint not null, until bigint not null)`,
  `create table team_saying (
    id text primary key, tenant_id text not null references tenant(id),
    team_id text not null references team(id) on delete cascade, sender_id text not null, shape text not null,
    type text not null, payload text not null, subject text not null, priority integer not null,
    expires_at bigint, created_at bigint not null)`,
  `create table team_hop (
    message_id text primary key, tenant_id text not null references tenant(id),
    saying_id text not null references team_saying(id) on delete cascade, next text not null)`,
  `create table vote (
    id text primary key, tenant_id text not null references tenant(id), team_id text, question text not null,
    options text not null, rule text not null, capability text, quorum integer not null, status text not null,
    reason text, winner text, rounds text, deadline bigint not null, opened_by text not null,
    created_at bigint not null, closed_at bigint)`,
  `create index vote_by_team on vote (tenant_id, team_id, id)`,
  `create table ballot (
    tenant_id text not null references tenant(id), vote_id text not null references vote(id) on delete cascade,
    agent_id text not null, place integer not null, weight double precision not null, message_id text,
    choice text, note text, cast_at bigint, cast_by text, changes integer not null,
    primary key (vote_id, agent_id))`,
  `create index ballot_by_message on ballot (message_id) where message_id is not null`,
];

const TENANT_TABLES = ['team', 'team_member', 'team_leader', 'team_saying', 'team_hop', 'vote', 'ballot'];

/** Adds the tables of teams; on PostgreSQL the second fence stands around them too. */
export function teams(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
