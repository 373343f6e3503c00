import { sql } from 'kysely';
import { type LogPlace, selectLastPlace } from './events.ts';
import { now } from './now.ts';
import type { TenantTx, Tx } from './transaction.ts';

/**
 * Where the follower of the event log stands with each tenant. A row is there while somebody listens, and whoever
 * holds it has the turn: a process that follows, or one that begins to listen.
 */
/**
 * Has the tenant's events followed, from now on if they were not. Holds the row until the commit, so that no
 * follower drops it meanwhile; call it before anything else is locked.
 */
export async function followFromNow(tx: TenantTx): Promise<void> {
  const { txid, seq } = await selectLastPlace(tx);
  await tx.db
    .insertInto('event_follower')
    .values({ tenant_id: tx.tenantId, txid, seq, updated_at: now })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet({ updated_at: now }))
    .execute();
}

/**
 * Has the tenant's events followed if they are not, without waiting for who has the turn: for those who hold other
 * rows already. What follows them must not be missed by a turn under way, so readers are opened after its events were
 * read, and the row is dropped only where nothing waits (`deleteFollower`). A turn that cannot see yet what waits here may
 * still drop it: `selectFollowers` tells of such a tenant, and from where it is to be followed.
 */
export async function followBesides(tx: TenantTx): Promise<void> {
  await followFrom(tx, await selectLastPlace(tx));
}

/** A tenant for whom somebody listens, and where the follower stands. */
export interface Followed extends LogPlace {
  tenant_id: string;
  /** A plan began to wait while a turn that did not see it yet dropped the row. */
  is_lost: boolean;
}

/** Every tenant for whom somebody listens. */
export async function selectFollowers(tx: Tx): Promise<Followed[]> {
  const { rows } = await sql<LogPlace & { tenant_id: string; is_lost: number }>`
    select tenant_id, txid, seq, 0 as is_lost from event_follower
    union all
    select tenant_id, min(from_txid) as txid, min(from_seq) as seq, 1 as is_lost from plan_wait
    where outcome is null and kind in ('event', 'topic') and from_txid is not null
      and not exists (select 1 from event_follower where event_follower.tenant_id = plan_wait.tenant_id)
    group by tenant_id
    order by tenant_id`.execute(tx.db);
  return rows.map((row) => ({
    tenant_id: row.tenant_id,
    txid: Number(row.txid),
    seq: Number(row.seq),
    is_lost: Number(row.is_lost) === 1,
  }));
}

/** Has the tenant's events followed from a place on, where they are not. */
export async function followFrom(tx: TenantTx, { txid, seq }: LogPlace): Promise<void> {
  await tx.db
    .insertInto('event_follower')
    .values({ tenant_id: tx.tenantId, txid, seq, updated_at: now })
    .onConflict((conflict) => conflict.column('tenant_id').doNothing())
    .execute();
}

/** Takes the turn with a tenant until the commit; undefined when nobody listens there any more. */
export async function holdFollower(tx: TenantTx): Promise<LogPlace | undefined> {
  const { rows } = await sql<LogPlace>`
    select txid, seq from event_follower where tenant_id = ${tx.tenantId} ${tx.differ.lockForUpdate()}`.execute(
    tx.db,
  );
  const [row] = rows;
  return row && { txid: Number(row.txid), seq: Number(row.seq) };
}

export async function moveFollower(tx: TenantTx, { txid, seq }: LogPlace): Promise<void> {
  await tx.db
    .updateTable('event_follower')
    .set({ txid, seq, updated_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .execute();
}

/** Ends following a tenant: nobody listens, and no plan has begun to wait meanwhile. */
export async function deleteFollower(tx: TenantTx): Promise<void> {
  await tx.db
    .deleteFrom('event_follower')
    .where('tenant_id', '=', tx.tenantId)
    .where(({ eb, exists, not }) =>
      not(
        exists(
          eb
            .selectFrom('plan_wait')
            .select('path')
            .where('plan_wait.tenant_id', '=', tx.tenantId)
            .where('kind', 'in', ['event', 'topic'])
            .where('outcome', 'is', null),
        ),
      ),
    )
    .execute();
}
