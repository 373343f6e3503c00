import { sql } from 'kysely';
import { now } from './now.ts';
import type { PromptRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

/** Prompts and templates lie in two tables of the same columns. */
export type Shelf = 'prompt' | 'prompt_template';

/** One statement for both: the type checker sees the one table, whose columns the other has too. */
const named = (shelf: Shelf) => shelf as 'prompt';

const whole = (row: PromptRow): PromptRow => ({ ...row, version: Number(row.version) });

/**
 * Adds a version; undefined when there is one of this number. On PostgreSQL it waits for another transaction that is
 * adding the same.
 */
export async function insertVersion(
  tx: TenantTx,
  shelf: Shelf,
  row: Omit<PromptRow, 'tenant_id' | 'created_at' | 'archived_at'>,
): Promise<PromptRow | undefined> {
  const added = await tx.db
    .insertInto(named(shelf))
    .values({ ...row, tenant_id: tx.tenantId, created_at: now, archived_at: null })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name', 'version']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return added && whole(added);
}

/** One version, or the last one. */
export async function selectVersion(
  tx: TenantTx,
  shelf: Shelf,
  name: string,
  version?: number,
): Promise<PromptRow | undefined> {
  let query = tx.db
    .selectFrom(named(shelf))
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .limit(1);
  if (version !== undefined) query = query.where('version', '=', version);
  const row = await query.executeTakeFirst();
  return row && whole(row);
}

/** The versions of one name, newest first. */
export async function selectVersions(
  tx: TenantTx,
  shelf: Shelf,
  name: string,
  limit: number,
): Promise<PromptRow[]> {
  const rows = await tx.db
    .selectFrom(named(shelf))
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
  return rows.map(whole);
}

/** The last version of each name, by name. */
export async function selectLastVersions(
  tx: TenantTx,
  shelf: Shelf,
  page: { after?: string | undefined; archived: boolean; limit: number },
): Promise<PromptRow[]> {
  const table = sql.table(shelf);
  const { rows } = await sql<PromptRow>`
    select p.* from ${table} p where p.tenant_id = ${tx.tenantId}
      and p.version = (select max(x.version) from ${table} x where x.tenant_id = p.tenant_id and x.name = p.name)
      ${page.archived ? sql`` : sql`and p.archived_at is null`}
      ${page.after === undefined ? sql`` : sql`and p.name > ${page.after}`}
    order by p.name limit ${page.limit}`.execute(tx.db);
  return rows.map(whole);
}

/** Archives all versions of a name, or brings them back; false when nothing changed. */
export async function setArchived(
  tx: TenantTx,
  shelf: Shelf,
  name: string,
  archived: boolean,
): Promise<boolean> {
  const result = await tx.db
    .updateTable(named(shelf))
    .set({ archived_at: archived ? now : null })
    .where('tenant_id', '=', tx.tenantId)
    .where('name', '=', name)
    .where('archived_at', archived ? 'is' : 'is not', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Tenants that lack one of these names. */
export async function selectTenantsWithout(tx: Tx, shelf: Shelf, names: string[]): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('tenant')
    .select('id')
    .where(({ eb, selectFrom }) =>
      eb(
        selectFrom(named(shelf))
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .whereRef('tenant_id', '=', 'tenant.id')
          .where('version', '=', 1)
          .where('name', 'in', names),
        '<',
        names.length,
      ),
    )
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}
