import { sql } from 'kysely';
import { type LogPlace, selectLastPlace } from './events.ts';
import type { EventFollowerRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

/**
 * Where the follower of the event log stands with each tenant. A row is there while somebody listens, and whoever
 * holds it has the turn: a process that follows, or one that begins to listen.
 */
const now = sql<number>`cadre_now()`;

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
 * read, and the row is dropped only where nothing waits (`deleteFollower`).
 */
export async function followBesides(tx: TenantTx): Promise<void> {
  const { txid, seq } = await selectLastPlace(tx);
  await tx.db
    .insertInto('event_follower')
    .values({ tenant_id: tx.tenantId, txid, seq, updated_at: now })
    .onConflict((conflict) => conflict.column('tenant_id').doNothing())
    .execute();
}

/** Where the follower stands with every tenant for whom somebody listens. */
export async function selectFollowers(tx: Tx): Promise<EventFollowerRow[]> {
  const rows = await tx.db.selectFrom('event_follower').selectAll().orderBy('tenant_id').execute();
  return rows.map((row) => ({ ...row, txid: Number(row.txid), seq: Number(row.seq) }));
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
