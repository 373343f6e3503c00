import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../database.ts';
import { fenceTables } from './fence.ts';

/** Providers of language models, their models, and what these cost from which day on. Prices are only ever added. */
const STATEMENTS = [
  `create table provider (
    id text primary key, tenant_id text not null references tenant(id), name text not null, kind text not null,
    base_url text, secret_id text, position integer not null, enabled integer not null, is_up integer,
    health_because text, health_since bigint, created_by text not null, created_at bigint not null,
    updated_at bigint not null, unique (tenant_id, name))`,
  `create table model (
    id text primary key, tenant_id text not null references tenant(id),
    provider_id text not null references provider(id) on delete cascade, name text not null,
    context_tokens integer not null, max_output_tokens integer not null, tier text not null, strengths text not null,
    latency_ms integer not null, energy_class text not null, joules_per_output_token double precision not null,
    joules_per_input_token double precision not null, can_use_tools integer not null,
    can_answer_json integer not null, enabled integer not null, source text not null, created_at bigint not null,
    updated_at bigint not null, unique (provider_id, name))`,
  `create index model_by_tenant on model (tenant_id, id)`,
  `create table model_price (
    id text primary key, tenant_id text not null references tenant(id),
    model_id text not null references model(id) on delete cascade, from_day text not null,
    input_usd double precision not null, cached_input_usd double precision, cache_write_usd double precision,
    output_usd double precision not null, source text not null, created_by text not null, created_at bigint not null)`,
  `create index model_price_by_model on model_price (model_id, from_day, id)`,
];

/** Adds the tables; on PostgreSQL the second fence stands around them too. */
export function models(dialect: DialectName) {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      if (dialect === 'postgres') await fenceTables(db, ['provider', 'model', 'model_price']);
    },
  };
}
