import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/** What agents know of one another by what they asked, and the messages that runs wait for. */
const STATEMENTS = [
  `create table relation (
    tenant_id text not null references tenant(id), agent_id text not null references agent(id) on delete cascade,
    peer_id text not null references agent(id) on delete cascade, interactions bigint not null,
    successes bigint not null, total_ms bigint not null, last_at bigint not null,
    primary key (agent_id, peer_id))`,
  // Also what was taken from a mailbox and never acknowledged expires.
  `drop index message_expiring`,
  `create index message_expiring on message (expires_at)
    where status in ('sent', 'delivered') and expires_at is not null`,
  `create index message_asked on message (tenant_id, sender_id) where sender_type = 'person' and seq is not null`,
];

/** Adds the records of relations; on PostgreSQL the second fence stands around them too. */
export function relations(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, ['relation']);
    },
  };
}
