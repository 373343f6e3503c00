import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/**
 * Mailboxes: every message for an agent has a place (`seq`) in its conversation with that recipient, given out by
 * the row of the conversation; topics with their subscribers; and what agents told one another. One text for both
 * engines.
 */
const STATEMENTS = [
  `alter table message add column seq bigint`,
  `alter table message add column sender_type text not null default 'agent'`,
  `alter table message add column recipient_type text not null default 'agent'`,
  `alter table message add column inbox_id text`,
  `alter table message add column content_hash text`,
  `alter table message add column in_reply_to text`,
  `alter table message add column requires_response integer not null default 0`,
  `alter table message add column reply_due_at bigint`,
  `alter table message add column late integer not null default 0`,
  `alter table message add column hops integer not null default 0`,
  `alter table message add column topic text`,
  `alter table message add column max_retries integer not null default 3`,
  `alter table message add column lease_until bigint`,
  `alter table message add column result text`,
  `alter table message add column origin_id text`,
  `alter table message add column redrive_of text`,
  `alter table message add column redriven_as text`,
  // No two messages have the same place, whatever the code does.
  `create unique index message_place on message (tenant_id, recipient_id, conversation_id, seq)
    where seq is not null`,
  `create index message_open on message (tenant_id, recipient_id, conversation_id, seq)
    where seq is not null and status in ('sent', 'delivered')`,
  `create unique index message_inbox on message (tenant_id, inbox_id) where inbox_id is not null`,
  `create index message_replies on message (in_reply_to) where in_reply_to is not null`,
  `create index message_given_up on message (tenant_id, id) where status in ('dead', 'failed')`,
  `create index message_expiring on message (expires_at) where status = 'sent' and expires_at is not null`,
  `create table mailbox_conversation (
    tenant_id text not null references tenant(id), recipient_id text not null, conversation_id text not null,
    last_seq bigint not null, open bigint not null, primary key (tenant_id, recipient_id, conversation_id))`,
  `create index mailbox_open on mailbox_conversation (tenant_id, recipient_id) where open > 0`,
  `create table topic_subscription (
    tenant_id text not null references tenant(id), topic text not null,
    agent_id text not null references agent(id) on delete cascade, created_at bigint not null,
    primary key (tenant_id, topic, agent_id))`,
  `create table knowledge_note (
    id text primary key, tenant_id text not null references tenant(id),
    agent_id text not null references agent(id) on delete cascade, from_id text not null, message_id text not null,
    kind text not null, subject text not null, data text not null, created_at bigint not null)`,
  `create index knowledge_note_by_agent on knowledge_note (tenant_id, agent_id, id)`,
];

const TENANT_TABLES = ['mailbox_conversation', 'topic_subscription', 'knowledge_note'];

/** Adds the tables of mailboxes; on PostgreSQL the second fence stands around them too. */
export function mailboxes(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
