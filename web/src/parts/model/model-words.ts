import type { Model, Provider, ProviderKind } from '../../api/models.ts';
import { money } from '../amounts.ts';

/** Kinds of providers as people know them. */
export const KIND_WORDS: Record<ProviderKind, string> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  google: 'Google',
  openrouter: 'OpenRouter',
  'openai-compatible': 'Own server',
};
export const KINDS = Object.keys(KIND_WORDS) as ProviderKind[]; // of the record above

export interface HealthWords {
  state: 'up' | 'down' | 'unknown' | 'off';
  word: string;
  /** Null: nobody said. */
  because: string | null;
  since: string | null;
}

/** How a provider does, in words. */
export function healthWords({ enabled, health }: Pick<Provider, 'enabled' | 'health'>): HealthWords {
  const { because, since } = health;
  if (!enabled) return { state: 'off', word: 'Switched off', because: 'no call goes to it', since: null };
  if (health.isUp === null)
    return { state: 'unknown', word: 'Not tried yet', because: 'nothing was asked of it', since: null };
  return health.isUp
    ? { state: 'up', word: 'Answers', because, since }
    : { state: 'down', word: 'Does not answer', because, since };
}

/** Sizes of models, and what each is for. */
export const TIER_WORDS: Record<Model['tier'], string> = {
  small: 'small: quick and simple work',
  medium: 'medium: most work',
  large: 'large: hard and creative work',
};

const SOURCES: Record<string, string> = {
  catalogue: 'from the built-in list: check it with your provider',
  discovered: 'said by the provider',
  person: 'entered here',
  local: 'runs on your own machine: nobody bills it',
};

/** Who said a price. */
export const priceSource = (source: string): string => SOURCES[source] ?? source;

/** What a million tokens cost, in and out. */
export function priceWords(price: Model['price']): string {
  if (price === null) return 'not known';
  if (price.inputUsdPerMillion === 0 && price.outputUsdPerMillion === 0) return 'free';
  return `${money(price.inputUsdPerMillion)} in, ${money(price.outputUsdPerMillion)} out`;
}

/** Whether a model is called now, and why not. */
export function callableWords({ isCallable, enabled, health }: Model): string {
  if (!enabled) return 'Switched off: no call goes to it.';
  if (!isCallable) return 'Its provider is switched off.';
  return health.isUp === false ? 'Ready, but its provider does not answer now.' : 'Ready: agents may use it.';
}
