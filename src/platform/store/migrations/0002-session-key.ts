import { type Kysely, sql } from 'kysely';

/** A session that was opened by a key remembers it, and ends with it. One text for both engines. */
export const sessionKey = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table session add column key_id text references access_key(id) on delete cascade`.execute(
      db,
    );
  },
};
