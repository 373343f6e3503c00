import { CadreError } from '../platform/kernel/errors.ts';
import { worstCostOf } from './cost.ts';
import type { ModelId, ModelInfo, Tier } from './model.ts';
import { priceOn } from './price.ts';
import { distance, wantedTier } from './recommend.ts';
import { HIGH_PRESSURE, type ModelRule, percent, ruleFor, type Situation, sayRule, smaller } from './rule.ts';

/** What a call needs of a model, and what is wished. */
export interface Wish extends Situation {
  /** Null: any. */
  model: ModelId | null;
  otherThan?: ModelId;
  rules: readonly ModelRule[];
  needsTools: boolean;
  needsJson: boolean;
  /** As counted, not the worst case: a prompt that just fits is tried. */
  inputTokens: number;
  outputTokens: number;
  /** `YYYY-MM-DD`, for prices. */
  day: string;
}

export interface Ranked<M> {
  /** The one to try, then what to fall back to, in order. Never empty. */
  models: M[];
  /** Why the first of them. */
  because: string;
}

/**
 * Which models a call may go to, in order (FEATURES MC-2): abilities and context decide who can, then the named model,
 * a rule, or the size that fits the task; within that the order of fallback that a person gave.
 * @throws CadreError `model/none`, `model/too-long`
 */
export function rankModels<M extends ModelInfo>(models: readonly M[], wish: Wish): Ranked<M> {
  if (models.length === 0) throw none('no provider is connected and enabled');
  if (wish.model !== null && !models.some(({ id }) => id === wish.model))
    throw none(`${wish.model} is not among the connected and enabled models`);
  const able = elseWhere(
    models.filter((model) => hasAbilities(model, wish)),
    wish.otherThan,
  );
  const fitting = able.filter((model) => fits(model, wish));
  if (fitting.length === 0) {
    const largest = [...able].sort((a, b) => b.contextTokens - a.contextTokens)[0] as M; // `elseWhere` answers some
    throw new CadreError('model/too-long', { model: largest.id, tokens: wish.inputTokens });
  }
  return order(fitting, wish);
}

const none = (because: string) => new CadreError('model/none', { because });

function hasAbilities(model: ModelInfo, wish: Wish): boolean {
  return (model.canUseTools || !wish.needsTools) && (model.canAnswerJson || !wish.needsJson);
}

const fits = (model: ModelInfo, { inputTokens, outputTokens }: Wish) =>
  inputTokens + Math.min(outputTokens, model.maxOutputTokens) <= model.contextTokens;

/** Who checks work is not who did it: another model always, of another provider where one can do it. */
function elseWhere<M extends ModelInfo>(able: M[], otherThan: ModelId | undefined): M[] {
  if (able.length === 0)
    throw none('none of the connected models can use tools and answer in JSON as needed');
  if (otherThan === undefined) return able;
  const others = able.filter(({ id }) => id !== otherThan);
  if (others.length === 0) throw none(`it must be another one than ${otherThan}, and no other is connected`);
  const elsewhere = others.filter(({ provider }) => !otherThan.startsWith(`${provider}/`));
  return elsewhere.length > 0 ? elsewhere : others;
}

function order<M extends ModelInfo>(models: M[], wish: Wish): Ranked<M> {
  const named = models.find(({ id }) => id === wish.model);
  if (named) return { models: first(named, byTier(models, named.tier)), because: 'it was named' };
  if (wish.model !== null)
    return { ...choose(models, wish), because: `${wish.model}, which was named, cannot take this` };
  return choose(models, wish);
}

function choose<M extends ModelInfo>(models: M[], wish: Wish): Ranked<M> {
  const rule = ruleFor(wish.rules, wish);
  if (rule) return follow(rule, models, wish);
  const { tier, reason } = wantedTier(wish.taskType);
  if (wish.pressure < HIGH_PRESSURE) return { models: byTier(models, tier), because: reason };
  const down = smaller(tier);
  return {
    models: sorted(models, (model) => distance(model.tier, down, 'smaller')),
    because: `${reason}; one size down, as ${percent(wish.pressure)} of a budget is in use`,
  };
}

/** The models as a rule wants them, the one to try first. */
export function follow<M extends ModelInfo>(
  rule: ModelRule,
  models: readonly M[],
  wish: Situation & Pick<Wish, 'inputTokens' | 'outputTokens' | 'day'>,
): Ranked<M> {
  const because = sayRule(rule, wish);
  if (rule.prefer === 'cheapest') return { models: sorted(models, (model) => priceOf(model, wish)), because };
  if (rule.prefer === 'greenest')
    return { models: sorted(models, ({ energy }) => energy.joulesPerOutputToken), because };
  return { models: byTier(models, rule.prefer), because };
}

const first = <M>(one: M, rest: M[]): M[] => [one, ...rest.filter((other) => other !== one)];

const byTier = <M extends ModelInfo>(models: readonly M[], tier: Tier): M[] =>
  sorted(models, (model) => distance(model.tier, tier));

/** By a figure, least first; those that are equal keep the order of fallback. */
const sorted = <M>(models: readonly M[], of: (model: M) => number): M[] =>
  models
    .map((model) => ({ model, figure: of(model) }))
    .sort((a, b) => a.figure - b.figure)
    .map(({ model }) => model);

/** What nobody named a price for comes last. */
function priceOf(model: ModelInfo, wish: Pick<Wish, 'inputTokens' | 'outputTokens' | 'day'>): number {
  return worstCostOf(priceOn(model.prices, wish.day), wish) ?? Number.MAX_VALUE;
}
