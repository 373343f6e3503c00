import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import type { ModelView } from '../platform/store/models.ts';
import type { ModelPriceRow, ProviderRow } from '../platform/store/schema.ts';
import { type ModelInfo, type Price, TIERS } from './model.ts';
import { kindOf } from './places.ts';
import { priceOn } from './price.ts';
import { PROVIDER_KINDS } from './registry.ts';

/** Providers and models as people see them: never with a key. */

export const healthSchema = z.object({
  /** Null: nothing was called yet. */
  isUp: z.boolean().nullable(),
  because: z.string().nullable(),
  since: z.string().nullable(),
});

export const providerSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(PROVIDER_KINDS),
  baseUrl: z.string().nullable(),
  /** Whether a key is kept for it; the key itself is never shown. */
  hasKey: z.boolean(),
  position: z.int(),
  enabled: z.boolean(),
  health: healthSchema,
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Provider = z.output<typeof providerSchema>;

export const priceSchema = z.object({
  from: z.string(),
  inputUsdPerMillion: z.number(),
  cachedInputUsdPerMillion: z.number().optional(),
  cacheWriteUsdPerMillion: z.number().optional(),
  outputUsdPerMillion: z.number(),
  /** Who said it: the built-in `catalogue` (check it), the provider (`discovered`), a `person`, or `local`: free. */
  source: z.string(),
});

export const modelSchema = z.object({
  id: z.string(),
  /** As tasks and agents name it: `provider/name`. */
  model: z.string(),
  tier: z.enum(TIERS),
  contextTokens: z.int(),
  /** Whether it may be called: it and its provider are enabled. */
  isCallable: z.boolean(),
  maxOutputTokens: z.int(),
  provider: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  health: healthSchema,
  strengths: z.array(z.string()),
  latencyMs: z.int(),
  /** Today's; null: nobody said what it costs, and a budget in money refuses it. */
  price: priceSchema.nullable(),
  energy: z.object({
    energyClass: z.string(),
    joulesPerThousandOutputTokens: z.number(),
    joulesPerThousandInputTokens: z.number(),
  }),
  canUseTools: z.boolean(),
  canAnswerJson: z.boolean(),
  source: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Model = z.output<typeof modelSchema>;

export function toProvider(row: ProviderRow): Provider {
  return {
    id: row.id,
    name: row.name,
    kind: kindOf(row),
    baseUrl: row.base_url,
    hasKey: row.secret_id !== null,
    position: row.position,
    enabled: row.enabled === 1,
    health: toHealth(row),
    createdBy: row.created_by,
    createdAt: toRfc3339(Number(row.created_at)),
    updatedAt: toRfc3339(Number(row.updated_at)),
  };
}

function toHealth(row: Pick<ProviderRow, 'is_up' | 'health_because' | 'health_since'>) {
  return {
    isUp: row.is_up === null ? null : row.is_up === 1,
    because: row.health_because,
    since: row.health_since === null ? null : toRfc3339(Number(row.health_since)),
  };
}

/** A model as routing and the ledger need it. */
export function toModelInfo(row: ModelView, prices: readonly ModelPriceRow[]): ModelInfo {
  return {
    id: `${row.provider}/${row.name}`,
    provider: row.provider,
    name: row.name,
    contextTokens: row.context_tokens,
    maxOutputTokens: row.max_output_tokens,
    tier: tierOf(row),
    strengths: strengthsOf(row),
    latencyMs: row.latency_ms,
    energy: {
      energyClass: row.energy_class,
      joulesPerOutputToken: row.joules_per_output_token,
      joulesPerInputToken: row.joules_per_input_token,
    },
    prices: prices.map(toPrice),
    canUseTools: row.can_use_tools === 1,
    canAnswerJson: row.can_answer_json === 1,
  };
}

export function toPrice(row: ModelPriceRow): Price {
  return {
    from: row.from_day,
    inputUsdPerMillion: row.input_usd,
    ...(row.cached_input_usd !== null && { cachedInputUsdPerMillion: row.cached_input_usd }),
    ...(row.cache_write_usd !== null && { cacheWriteUsdPerMillion: row.cache_write_usd }),
    outputUsdPerMillion: row.output_usd,
  };
}

export const toShownPrice = (row: ModelPriceRow) => ({ ...toPrice(row), source: row.source });

/** A model as people see it on a day. */
export function toModel(row: ModelView, prices: readonly ModelPriceRow[], today: string): Model {
  const shown = prices.map(toShownPrice);
  const price = priceOn(shown, today);
  return {
    id: row.id,
    model: `${row.provider}/${row.name}`,
    tier: tierOf(row),
    contextTokens: row.context_tokens,
    isCallable: row.enabled === 1 && row.provider_enabled === 1,
    maxOutputTokens: row.max_output_tokens,
    provider: row.provider,
    name: row.name,
    enabled: row.enabled === 1,
    health: toHealth(row),
    strengths: strengthsOf(row),
    latencyMs: row.latency_ms,
    price: price ?? null,
    energy: {
      energyClass: row.energy_class,
      joulesPerThousandOutputTokens: row.joules_per_output_token * 1_000,
      joulesPerThousandInputTokens: row.joules_per_input_token * 1_000,
    },
    canUseTools: row.can_use_tools === 1,
    canAnswerJson: row.can_answer_json === 1,
    source: row.source,
    createdAt: toRfc3339(Number(row.created_at)),
    updatedAt: toRfc3339(Number(row.updated_at)),
  };
}

const tierOf = ({ tier }: ModelView) => TIERS.find((known) => known === tier) ?? 'medium';
const strengthsOf = ({ strengths }: ModelView) => z.array(z.string()).parse(JSON.parse(strengths));
