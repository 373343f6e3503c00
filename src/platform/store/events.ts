import { sql } from 'kysely';
import type { EventRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

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

/** Appends facts inside the transaction that makes them true, in their order. */
export async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  await sql`
    insert into event (tenant_id, type, task_id, root_id, agent_id, run_id, data, at)
    select tenant_id, type, task_id, root_id, agent_id, run_id, data, cadre_now()
    from ${tx.differ.rowsOf(JSON.stringify(events), TOLD)} as batch`.execute(tx.db);
}

const TOLD = {
  tenant_id: 'text',
  type: 'text',
  task_id: 'text',
  root_id: 'text',
  agent_id: 'text',
  run_id: 'text',
  data: 'text',
} as const;

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

/**
 * The same with the place of the newest fact that readers may see, and whether there are some that they may not see yet,
 * all of one moment.
 */
export async function selectNewEvents(
  tx: Tx,
  wanted: EventsWanted,
): Promise<{ last: LogPlace; rows: EventRow[]; hides: boolean }> {
  const found = await tx.db
    .selectFrom(lastEvent(tx).as('last'))
    .leftJoin(wantedEvents(tx, wanted).as('one'), (join) => join.onTrue())
    .selectAll('one')
    .select(['last.txid as last_txid', 'last.seq as last_seq'])
    .select(
      sql<number>`(select count(*) from (select 1 from event where not ${tx.differ.settledEvents()} limit 1) as one)`.as(
        'hidden',
      ),
    )
    .orderBy('one.txid')
    .orderBy('one.seq')
    .execute();
  const [first] = found;
  if (!first) return { last: { txid: 0, seq: 0 }, rows: [], hides: true };
  const rows = found.flatMap(({ last_txid: _, last_seq: __, hidden: ___, ...row }) =>
    row.seq === null ? [] : [row as EventRow],
  ); // whole where one column is
  return { last: { txid: first.last_txid, seq: first.last_seq }, rows, hides: Number(first.hidden) > 0 };
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

/** Where the log says that a task ended, the last time. It is answered as soon as that is true, before readers see it. */
export async function selectLastEnd(
  tx: TenantTx,
  task: { id: string; root_id: string },
): Promise<LogPlace | undefined> {
  return tx.db
    .selectFrom('event')
    .select(['txid', 'seq'])
    .where('tenant_id', '=', tx.tenantId)
    .where('root_id', '=', task.root_id)
    .where('task_id', '=', task.id)
    .where('type', '=', 'task.settled')
    .orderBy('txid', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The place behind all that this transaction has written. */
export async function selectOwnPlace(tx: Tx): Promise<LogPlace> {
  const { rows } = await tx.differ.ownPlace().execute(tx.db);
  return { txid: Number(rows[0]?.txid), seq: Number(rows[0]?.seq) };
}
