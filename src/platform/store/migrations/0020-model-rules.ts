import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/** Rules by which calls that name no model choose one. */
const STATEMENTS = [
  `create table model_rule (
    id text primary key, tenant_id text not null references tenant(id), name text not null, position integer not null,
    prefer text not null, pressure_at_least double precision, task_types text not null, purposes text not null,
    created_by text not null, created_at bigint not null, unique (tenant_id, name))`,
  `create index model_rule_by_position on model_rule (tenant_id, position, id)`,
];

/** Adds the table; on PostgreSQL the second fence stands around it too. */
export function modelRules(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, ['model_rule']);
    },
  };
}
