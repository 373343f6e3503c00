import { sql } from 'kysely';
import type { EventRow } from './schema.ts';
import type { Tx } from './transaction.ts';

/** A fact to be appended; time and place in the log come from the database. */
export interface NewEvent {
  tenant_id: string;
  type: string;
  task_id: string | null;
  root_id: string | null;
  agent_id: string | null;
  run_id: string | null;
  data: string;
}

/** Appends facts inside the transaction that makes them true. All is sent at once; who waits knows that it is there. */
export async function insertEvents(tx: Tx, events: NewEvent[]): Promise<void> {
  const statements = [];
  for (let from = 0; from < events.length; from += ROWS_PER_STATEMENT) {
    const some = events.slice(from, from + ROWS_PER_STATEMENT);
    statements.push(
      tx.db
        .insertInto('event')
        .values(some.map((event) => ({ ...event, at: sql<number>`cadre_now()` }) as unknown as EventRow)) // seq and txid are the database's
        .execute(),
    );
  }
  await Promise.all(statements);
}

/** Engines limit the parameters of one statement. */
const ROWS_PER_STATEMENT = 2_000;

/** A place in the log: events at or before it were seen. */
export interface LogPlace {
  txid: number;
  seq: number;
}

/** Which facts somebody wants to see. */
export interface EventsWanted {
  tenantId?: string;
  rootId?: string;
  type?: string;
  after: LogPlace;
  limit: number;
  /** Kinds left out: what stands before the dot. */
  except?: readonly string[];
}

/**
 * The next facts after a place, oldest first. On PostgreSQL nothing at or above the oldest running transaction is
 * shown, because a transaction that commits late would otherwise be skipped by a reader that already passed it.
 */
export const selectEvents = (tx: Tx, wanted: EventsWanted): Promise<EventRow[]> =>
  wantedEvents(tx, wanted).execute();

function wantedEvents(tx: Tx, { tenantId, rootId, type, after, limit, except = [] }: EventsWanted) {
  let query = tx.db
    .selectFrom('event')
    .selectAll()
    .where(tx.differ.afterPlace(after))
    .where(tx.differ.settledEvents())
    .orderBy('txid')
    .orderBy('seq')
    .limit(limit);
  if (tenantId !== undefined) query = query.where('tenant_id', '=', tenantId);
  if (rootId !== undefined) query = query.where('root_id', '=', rootId);
  if (type !== undefined) query = query.where('type', '=', type);
  for (const kind of except) query = query.where('type', 'not like', `${kind}.%`);
  return query;
}

/** The same with the place of the newest fact that readers may see, both of one moment. */
export async function selectNewEvents(
  tx: Tx,
  wanted: EventsWanted,
): Promise<{ last: LogPlace; rows: EventRow[] }> {
  const found = await tx.db
    .selectFrom(lastEvent(tx).as('last'))
    .leftJoin(wantedEvents(tx, wanted).as('one'), (join) => join.onTrue())
    .selectAll('one')
    .select(['last.txid as last_txid', 'last.seq as last_seq'])
    .orderBy('one.txid')
    .orderBy('one.seq')
    .execute();
  const [first] = found;
  if (!first) return { last: { txid: 0, seq: 0 }, rows: [] };
  const rows = found.flatMap(({ last_txid: _, last_seq: __, ...row }) =>
    row.seq === null ? [] : [row as EventRow],
  ); // whole where one column is
  return { last: { txid: first.last_txid, seq: first.last_seq }, rows };
}

/** Whether a place stands behind another one in the log. */
export const isBehind = (place: LogPlace, other: LogPlace): boolean =>
  place.txid > other.txid || (place.txid === other.txid && place.seq > other.seq);

/** The place of the newest fact that readers may see. */
export async function selectLastPlace(tx: Tx): Promise<LogPlace> {
  return (await lastEvent(tx).executeTakeFirst()) ?? { txid: 0, seq: 0 };
}

const lastEvent = (tx: Tx) =>
  tx.db
    .selectFrom('event')
    .select(['txid', 'seq'])
    .where(tx.differ.settledEvents())
    .orderBy('txid', 'desc')
    .orderBy('seq', 'desc')
    .limit(1);

/** The place behind all that this transaction has written. */
export async function selectOwnPlace(tx: Tx): Promise<LogPlace> {
  const { rows } = await tx.differ.ownPlace().execute(tx.db);
  return { txid: Number(rows[0]?.txid), seq: Number(rows[0]?.seq) };
}
