import { type RawBuilder, sql } from 'kysely';

/** What the two engines say differently: the same list of functions for each, one conformance suite over both. */
export interface Differences {
  /** Rows of a JSON array given as one parameter, with named and typed columns: `json_each` / `jsonb_to_recordset`. */
  rowsOf(json: string, columns: Record<string, 'text' | 'bigint' | 'double precision'>): RawBuilder<unknown>;
  /** Keeps the rows of a table from changing until the commit, or nothing where there is one writer. */
  lockShared(table: string): RawBuilder<unknown>;
  lockForUpdate(): RawBuilder<unknown>;
  /** Makes claims of all workers take turns, so that limits per agent hold; nothing where there is one writer. */
  claimTurn(): RawBuilder<unknown> | undefined;
  /** The smaller of two numbers: `min` or `least`. */
  atMost(): RawBuilder<unknown>;
  /** Upper border of the event log for readers: below the oldest running transaction. */
  settledEvents(): RawBuilder<boolean>;
}

export const sqliteDifferences: Differences = {
  rowsOf(json, columns) {
    const picks = Object.keys(columns).map(
      (name) => sql`json_extract(value, ${sql.lit(`$.${name}`)}) as ${sql.ref(name)}`,
    );
    return sql`(select ${sql.join(picks)} from json_each(${json}))`;
  },
  lockShared: () => sql``,
  lockForUpdate: () => sql``,
  claimTurn: () => undefined,
  atMost: () => sql`min`,
  settledEvents: () => sql<boolean>`1 = 1`,
};

export const postgresDifferences: Differences = {
  rowsOf(json, columns) {
    const typed = Object.entries(columns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`);
    return sql`(select * from jsonb_to_recordset(${json}::jsonb) as batch_rows(${sql.join(typed)}))`;
  },
  lockShared: (table) => sql`for share of ${sql.ref(table)}`,
  lockForUpdate: () => sql`for update`,
  claimTurn: () => sql`select pg_advisory_xact_lock(726401)`,
  atMost: () => sql`least`,
  settledEvents: () => sql<boolean>`txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint`,
};
