import { classOfSize, type EnergyClass, energyOf } from './energy-class.ts';
import type { ModelInfo, Price, Tier } from './model.ts';
import type { ProviderKind } from './registry.ts';

/**
 * What Cadre knows of well-known models before anybody said anything. Written from the providers' public pages as
 * remembered, NOT looked up when Cadre is installed: prices and limits change, so check them on the page of the provider
 * (`PRICE_PAGES`) and say what is right with `cadre model price` and `cadre model change`. How large the models of OpenAI,
 * Anthropic and Google are is not public: their energy classes are assumptions by tier.
 */
export const CATALOGUE_AS_OF = '2025-11-01';
export const PRICE_PAGES: Partial<Record<ProviderKind, string>> = {
  openai: 'https://openai.com/api/pricing',
  anthropic: 'https://www.anthropic.com/pricing',
  google: 'https://ai.google.dev/gemini-api/docs/pricing',
  openrouter: 'https://openrouter.ai/models',
};

/** A model without the provider that a tenant connected. */
export type KnownModel = Omit<ModelInfo, 'id' | 'provider'>;

/** US dollars of a million tokens: input, cached input, input that is kept (null: as input), output. */
type Usd = readonly [input: number, cached: number | null, write: number | null, output: number];

const SIZE: Record<Tier, EnergyClass> = { small: 'dense-32b', medium: 'moe-400b', large: 'moe-671b' };

function known(
  name: string,
  [contextTokens, maxOutputTokens]: readonly [number, number],
  tier: Tier,
  strengths: string,
  latencyMs: number,
  usd: Usd | null,
  energyClass: EnergyClass = SIZE[tier],
): KnownModel {
  return {
    name,
    contextTokens,
    maxOutputTokens,
    tier,
    strengths: strengths.split(' '),
    latencyMs,
    energy: energyOf(energyClass),
    prices: usd === null ? [] : [toPrice(usd)],
    canUseTools: true,
    canAnswerJson: true,
  };
}

function toPrice([input, cached, write, output]: Usd): Price {
  return {
    from: CATALOGUE_AS_OF,
    inputUsdPerMillion: input,
    ...(cached !== null && { cachedInputUsdPerMillion: cached }),
    ...(write !== null && { cacheWriteUsdPerMillion: write }),
    outputUsdPerMillion: output,
  };
}

const GPT_5 = [400_000, 128_000] as const;
const GPT_41 = [1_047_576, 32_768] as const;
const CLAUDE = [200_000, 64_000] as const;
const GEMINI = [1_048_576, 65_536] as const;

