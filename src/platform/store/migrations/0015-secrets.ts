import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/**
 * Secrets, sealed: each under the data key of its tenant, which is sealed under the master key. `master_key` names the
 * master key in use and holds nothing of it. The secrets of webhooks move here from their triggers.
 */
const STATEMENTS = [
  `create table master_key (slot integer primary key, key_id text not null)`,
  `create table data_key (
    tenant_id text primary key references tenant(id), sealed text not null, master_id text not null,
    created_at bigint not null, updated_at bigint not null)`,
  `create table secret (
    id text primary key, tenant_id text not null references tenant(id), version integer not null,
    sealed text not null, created_at bigint not null, updated_at bigint not null)`,
  `create index secret_by_tenant on secret (tenant_id, id)`,
  `alter table task_trigger add column secret_id text`,
];

/** Adds the tables; on PostgreSQL the second fence stands around them too. */
export function secrets(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect !== 'postgres') return;
      await fenceTables(db, ['data_key', 'secret']);
      await sql.raw('grant select, insert, update on master_key to cadre_tenant').execute(db);
    },
  };
}
