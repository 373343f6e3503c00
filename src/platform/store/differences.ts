import { type RawBuilder, sql } from 'kysely';

/** What the two engines say differently: the same list of functions for each, one conformance suite over both. */
export interface Differences {
  /** Rows of a JSON array given as one parameter, with named and typed columns: `json_each` / `jsonb_to_recordset`. */
  rowsOf(json: string, columns: Record<string, 'text' | 'bigint' | 'double precision'>): RawBuilder<unknown>;
  /** Texts as the rows of one column, for `in`: one parameter, so that the statement is the same for any number. */
  textsOf(texts: readonly string[]): RawBuilder<string>;
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
  /** Has the engine look at the tables of the hot path anew, so that its plans suit them; nothing where it need not. */
  lookAnew(): RawBuilder<unknown> | undefined;
  /** The smaller of two numbers: `min` or `least`. */
  atMost(): RawBuilder<unknown>;
  /** Upper border of the event log for readers: below the oldest running transaction. */
  settledEvents(): RawBuilder<boolean>;
  /**
   * Events after a place, and those up to one. On SQLite all have the same `txid`, and only where that is said is the
   * second half of an index used: otherwise every look would read the whole log.
   */
  afterPlace(place: { txid: number; seq: number }): RawBuilder<boolean>;
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
  textsOf: (texts) => sql`(select value from json_each(${JSON.stringify(texts)}))`,
  lockShared: () => sql``,
  lockForUpdate: () => sql``,
  hasRowLocks: false,
  claimTurn: () => undefined,
  claimTurnOnly: () => undefined,
  tryClaimTurn: () => undefined,
  lookAnew: () => undefined, // it was told what to expect (statistics.ts)
  atMost: () => sql`min`,
  settledEvents: () => sql<boolean>`1 = 1`,
  afterPlace: ({ seq }) => sql<boolean>`txid = 0 and seq > ${seq}`,
  ownPlace: () => sql`select 0 as txid, coalesce(max(seq), 0) as seq from event`,
};

/** The plan of a claim is the same every time: making it anew takes longer than the claim. */
const keepPlans = sql`set_config('plan_cache_mode', 'force_generic_plan', true)`;

export const postgresDifferences: Differences = {
  rowsOf(json, columns) {
    const typed = Object.entries(columns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`);
    return sql`(select * from jsonb_to_recordset(${json}::jsonb) as batch_rows(${sql.join(typed)}))`;
  },
  // PostgreSQL expects a few rows of it, and takes the index; of JSON it expects a hundred.
  textsOf: (texts) => sql`(select unnest(${texts}::text[]))`,
  lockShared: (table) => sql`for share of ${sql.ref(table)}`,
  lockForUpdate: () => sql`for update`,
  hasRowLocks: true,
  claimTurn: () => sql`select pg_advisory_xact_lock(726401)`,
  claimTurnOnly: () => sql`select ${keepPlans}, pg_advisory_xact_lock(726401)`,
  tryClaimTurn: () =>
    sql<{ is_mine: boolean }>`
      select set_config('role', 'none', true), ${keepPlans}, pg_try_advisory_xact_lock(726401) as is_mine`,
  lookAnew: () =>
    sql`analyze run, step, task, task_dependency, message, event, plan_node, energy_reading, agent`,
  atMost: () => sql`least`,
  settledEvents: () => sql<boolean>`txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint`,
  afterPlace: ({ txid, seq }) => sql<boolean>`(txid, seq) > (${txid}, ${seq})`,
  ownPlace: () =>
    sql`select pg_current_xact_id()::text::bigint as txid, ${sql.lit(Number.MAX_SAFE_INTEGER)}::bigint as seq`,
};
