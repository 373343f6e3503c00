import { type RawBuilder, sql } from 'kysely';

/** What the two engines say differently: the same list of functions for each, one conformance suite over both. */
export interface Differences {
  /** Rows of a JSON array given as one parameter, with named and typed columns: `json_each` / `jsonb_to_recordset`. */
  rowsOf(json: string, columns: Record<string, 'text' | 'bigint' | 'double precision'>): RawBuilder<unknown>;
  /** Keeps the rows of a table from changing until the commit, or nothing where there is one writer. */
  lockShared(table: string): RawBuilder<unknown>;
  lockForUpdate(): RawBuilder<unknown>;
  /** Several transactions write at once, so the order in which they lock rows matters. */
  hasRowLocks: boolean;
  /** Makes claims of all workers take turns, so that limits per agent hold; nothing where there is one writer. */
  claimTurn(): RawBuilder<unknown> | undefined;
  /** The same where only claims follow: their plans are kept, which are long in the making and always the same. */
  claimTurnOnly(): RawBuilder<unknown> | undefined;
  /** That without waiting, in a transaction that may be a tenant's; it goes on across tenants. */
  tryClaimTurn(): RawBuilder<{ is_mine: boolean }> | undefined;
  /** The smaller of two numbers: `min` or `least`. */
  atMost(): RawBuilder<unknown>;
  /** Upper border of the event log for readers: below the oldest running transaction. */
  settledEvents(): RawBuilder<boolean>;
  /** The place in the event log behind all that this transaction has written. */
  ownPlace(): RawBuilder<{ txid: number; seq: number }>;
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
  hasRowLocks: false,
  claimTurn: () => undefined,
  claimTurnOnly: () => undefined,
  tryClaimTurn: () => undefined,
  atMost: () => sql`min`,
  settledEvents: () => sql<boolean>`1 = 1`,
  ownPlace: () => sql`select 0 as txid, coalesce(max(seq), 0) as seq from event`,
};

/** The plan of a claim is the same every time: making it anew, or compiling it, takes longer than the claim. */
const keepPlans = sql`set local plan_cache_mode = force_generic_plan; set local jit = off`;

export const postgresDifferences: Differences = {
  rowsOf(json, columns) {
    const typed = Object.entries(columns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`);
    return sql`(select * from jsonb_to_recordset(${json}::jsonb) as batch_rows(${sql.join(typed)}))`;
  },
  lockShared: (table) => sql`for share of ${sql.ref(table)}`,
  lockForUpdate: () => sql`for update`,
  hasRowLocks: true,
  claimTurn: () => sql`select pg_advisory_xact_lock(726401)`,
  claimTurnOnly: () => sql`${keepPlans}; select pg_advisory_xact_lock(726401)`,
  tryClaimTurn: () =>
    sql<{ is_mine: boolean }>`
      set local role none; ${keepPlans}; select pg_try_advisory_xact_lock(726401) as is_mine`,
  atMost: () => sql`least`,
  settledEvents: () => sql<boolean>`txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint`,
  ownPlace: () =>
    sql`select pg_current_xact_id()::text::bigint as txid, ${sql.lit(Number.MAX_SAFE_INTEGER)}::bigint as seq`,
};
