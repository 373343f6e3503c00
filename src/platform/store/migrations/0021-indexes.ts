import { type Kysely, sql } from 'kysely';

/** Indexes for what would be looked for among all that a tenant ever did. */
const STATEMENTS = [
  `create index command_notes on command (tenant_id, id) where name = 'note' and status = 'done'`,
  `create index run_dead on run (tenant_id, id) where state = 'dead'`,
];

/** Adds them. */
export const indexes = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
