import { sql } from 'kysely';
import type { LogPlace } from './events.ts';
import type { EventListenerRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** A listener with the name of its agent. */
export type ListenerView = EventListenerRow & { agent_name: string };

/** Adds a listener; it gets what comes in the log after `from`. */
export async function insertListener(
  tx: TenantTx,
  row: Pick<EventListenerRow, 'id' | 'agent_id' | 'event_type' | 'name' | 'task_id' | 'created_by'>,
  from: LogPlace,
): Promise<void> {
  await tx.db
    .insertInto('event_listener')
    .values({
      ...row,
      tenant_id: tx.tenantId,
      from_txid: from.txid,
      from_seq: from.seq,
      delivered: 0,
      missed: 0,
      last_error: null,
      created_at: sql<number>`cadre_now()`,
    })
    .execute();
}

/** The place of the newest fact of a type about an agent: that of the one this transaction just wrote. */
export async function selectNewestPlace(tx: TenantTx, type: string, agentId: string): Promise<LogPlace> {
  const row = await tx.db
    .selectFrom('event')
    .select(['txid', 'seq'])
    .where('tenant_id', '=', tx.tenantId)
    .where('type', '=', type)
    .where('agent_id', '=', agentId)
    .orderBy('txid', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { txid: Number(row?.txid ?? 0), seq: Number(row?.seq ?? 0) };
}

/** Whether there is such a task. */
export async function isTask(tx: TenantTx, id: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('task')
    .select('id')
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}

function views(tx: TenantTx) {
  return tx.db
    .selectFrom('event_listener')
    .innerJoin('agent', 'agent.id', 'event_listener.agent_id')
    .selectAll('event_listener')
    .select('agent.name as agent_name')
    .where('event_listener.tenant_id', '=', tx.tenantId)
    .orderBy('event_listener.id', 'desc');
}

export async function selectListeners(
  tx: TenantTx,
  filter: { agentId?: string; before?: string; limit: number },
): Promise<ListenerView[]> {
  let query = views(tx).limit(filter.limit);
  if (filter.agentId) query = query.where('event_listener.agent_id', '=', filter.agentId);
  if (filter.before) query = query.where('event_listener.id', '<', filter.before);
  return query.execute();
}

export async function selectListener(tx: TenantTx, id: string): Promise<ListenerView | undefined> {
  return views(tx).where('event_listener.id', '=', id).executeTakeFirst();
}

/** Every listener whose agent was not archived. */
export async function selectLiveListeners(tx: TenantTx): Promise<ListenerView[]> {
  return views(tx).where('agent.status', '<>', 'archived').execute();
}

export async function countListeners(tx: TenantTx): Promise<number> {
  const row = await tx.db
    .selectFrom('event_listener')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tx.tenantId)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** Notes what a turn of the follower gave a listener and what it could not. */
export async function countDeliveries(
  tx: TenantTx,
  id: string,
  counts: { delivered: number; missed: number; lastError: string | null },
): Promise<void> {
  const { delivered, missed, lastError } = counts;
  await tx.db
    .updateTable('event_listener')
    .set({
      delivered: sql<number>`delivered + ${delivered}`,
      missed: sql<number>`missed + ${missed}`,
      ...(lastError !== null && { last_error: lastError }),
    })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Ends a listener; false when there is none. */
export async function deleteListener(tx: TenantTx, id: string): Promise<boolean> {
  const result = await tx.db
    .deleteFrom('event_listener')
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}
