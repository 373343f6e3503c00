import { type Kysely, sql } from 'kysely';

/**
 * The second fence around tables of tenants on PostgreSQL: the role `cadre_tenant` sees only rows of the tenant it is
 * set to. For tables that come after the first migration, which also makes the role.
 */
export async function fenceTables(db: Kysely<unknown>, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await sql
      .raw(
        `grant select, insert, update, delete on ${table} to cadre_tenant;
         alter table ${table} enable row level security;
         create policy tenant_only on ${table} to cadre_tenant
           using (tenant_id = current_setting('cadre.tenant', true))
           with check (tenant_id = current_setting('cadre.tenant', true))`,
      )
      .execute(db);
  }
}
