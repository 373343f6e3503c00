import { sql } from 'kysely';
import { selectNow } from './now.ts';
import type { AccessKeyRow, SessionRow, SignInLinkRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

/**
 * Keys, sessions and sign-in links. Only hashes are stored. Who asks is found before the tenant is known, so the
 * look-ups by id or hash span tenants; everything else is scoped. Times are the database's.
 */

export type NewKey = Pick<AccessKeyRow, 'id' | 'tenant_id' | 'name' | 'role' | 'secret_hash'>;

/** What of a session's hash names it in logs and answers. */
export const SESSION_ID_LENGTH = 16;

/** Adds a key that ends after `lifeMs`. */
export async function insertKey(tx: Tx, row: NewKey, lifeMs: number): Promise<AccessKeyRow> {
  // Read once, so that a key lives to the millisecond as long as was said.
  const at = await selectNow(tx);
  return tx.db
    .insertInto('access_key')
    .values({
      ...row,
      created_at: at,
      expires_at: at + lifeMs,
      last_used_at: null,
      revoked_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A key that may be used now, whatever its tenant. */
export async function selectLiveKey(
  tx: Tx,
  id: string,
): Promise<(AccessKeyRow & { now: number }) | undefined> {
  return tx.db
    .selectFrom('access_key')
    .selectAll()
    .select(sql<number>`cadre_now()`.as('now'))
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<number>`cadre_now()`)]))
    .executeTakeFirst();
}

export async function touchKey(tx: Tx, id: string): Promise<void> {
  await tx.db
    .updateTable('access_key')
    .set({ last_used_at: sql<number>`cadre_now()` })
    .where('id', '=', id)
    .execute();
}

/** Keys of the tenant, newest first. */
export async function selectKeys(
  tx: TenantTx,
  page: { beforeId: string | undefined; limit: number },
): Promise<AccessKeyRow[]> {
  let query = tx.db
    .selectFrom('access_key')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.beforeId !== undefined) query = query.where('id', '<', page.beforeId);
  return query.execute();
}

export async function selectKey(tx: TenantTx, id: string): Promise<AccessKeyRow | undefined> {
  return tx.db
    .selectFrom('access_key')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Ends a key now; one that already ended keeps its first time. */
export async function revokeKey(tx: TenantTx, id: string): Promise<AccessKeyRow | undefined> {
  return tx.db
    .updateTable('access_key')
    .set({ revoked_at: sql<number>`coalesce(revoked_at, cadre_now())` })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

export async function insertLink(
  tx: Tx,
  row: Pick<SignInLinkRow, 'token_hash' | 'tenant_id' | 'role' | 'person'>,
  lifeMs: number,
): Promise<SignInLinkRow> {
  return tx.db
    .insertInto('sign_in_link')
    .values({
      ...row,
      created_at: sql<number>`cadre_now()`,
      expires_at: sql<number>`cadre_now() + ${lifeMs}`,
      used_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** True while the link may still be used. */
export async function isLinkLive(tx: Tx, tokenHash: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('sign_in_link')
    .select('token_hash')
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<number>`cadre_now()`)
    .executeTakeFirst();
  return row !== undefined;
}

/** Uses a link up: of several who try at once, one gets it. */
export async function useLink(tx: Tx, tokenHash: string): Promise<SignInLinkRow | undefined> {
  return tx.db
    .updateTable('sign_in_link')
    .set({ used_at: sql<number>`cadre_now()` })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<number>`cadre_now()`)
    .returningAll()
    .executeTakeFirst();
}

export async function insertSession(
  tx: Tx,
  row: Pick<SessionRow, 'token_hash' | 'tenant_id' | 'role' | 'key_id' | 'person'>,
  lifeMs: number,
): Promise<void> {
  await tx.db
    .insertInto('session')
    .values({
      ...row,
      created_at: sql<number>`cadre_now()`,
      last_seen_at: sql<number>`cadre_now()`,
      expires_at: sql<number>`cadre_now() + ${lifeMs}`,
    })
    .execute();
}

/** A session that has not ended, nor its key, and was not left alone for longer than `idleMs`. */
export async function selectLiveSession(
  tx: Tx,
  tokenHash: string,
  idleMs: number,
): Promise<(SessionRow & { key_name: string | null; now: number }) | undefined> {
  const now = sql<number>`cadre_now()`;
  return tx.db
    .selectFrom('session')
    .leftJoin('access_key', 'access_key.id', 'session.key_id')
    .selectAll('session')
    .select(['access_key.name as key_name', now.as('now')])
    .where('session.token_hash', '=', tokenHash)
    .where('session.expires_at', '>', now)
    .where('session.last_seen_at', '>', sql<number>`cadre_now() - ${idleMs}`)
    .where(({ eb, or, and }) =>
      or([
        eb('session.key_id', 'is', null),
        and([
          eb('access_key.id', 'is not', null),
          eb('access_key.revoked_at', 'is', null),
          or([eb('access_key.expires_at', 'is', null), eb('access_key.expires_at', '>', now)]),
        ]),
      ]),
    )
    .executeTakeFirst();
}

/** When the session whose hash begins with `idStart` ends, with its key at the latest (ms); null: there is none. */
export async function selectSessionEnd(tx: Tx, tenantId: string, idStart: string): Promise<number | null> {
  const row = await tx.db
    .selectFrom('session')
    .leftJoin('access_key', 'access_key.id', 'session.key_id')
    .select(['session.expires_at as end', 'access_key.expires_at as key_end'])
    .where('session.tenant_id', '=', tenantId)
    .where(sql`substr(token_hash, 1, ${sql.lit(SESSION_ID_LENGTH)})`, '=', idStart)
    .executeTakeFirst();
  return row ? Math.min(row.end, row.key_end ?? row.end) : null;
}

export async function touchSession(tx: Tx, tokenHash: string): Promise<void> {
  await tx.db
    .updateTable('session')
    .set({ last_seen_at: sql<number>`cadre_now()` })
    .where('token_hash', '=', tokenHash)
    .execute();
}

export async function deleteSession(tx: Tx, tokenHash: string): Promise<void> {
  await tx.db.deleteFrom('session').where('token_hash', '=', tokenHash).execute();
}

/** Clears what ended more than `keepMs` ago. */
export async function deleteEndedAccess(tx: Tx, keepMs: number): Promise<void> {
  const border = sql<number>`cadre_now() - ${keepMs}`;
  await tx.db.deleteFrom('session').where('expires_at', '<', border).execute();
  await tx.db.deleteFrom('sign_in_link').where('expires_at', '<', border).execute();
}
