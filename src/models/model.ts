/**
 * What is known of a language model: how much it takes, what it costs and since when, what it is good at, and how much
 * energy a token takes (FEATURES MC-2).
 */

/** A model as Cadre names it everywhere: the name of its provider, a slash, and its own name there. */
export type ModelId = string;

/** Prices of a million tokens from a day on; an older call keeps the price of its day. */
export interface Price {
  /** RFC 3339 date from which it holds, such as `2026-01-31`. */
  from: string;
  inputUsdPerMillion: number;
  /** Input that the provider had kept; the price of input when it says nothing else. */
  cachedInputUsdPerMillion?: number;
  /** Input that the provider keeps for later calls; the price of input when it says nothing else. */
  cacheWriteUsdPerMillion?: number;
  outputUsdPerMillion: number;
}

/** How large a model is beside its peers: what `models.recommend` speaks of. */
export const TIERS = ['small', 'medium', 'large'] as const;
export type Tier = (typeof TIERS)[number];

/** Joules of a token, estimated from the size of the model (EVOLUTION section 3.2). */
export interface TokenEnergy {
  /** Which row of the table, such as `dense-8b`. */
  energyClass: string;
  joulesPerOutputToken: number;
  joulesPerInputToken: number;
}

export interface ModelInfo {
  id: ModelId;
  /** Name of the connected provider. */
  provider: string;
  /** Its name at the provider. */
  name: string;
  contextTokens: number;
  maxOutputTokens: number;
  tier: Tier;
  strengths: string[];
  /** Time to an answer of usual length; measured ones take its place. */
  latencyMs: number;
  energy: TokenEnergy;
  /** Newest last. Empty: nobody said what it costs, which is not the same as free. */
  prices: Price[];
  canUseTools: boolean;
  canAnswerJson: boolean;
}
