import { type Kysely, sql } from 'kysely';

/**
 * Tasks in mailboxes: a message that hands over a task names the run that goes on when it ends; delegations between
 * agents are found without looking at other messages; and an agent whose run waits for it has its place taken. One
 * text for both engines.
 */
const STATEMENTS = [
  `alter table message add column run_id text`,
  `create index message_hand_over on message (run_id) where run_id is not null`,
  `create index message_direct on message (tenant_id, id)
    where type = 'task_delegation' and requires_response = 1 and seq is null and in_reply_to is null`,
  `create index run_waiting_agent on run (agent_id) where state = 'waiting' and agent_id is not null`,
];

/** Adds what delegations need; no table of their own. */
export const delegations = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
