import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/** Prompts and templates are kept alike: every version a row that never changes, but for being archived. */
const versioned = (table: string) => `create table ${table} (
    tenant_id text not null references tenant(id), name text not null, version bigint not null, body text not null,
    variables text not null, description text not null, content_hash text not null, created_by text not null,
    created_at bigint not null, archived_at bigint, primary key (tenant_id, name, version))`;

/** Conversations as people read them, what their participants share, prompts and templates. One text for both engines. */
const STATEMENTS = [
  `create index message_by_conversation on message (tenant_id, conversation_id, id)`,
  // The newest of a tenant without walking those of all others.
  `create index message_by_age on message (tenant_id, id)`,
  `create table conversation_context (
    tenant_id text not null references tenant(id), conversation_id text not null, key text not null,
    version bigint not null, value text, set_by text not null, set_by_type text not null, set_at bigint not null,
    primary key (tenant_id, conversation_id, key, version))`,
  versioned('prompt'),
  versioned('prompt_template'),
];

const TENANT_TABLES = ['conversation_context', 'prompt', 'prompt_template'];

/** Adds what conversations and prompts need; on PostgreSQL the second fence stands around the tables too. */
export function conversations(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, TENANT_TABLES);
    },
  };
}
