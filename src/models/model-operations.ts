import { z } from 'zod';
import { CadreError } from '../platform/kernel/errors.ts';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import { type ModelView, selectModels, selectPrices } from '../platform/store/models.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import { inCatalogue, supposed } from './catalogue.ts';
import { findProvider, type ProviderNeeds, today } from './connect.ts';
import { pricesOf } from './connected.ts';
import { ENERGY_CLASSES } from './energy-class.ts';
import { TIERS } from './model.ts';
import { addModels, addPrice, changeModel, findModel } from './model-save.ts';
import { kindOf } from './places.ts';
import { isDay } from './price.ts';
import { type Model, modelSchema, priceSchema, toModel, toShownPrice } from './view.ts';

const flag = z.stringbool().or(z.boolean());
const tokens = z.int().min(1).max(100_000_000);
const joules = z.number().min(0).max(10_000);
const usd = z.number().min(0).max(100_000);

const changes = {
  contextTokens: tokens.optional().describe('Input and output together.'),
  maxOutputTokens: tokens.optional(),
  tier: z.enum(TIERS).optional(),
  strengths: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
  latencyMs: z.int().min(0).max(3_600_000).optional(),
  energyClass: z.enum(ENERGY_CLASSES).optional().describe('A size; its joules are those of the table.'),
  joulesPerOutputToken: joules.optional(),
  joulesPerInputToken: joules.optional(),
  canUseTools: flag.optional(),
  canAnswerJson: flag.optional(),
  enabled: flag.optional(),
};

const withPrices = modelSchema.extend({
  /** All that were ever said, oldest first: a call keeps the price of its day. */
  prices: z.array(priceSchema),
});

/** Rows as people see them today. */
export async function showModels(tx: TenantTx, rows: readonly ModelView[], day: string): Promise<Model[]> {
  const prices = await pricesOf(tx, rows);
  return rows.map((row) => toModel(row, prices.get(row.id) ?? [], day));
}

async function showOne(tx: TenantTx, row: ModelView, day: string) {
  const prices = await selectPrices(tx, [row.id]);
  return { ...toModel(row, prices, day), prices: prices.map(toShownPrice) };
}

/** What people can do with language models. */
export const modelOperations = [
  operation({
    name: 'models.list',
    summary: 'Language models with health, limits, price of today and energy, newest first.',
    route: { method: 'GET', path: '/models' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      provider: z.string().optional(),
      tier: z.enum(TIERS).optional(),
      enabled: flag.optional(),
      ...pagesUpTo(200),
    }),
    output: pageOf(modelSchema),
    example: { limit: 10 },
    run: (needs: ProviderNeeds, caller, input) =>
      readPage(needs.store, caller, input, selectModels, (tx, rows) => showModels(tx, rows, today(needs))),
  }),
  operation({
    name: 'models.get',
    summary: 'One model by id or as provider/name, with every price it ever had here.',
    route: { method: 'GET', path: '/models/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: withPrices,
    example: { id: someId },
    run: (needs: ProviderNeeds, caller, { id }) =>
      needs.store.read(caller.tenantId, async (tx) => showOne(tx, await findModel(tx, id), today(needs))),
  }),
  operation({
    name: 'models.add',
    summary:
      'Adds a model that its provider does not list; what is not given comes from the catalogue or its name.',
    route: { method: 'POST', path: '/models', status: 201 },
    permission: 'admin',
    effect: 'write',
    input: z.object({ provider: z.string(), name: z.string().trim().min(1).max(150), ...changes }),
    output: withPrices,
    example: { provider: 'ollama', name: 'qwen3:8b', contextTokens: 32_768 },
    run: (needs: ProviderNeeds, caller, { provider: of, name, ...change }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const provider = await findProvider(tx, of);
        const model = inCatalogue(kindOf(provider), name) ?? supposed(name);
        const [added] = await addModels(tx, caller, provider, [
          { model, source: 'person', priceSource: 'catalogue', isEnabled: change.enabled ?? true },
        ]);
        if (!added) throw new CadreError('model/exists', { model: `${provider.name}/${name}` });
        const shown = await showOne(tx, await changeModel(tx, needs, caller, added, change), today(needs));
        await keepAnswer(tx, caller, 201, shown);
        return shown;
      }),
  }),
  operation({
    name: 'models.change',
    summary:
      'Changes limits, tier, strengths, energy or whether a model may be called; what is not given stays.',
    route: { method: 'PATCH', path: '/models/{id}' },
    permission: 'admin',
    effect: 'write',
    input: z.object({ id: z.string(), ...changes }),
    output: withPrices,
    example: { id: someId, contextTokens: 32_768, maxOutputTokens: 4_096 },
    run: (needs: ProviderNeeds, caller, { id, ...change }) =>
      needs.store.write(caller.tenantId, async (tx) =>
        showOne(tx, await changeModel(tx, needs, caller, id, change), today(needs)),
      ),
  }),
  operation({
    name: 'models.price',
    summary: 'Says what a model costs from a day on. Prices are only added: earlier calls keep theirs.',
    route: { method: 'POST', path: '/models/{id}/prices', status: 201 },
    permission: 'admin',
    effect: 'write',
    input: z.object({
      id: z.string(),
      from: z.string().optional().describe('Day such as 2026-01-31; today when absent.'),
      inputUsdPerMillion: usd,
      cachedInputUsdPerMillion: usd.optional(),
      cacheWriteUsdPerMillion: usd.optional(),
      outputUsdPerMillion: usd,
    }),
    output: withPrices,
    example: { id: someId, from: '2026-01-31', inputUsdPerMillion: 3, outputUsdPerMillion: 15 },
    run: (needs: ProviderNeeds, caller, { id, from = today(needs), ...said }) => {
      if (!isDay(from)) throw new CadreError('model/bad-price', { detail: `"${from}" is no day` });
      return needs.store.write(caller.tenantId, async (tx) => {
        const { cachedInputUsdPerMillion: cached, cacheWriteUsdPerMillion: write, ...both } = said;
        const row = await addPrice(tx, needs, caller, id, {
          from,
          ...both,
          ...(cached !== undefined && { cachedInputUsdPerMillion: cached }),
          ...(write !== undefined && { cacheWriteUsdPerMillion: write }),
        });
        const shown = await showOne(tx, row, today(needs));
        await keepAnswer(tx, caller, 201, shown);
        return shown;
      });
    },
  }),
];
