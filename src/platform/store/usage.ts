import { type RawBuilder, sql } from 'kysely';
import { isBelow, type TreeTop } from './below.ts';
import type { UsageRow } from './ledger-rows.ts';
import type { TenantTx } from './transaction.ts';

/** What calls took, added up. Money is null where nobody knows the cost of a call. */
export interface Sums {
  calls: number;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  costNano: number | null;
  /** Calls whose cost nobody knows. */
  unpriced: number;
  energyMj: number;
  energyLowMj: number;
  energyHighMj: number;
}

export const SUMS = sql`
  count(*) as calls, coalesce(sum(input_tokens), 0) as "inputTokens",
  coalesce(sum(cached_input_tokens), 0) as "cachedInputTokens", coalesce(sum(output_tokens), 0) as "outputTokens",
  sum(cost_nano) as "costNano", count(*) - count(cost_nano) as unpriced,
  coalesce(sum(energy_mj), 0) as "energyMj", coalesce(sum(energy_low_mj), 0) as "energyLowMj",
  coalesce(sum(energy_high_mj), 0) as "energyHighMj"`;

/** Sums arrive as text on PostgreSQL. */
export function toSums(row: Record<keyof Sums, unknown>): Sums {
  return {
    calls: Number(row.calls),
    inputTokens: Number(row.inputTokens),
    cachedInputTokens: Number(row.cachedInputTokens),
    outputTokens: Number(row.outputTokens),
    costNano: row.costNano === null ? null : Number(row.costNano),
    unpriced: Number(row.unpriced),
    energyMj: Number(row.energyMj),
    energyLowMj: Number(row.energyLowMj),
    energyHighMj: Number(row.energyHighMj),
  };
}

/** What a task and all below it took. */
export async function sumBelow(tx: TenantTx, task: TreeTop): Promise<Sums> {
  const { rows } = await sql<Record<keyof Sums, unknown>>`
    select ${SUMS} from usage where ${isBelow(tx, task)}`.execute(tx.db);
  if (!rows[0]) throw new Error('a sum without groups has one row');
  return toSums(rows[0]);
}

/** Which calls. Times in milliseconds since 1970. */
export interface UsageFilter {
  taskId?: string;
  rootId?: string;
  agentId?: string;
  teamId?: string;
  model?: string;
  purpose?: string;
  source?: string;
  sinceMs?: number;
  untilMs?: number;
}

/** A filter as conditions; the tenant is always one. */
function where(tx: TenantTx, filter: UsageFilter): RawBuilder<unknown> {
  const conditions = [sql`tenant_id = ${tx.tenantId}`];
  if (filter.taskId) conditions.push(sql`task_id = ${filter.taskId}`);
  if (filter.rootId) conditions.push(sql`root_id = ${filter.rootId}`);
  if (filter.agentId) conditions.push(sql`agent_id = ${filter.agentId}`);
  if (filter.teamId) conditions.push(sql`team_id = ${filter.teamId}`);
  if (filter.model) conditions.push(sql`model = ${filter.model}`);
  if (filter.purpose) conditions.push(sql`purpose = ${filter.purpose}`);
  if (filter.source) conditions.push(sql`source = ${filter.source}`);
  if (filter.sinceMs !== undefined) conditions.push(sql`at >= ${filter.sinceMs}`);
  if (filter.untilMs !== undefined) conditions.push(sql`at < ${filter.untilMs}`);
  return sql.join(conditions, sql` and `);
}

/** Calls, newest first. */
export async function selectUsage(
  tx: TenantTx,
  { before, limit, ...filter }: UsageFilter & { before?: string; limit: number },
): Promise<UsageRow[]> {
  const { rows } = await sql<UsageRow>`
    select * from usage where ${where(tx, filter)} ${before ? sql`and id < ${before}` : sql``}
    order by id desc limit ${limit}`.execute(tx.db);
  return rows;
}

/** What sums can be made by; a day is the number of its first millisecond, UTC. */
const KEYS = {
  agent: sql`agent_id`,
  task: sql`root_id`,
  team: sql`team_id`,
  model: sql`model`,
  purpose: sql`purpose`,
  source: sql`source`,
  tenant: sql`tenant_id`,
  day: sql`cast(at - at % 86400000 as text)`,
} as const;
export type UsageKey = keyof typeof KEYS;

/** Sums of calls by a key, the dearest first; null is a key of its own. */
export async function sumBy(
  tx: TenantTx,
  by: UsageKey,
  { limit, ...filter }: UsageFilter & { limit: number },
): Promise<Array<Sums & { key: string | null }>> {
  const { rows } = await sql<Record<keyof Sums, unknown> & { key: string | null }>`
    select ${KEYS[by]} as key, ${SUMS} from usage where ${where(tx, filter)} group by 1
    order by coalesce(sum(cost_nano), 0) desc, sum(input_tokens + output_tokens) desc, 1 limit ${limit}`.execute(
    tx.db,
  );
  return rows.map((row) => ({ key: row.key, ...toSums(row) }));
}

/** All of them together. */
export async function sumAll(tx: TenantTx, filter: UsageFilter): Promise<Sums> {
  const { rows } = await sql<Record<keyof Sums, unknown>>`
    select ${SUMS} from usage where ${where(tx, filter)}`.execute(tx.db);
  if (!rows[0]) throw new Error('a sum without groups has one row');
  return toSums(rows[0]);
}

/** Calls of models that are alike. */
export interface CallsBelow extends Sums {
  /** How sure their figures are. */
  source: string;
  /**
   * No part of an attempt of an operator: plans, reviews, talks. Calls of a run that has a reading, such as those of a
   * verifier, stand in it.
   */
  isOther: boolean;
}

/** What a task and all below it took, by what one must know of it. */
export async function selectCallsBelow(tx: TenantTx, task: TreeTop): Promise<CallsBelow[]> {
  const { rows } = await sql<Record<keyof Sums, unknown> & { source: string; is_other: number }>`
    select source, case when purpose <> 'work'
        and not exists (select 1 from energy_reading where energy_reading.run_id = usage.run_id) then 1 else 0 end
        as is_other, ${SUMS}
    from usage where ${isBelow(tx, task)} group by 1, 2`.execute(tx.db);
  return rows.map((row) => ({ ...toSums(row), source: row.source, isOther: Number(row.is_other) === 1 }));
}
