import { sql } from 'kysely';
import type { Tx } from './transaction.ts';

/** The time of the database in statements, in milliseconds since 1970. Processes may differ; there is only one of it. */
export const now = sql<number>`cadre_now()`;

/** The same, read. */
export async function selectNow(tx: Tx): Promise<number> {
  const { rows } = await sql<{ at: number }>`select ${now} as at`.execute(tx.db);
  return Number(rows[0]?.at);
}
