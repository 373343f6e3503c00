import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import {
  insertModels,
  insertPrices,
  type ModelView,
  selectModel,
  updateModel,
} from '../platform/store/models.ts';
import type { ModelPriceRow, ProviderRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { Found } from './discover.ts';
import { type EnergyClass, energyOf } from './energy-class.ts';
import type { Price, Tier } from './model.ts';

/** Keeps models and their prices. What a person said is never written over by what a provider says. */
interface Needs {
  events: EventLog;
}

const authorOf = ({ actor }: Caller) => `${actor.kind}:${actor.id}`;

/** Adds models that are not there yet, with their prices; answers their names. */
export async function addModels(
  tx: TenantTx,
  caller: Caller,
  { id: providerId, name: provider }: ProviderRow,
  models: ReadonlyArray<Omit<Found, 'source'> & { source: string; isEnabled: boolean }>,
): Promise<string[]> {
  const rows = models.map(({ model, source, isEnabled }) => ({
    id: newId(),
    provider_id: providerId,
    name: model.name,
    context_tokens: model.contextTokens,
    max_output_tokens: model.maxOutputTokens,
    tier: model.tier,
    strengths: JSON.stringify(model.strengths),
    latency_ms: model.latencyMs,
    energy_class: model.energy.energyClass,
    joules_per_output_token: model.energy.joulesPerOutputToken,
    joules_per_input_token: model.energy.joulesPerInputToken,
    can_use_tools: model.canUseTools ? 1 : 0,
    can_answer_json: model.canAnswerJson ? 1 : 0,
    enabled: isEnabled ? 1 : 0,
    source,
  }));
  const added = new Set(await insertModels(tx, rows));
  const prices = rows.flatMap((row, at) => {
    const { model, priceSource } = models[at] ?? {};
    if (!added.has(row.id) || !model || !priceSource) return [];
    return model.prices.map((price) => toPriceRow(row.id, price, priceSource, authorOf(caller)));
  });
  await insertPrices(tx, prices);
  return rows.filter((row) => added.has(row.id)).map((row) => `${provider}/${row.name}`);
}

function toPriceRow(
  modelId: string,
  price: Price,
  source: string,
  createdBy: string,
): Omit<ModelPriceRow, 'tenant_id' | 'created_at'> {
  return {
    id: newId(),
    model_id: modelId,
    from_day: price.from,
    input_usd: price.inputUsdPerMillion,
    cached_input_usd: price.cachedInputUsdPerMillion ?? null,
    cache_write_usd: price.cacheWriteUsdPerMillion ?? null,
    output_usd: price.outputUsdPerMillion,
    source,
    created_by: createdBy,
  };
}

export interface ModelChange {
  contextTokens?: number | undefined;
  maxOutputTokens?: number | undefined;
  tier?: Tier | undefined;
  strengths?: string[] | undefined;
  latencyMs?: number | undefined;
  energyClass?: EnergyClass | undefined;
  joulesPerOutputToken?: number | undefined;
  joulesPerInputToken?: number | undefined;
  canUseTools?: boolean | undefined;
  canAnswerJson?: boolean | undefined;
  enabled?: boolean | undefined;
}

const flag = (value: boolean) => (value ? 1 : 0);

/** Changes what is known of a model; what is not given stays. @throws CadreError `model/not-found`, `model/bad-limits` */
export async function changeModel(
  tx: TenantTx,
  { events }: Needs,
  caller: Caller,
  id: string,
  change: ModelChange,
): Promise<ModelView> {
  const row = await findModel(tx, id);
  const context = change.contextTokens ?? row.context_tokens;
  const output = change.maxOutputTokens ?? row.max_output_tokens;
  if (output >= context)
    throw new CadreError('model/bad-limits', {
      detail: `an answer of ${output} tokens in a context of ${context}`,
    });
  const energy = change.energyClass && energyOf(change.energyClass);
  const { strengths, canUseTools, canAnswerJson, enabled } = change;
  await updateModel(tx, row.id, {
    context_tokens: context,
    max_output_tokens: output,
    tier: change.tier ?? row.tier,
    ...(strengths && { strengths: JSON.stringify(strengths) }),
    latency_ms: change.latencyMs ?? row.latency_ms,
    energy_class: energy?.energyClass ?? (saysJoules(change) ? 'own' : row.energy_class),
    joules_per_output_token:
      change.joulesPerOutputToken ?? energy?.joulesPerOutputToken ?? row.joules_per_output_token,
    joules_per_input_token:
      change.joulesPerInputToken ?? energy?.joulesPerInputToken ?? row.joules_per_input_token,
    ...(canUseTools !== undefined && { can_use_tools: flag(canUseTools) }),
    ...(canAnswerJson !== undefined && { can_answer_json: flag(canAnswerJson) }),
    ...(enabled !== undefined && { enabled: flag(enabled) }),
    source: 'person',
  });
  const changed = Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const data = { modelId: row.id, model: `${row.provider}/${row.name}`, changed, by: caller.actor.name };
  await events.append(tx, [{ tenantId: tx.tenantId, type: 'model.changed', data }]);
  return findModel(tx, row.id);
}

const saysJoules = ({ joulesPerOutputToken, joulesPerInputToken }: ModelChange) =>
  joulesPerOutputToken !== undefined || joulesPerInputToken !== undefined;

/** Adds a price from a day on. @throws CadreError `model/not-found` */
export async function addPrice(
  tx: TenantTx,
  { events }: Needs,
  caller: Caller,
  id: string,
  price: Price,
): Promise<ModelView> {
  const row = await findModel(tx, id);
  await insertPrices(tx, [toPriceRow(row.id, price, 'person', authorOf(caller))]);
  const data = { modelId: row.id, model: `${row.provider}/${row.name}`, ...price, by: caller.actor.name };
  await events.append(tx, [{ tenantId: tx.tenantId, type: 'model.priced', data }]);
  return row;
}

/** By id or as `provider/name`. @throws CadreError `model/not-found` */
export async function findModel(tx: TenantTx, id: string): Promise<ModelView> {
  const row = await selectModel(tx, id);
  if (!row) throw new CadreError('model/not-found', { model: id });
  return row;
}
