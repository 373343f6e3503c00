import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/** Chats of people with agents: what was said, in order. What the agent answered is the result of the task. */
const STATEMENTS = [
  `create table chat_turn (
    tenant_id text not null references tenant(id), agent_id text not null references agent(id),
    chat_id text not null, position bigint not null, task_id text not null references task(id),
    said text not null, said_by text not null, created_at bigint not null,
    primary key (tenant_id, agent_id, chat_id, position))`,
  `create unique index chat_turn_by_task on chat_turn (task_id)`,
];

export function chats(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, ['chat_turn']);
    },
  };
}
