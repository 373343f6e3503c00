import { sql } from 'kysely';
import type { ConversationContextRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

const whole = (row: ConversationContextRow): ConversationContextRow => ({
  ...row,
  version: Number(row.version),
});

/**
 * Adds a version; undefined when there is one of this number. On PostgreSQL it waits for another transaction that is
 * adding the same.
 */
export async function insertContextVersion(
  tx: TenantTx,
  row: Omit<ConversationContextRow, 'tenant_id' | 'set_at'>,
): Promise<ConversationContextRow | undefined> {
  const added = await tx.db
    .insertInto('conversation_context')
    .values({ ...row, tenant_id: tx.tenantId, set_at: sql<number>`cadre_now()` })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'conversation_id', 'key', 'version']).doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
  return added && whole(added);
}

/** The last version of each key, or of one, those that were taken back included; in the order of their keys. */
export async function selectContext(
  tx: TenantTx,
  conversationId: string,
  key?: string,
): Promise<ConversationContextRow[]> {
  const { rows } = await sql<ConversationContextRow>`
    select c.* from conversation_context c
    where c.tenant_id = ${tx.tenantId} and c.conversation_id = ${conversationId}
      ${key === undefined ? sql`` : sql`and c.key = ${key}`}
      and c.version = (select max(x.version) from conversation_context x where x.tenant_id = c.tenant_id
        and x.conversation_id = c.conversation_id and x.key = c.key)`.execute(tx.db);
  return rows.map(whole).sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The versions of one key, newest first, below a version. */
export async function selectContextVersions(
  tx: TenantTx,
  conversationId: string,
  key: string,
  page: { below: number | undefined; limit: number },
): Promise<ConversationContextRow[]> {
  let query = tx.db
    .selectFrom('conversation_context')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('conversation_id', '=', conversationId)
    .where('key', '=', key)
    .orderBy('version', 'desc')
    .limit(page.limit);
  if (page.below !== undefined) query = query.where('version', '<', page.below);
  return (await query.execute()).map(whole);
}
