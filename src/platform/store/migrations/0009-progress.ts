import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/**
 * Talks of two agents, with what was said in them and how long nothing new came; of messages, the hops since then and
 * the requests their chain has carried. One text for both engines.
 */
const STATEMENTS = [
  `create table talk (
    tenant_id text not null references tenant(id), low_id text not null, high_id text not null,
    conversation text not null, idle integer not null, said text not null, last_sender text,
    turned_at bigint not null, progress_at bigint not null, stopped integer not null, signals integer not null, signals_at bigint not null,
    primary key (tenant_id, low_id, high_id, conversation))`,
  `alter table message add column idle_hops integer not null default 0`,
  `alter table message add column asked text`,
  `create index task_settled_by_agent on task (agent_id, completed_at) where completed_at is not null`,
];

/** Adds the table of talks; on PostgreSQL the second fence stands around it too. */
export function progress(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, ['talk']);
    },
  };
}
