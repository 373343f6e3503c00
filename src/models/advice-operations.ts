import { z } from 'zod';
import { operation } from '../platform/kernel/operation.ts';
import { selectCallable } from '../platform/store/models.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type ProviderNeeds, today } from './connect.ts';
import { pricesOf } from './connected.ts';
import type { ModelInfo } from './model.ts';
import { showModels } from './model-operations.ts';
import { findOffers, offerSchema } from './offers.ts';
import { compare, recommend } from './recommend.ts';
import { follow } from './route.ts';
import { ruleFor } from './rule.ts';
import { rulesOf } from './rules.ts';
import { type Model, modelSchema, toModelInfo } from './view.ts';

/** The call by which models are put side by side. */
const INPUT_TOKENS = 1_000;
const OUTPUT_TOKENS = 500;

/** A rule of the tenant is not a guess. */
const BY_RULE = 1;

const choiceSchema = z.object({
  /** Null: no language model may be called here. */
  model: z.string().nullable(),
  confidence: z.number(),
  reason: z.string(),
});
const comparedSchema = modelSchema
  .pick({ model: true, tier: true, contextTokens: true, strengths: true, latencyMs: true })
  .extend({
    confidence: z.number(),
    reason: z.string(),
    /** Of a call with 1,000 tokens of input and 500 of output; null: nobody said what it costs. */
    costUsd: z.number().nullable(),
    /** Estimated, from half to twice as much. */
    energyJ: z.number(),
  });

const asked = (about: string) =>
  z.string().trim().max(2_000).default('').describe(about).meta({ 'x-positional': true });

/** What helps to choose a model, and to get one. */
export const adviceOperations = [
  operation({
    name: 'models.recommend',
    summary: 'Says which connected model fits a task, how sure that is, and why.',
    route: { method: 'GET', path: '/model-recommendation' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ task: asked('The task or its type, such as "quick summary".') }),
    output: choiceSchema,
    example: { task: 'quick summary' },
    async run(needs: ProviderNeeds, caller, { task }) {
      const { models, rules } = await needs.store.read(caller.tenantId, async (tx) => ({
        models: await selectInfo(tx),
        rules: await rulesOf(tx),
      }));
      const choice = recommend(task, models);
      if (!choice)
        return { model: null, confidence: 0, reason: 'no language model is connected and enabled' };
      const situation = { taskType: task, purpose: 'work', pressure: 0 } as const;
      const rule = ruleFor(rules, situation);
      if (!rule) return { ...choice, model: choice.model.id };
      const usual = { inputTokens: INPUT_TOKENS, outputTokens: OUTPUT_TOKENS, day: today(needs) };
      const ranked = follow(rule, models, { ...situation, ...usual });
      return { model: (ranked.models[0] ?? choice.model).id, confidence: BY_RULE, reason: ranked.because };
    },
  }),
  operation({
    name: 'models.compare',
    summary: 'Puts the connected models side by side for a use: fit, price, time and energy of a usual call.',
    route: { method: 'GET', path: '/model-comparison' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ useCase: asked('What they are for, such as "complex analysis".') }),
    output: z.object({ useCase: z.string(), items: z.array(comparedSchema) }),
    example: { useCase: 'complex analysis' },
    async run(needs: ProviderNeeds, caller, { useCase }) {
      const ranked = compare(useCase, await callable(needs, caller.tenantId));
      const items = ranked.map(({ model, confidence, reason }) => ({
        model: model.model,
        tier: model.tier,
        contextTokens: model.contextTokens,
        strengths: model.strengths,
        latencyMs: model.latencyMs,
        confidence,
        reason,
        costUsd: costOf(model),
        energyJ: joulesOf(model),
      }));
      return { useCase, items };
    },
  }),
  operation({
    name: 'models.offers',
    summary:
      'Names what could be connected: keys in the environment of the server, and an Ollama on its machine.',
    route: { method: 'GET', path: '/model-offers' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({}),
    output: z.object({ items: z.array(offerSchema) }),
    example: {},
    // The environment is that of who runs the server: other tenants learn nothing of it.
    run: async ({ homeTenantId }: ProviderNeeds, { tenantId }) => ({
      items: tenantId === homeTenantId ? await findOffers() : [],
    }),
  }),
];

function callable(needs: ProviderNeeds, tenantId: string): Promise<Model[]> {
  return needs.store.read(tenantId, async (tx) => showModels(tx, await selectCallable(tx), today(needs)));
}

async function selectInfo(tx: TenantTx): Promise<ModelInfo[]> {
  const rows = await selectCallable(tx);
  const prices = await pricesOf(tx, rows);
  return rows.map((row) => toModelInfo(row, prices.get(row.id) ?? []));
}

function costOf({ price }: Model): number | null {
  if (price === null) return null;
  return (INPUT_TOKENS * price.inputUsdPerMillion + OUTPUT_TOKENS * price.outputUsdPerMillion) / 1_000_000;
}

const joulesOf = ({ energy }: Model): number =>
  (INPUT_TOKENS * energy.joulesPerThousandInputTokens +
    OUTPUT_TOKENS * energy.joulesPerThousandOutputTokens) /
  1_000;