/** Best first: the order of fallback within a provider. */
export const CATALOGUE: Record<ProviderKind, readonly KnownModel[]> = {
  openai: [
    known('gpt-5', GPT_5, 'large', 'reasoning code analysis tools', 8_000, [1.25, 0.125, null, 10]),
    known('gpt-5-mini', GPT_5, 'medium', 'reasoning code tools', 4_000, [0.25, 0.025, null, 2]),
    known('gpt-5-nano', GPT_5, 'small', 'classification extraction fast', 1_500, [0.05, 0.005, null, 0.4]),
    known('gpt-4.1', GPT_41, 'large', 'code long-context tools', 3_000, [2, 0.5, null, 8]),
    known('gpt-4.1-mini', GPT_41, 'medium', 'long-context tools', 1_500, [0.4, 0.1, null, 1.6]),
    known('gpt-4.1-nano', GPT_41, 'small', 'classification extraction fast', 800, [0.1, 0.025, null, 0.4]),
    known('gpt-4o', [128_000, 16_384], 'medium', 'writing vision tools', 2_000, [2.5, 1.25, null, 10]),
    known('gpt-4o-mini', [128_000, 16_384], 'small', 'fast summaries', 1_000, [0.15, 0.075, null, 0.6]),
    known('o3', [200_000, 100_000], 'large', 'reasoning mathematics code', 12_000, [2, 0.5, null, 8]),
    known('o4-mini', [200_000, 100_000], 'medium', 'reasoning mathematics', 6_000, [1.1, 0.275, null, 4.4]),
  ],
  anthropic: [
    known('claude-opus-4-5', CLAUDE, 'large', 'reasoning code planning writing', 4_000, [5, 0.5, 6.25, 25]),
    known('claude-sonnet-4-5', CLAUDE, 'medium', 'code agents tools writing', 2_500, [3, 0.3, 3.75, 15]),
    known('claude-haiku-4-5', CLAUDE, 'small', 'fast tools extraction', 1_000, [1, 0.1, 1.25, 5]),
    known('claude-opus-4-1', [200_000, 32_000], 'large', 'reasoning code', 4_000, [15, 1.5, 18.75, 75]),
    known('claude-3-5-haiku', [200_000, 8_192], 'small', 'fast summaries', 900, [0.8, 0.08, 1, 4]),
  ],
  google: [
    // Above 200,000 tokens of input Google takes more for gemini-2.5-pro; that is not in here.
    known('gemini-2.5-pro', GEMINI, 'large', 'reasoning code long-context', 5_000, [1.25, 0.125, null, 10]),
    known('gemini-2.5-flash', GEMINI, 'medium', 'long-context tools fast', 1_500, [0.3, 0.03, null, 2.5]),
    known('gemini-2.5-flash-lite', GEMINI, 'small', 'classification fast', 700, [0.1, 0.01, null, 0.4]),
    known('gemini-2.0-flash', [1_048_576, 8_192], 'small', 'fast', 800, [0.1, 0.025, null, 0.4]),
  ],
  // OpenRouter says its prices itself, in the list of its models.
  openrouter: [
    known('anthropic/claude-sonnet-4.5', CLAUDE, 'medium', 'code agents tools writing', 2_500, null),
    known('openai/gpt-5', GPT_5, 'large', 'reasoning code analysis tools', 8_000, null),
    known('google/gemini-2.5-flash', GEMINI, 'medium', 'long-context tools fast', 1_500, null),
    known(
      'deepseek/deepseek-chat-v3.1',
      [131_072, 8_192],
      'large',
      'reasoning code',
      4_000,
      null,
      'moe-671b',
    ),
    known(
      'qwen/qwen3-235b-a22b',
      [131_072, 8_192],
      'large',
      'reasoning multilingual',
      3_000,
      null,
      'moe-400b',
    ),
    known(
      'meta-llama/llama-3.3-70b-instruct',
      [131_072, 8_192],
      'medium',
      'writing',
      2_000,
      null,
      'dense-70b',
    ),
    known('openai/gpt-oss-120b', [131_072, 8_192], 'medium', 'reasoning tools', 1_500, null, 'moe-120b'),
  ],
  // Names as Ollama has them. How much context a local server really holds is its own setting: discovery asks for it.
  'openai-compatible': [
    known('gpt-oss:120b', [131_072, 8_192], 'large', 'reasoning tools', 6_000, null, 'moe-120b'),
    known('gpt-oss:20b', [131_072, 8_192], 'medium', 'reasoning tools', 3_000, null, 'dense-8b'),
    known('llama3.3:70b', [131_072, 8_192], 'large', 'writing tools', 8_000, null, 'dense-70b'),
    known('qwen3:32b', [40_960, 8_192], 'medium', 'reasoning multilingual tools', 5_000, null, 'dense-32b'),
    known('qwen3:8b', [40_960, 8_192], 'small', 'multilingual tools fast', 2_000, null, 'dense-8b'),
    known('llama3.1:8b', [131_072, 8_192], 'small', 'fast tools', 2_000, null, 'dense-8b'),
    known('mistral-small:24b', [32_768, 8_192], 'medium', 'writing tools', 4_000, null, 'dense-32b'),
    known('gemma3:27b', [131_072, 8_192], 'medium', 'writing multilingual', 4_000, null, 'dense-32b'),
    known('phi4:14b', [16_384, 4_096], 'small', 'mathematics', 2_500, null, 'dense-8b'),
  ],
};

/** What to take for a model that nobody knows. A context too small is safe; one too large cuts off what was said. */
const UNKNOWN_CONTEXT_TOKENS = 4_096;
const UNKNOWN_OUTPUT_TOKENS = 2_048;
const DATE_AT_END = /-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest|preview|\d{3})$/;

/** The entry of a model by its name at the provider; a date at its end makes no difference. */
export function inCatalogue(kind: ProviderKind, name: string): KnownModel | undefined {
  const plain = name.replace(/:latest$/, '').replace(DATE_AT_END, '');
  const found =
    CATALOGUE[kind].find((model) => model.name === name) ??
    CATALOGUE[kind].find((model) => model.name === plain);
  return found && { ...found, name };
}

/** What is supposed of a model by its name alone. */
export function supposed(name: string): KnownModel {
  const billions = Number(/(\d+(?:\.\d+)?)b\b/i.exec(name)?.[1] ?? 0);
  const tier = tierOf(name, billions);
  const model = known(
    name,
    [UNKNOWN_CONTEXT_TOKENS, UNKNOWN_OUTPUT_TOKENS],
    tier,
    'general',
    { small: 1_500, medium: 3_000, large: 6_000 }[tier],
    null,
    billions > 0 ? classOfSize(billions) : SIZE[tier],
  );
  return model;
}

function tierOf(name: string, billions: number): Tier {
  if (billions > 0) return billions <= 14 ? 'small' : billions <= 60 ? 'medium' : 'large';
  if (/nano|mini|haiku|lite|small|tiny|flash-8b/i.test(name)) return 'small';
  return /opus|pro\b|large|ultra|max\b/i.test(name) ? 'large' : 'medium';
}
