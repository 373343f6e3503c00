import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';

/** `cadre_insist(…)` fails the transaction unless it is true, so that nobody waits for an answer (insist.ts). */
const POSTGRES_INSIST = `create function cadre_insist(is_so boolean) returns integer language plpgsql volatile as $$
begin
  if is_so then return 1; end if;
  raise exception 'cadre_insist: it is not so';
end $$`;

/** Adds it; connections to SQLite bring it along. */
export const insisting = (dialect: DialectName) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    if (dialect === 'postgres') await sql.raw(POSTGRES_INSIST).execute(db);
  },
});
