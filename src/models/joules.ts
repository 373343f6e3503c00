import type { TokenEnergy } from './model.ts';
import type { TokenCount } from './usage.ts';

/**
 * Joules of tokens, estimated (EVOLUTION section 3.2): what EcoLogits measured of GPUs per output token
 * (genai-impact/ecologits, docs/methodology/llm_inference.md), with the server around them and the overhead of the
 * place.
 */

/** How large a model is, in billions of parameters. */
export interface ModelSize {
  activeBillions: number;
  totalBillions: number;
  /** Bits of a parameter as it is served. */
  bits: number;
}

/** GPU Wh of an output token: α·e^(β·B)·P_active + γ, for a batch of B requests. */
const ALPHA = 1.1665e-6;
const BETA = -0.011206;
const GAMMA = 4.0529e-5;
const BATCH = 64;
/** Seconds of an output token: these for a billion active parameters, for a request in the batch, and always. */
const LATENCY = { perBillion: 6.785e-4, perRequest: 3.119e-4, base: 0.019474 };
const GPU_GB = 80;
/** What a model takes beyond its parameters. */
const MEMORY_FACTOR = 1.2;
const SERVER_W = 1_200;
const GPUS_PER_SERVER = 8;
const PUE = 1.2;
const J_PER_WH = 3_600;

/** An input token takes a tenth of an output token: an assumption, its range is 0.02 to 0.15. */
const INPUT_SHARE = 0.1;
/** A token that the provider had kept takes a tenth of an input token. */
const CACHED_SHARE = 0.1;
/** An estimate may be wrong by this factor, either way. */
const RANGE = 2;

/** GPUs that hold the model: a power of two. */
export function gpusOf({ totalBillions, bits }: ModelSize): number {
  const gigabytes = (MEMORY_FACTOR * totalBillions * bits) / 8;
  return 2 ** Math.max(0, Math.ceil(Math.log2(gigabytes / GPU_GB)));
}

export function joulesPerOutputToken(size: ModelSize): number {
  const gpus = gpusOf(size);
  const gpuJ = (ALPHA * Math.exp(BETA * BATCH) * size.activeBillions + GAMMA) * J_PER_WH;
  const seconds = LATENCY.perBillion * size.activeBillions + LATENCY.perRequest * BATCH + LATENCY.base;
  const serverJ = (SERVER_W * seconds * gpus) / GPUS_PER_SERVER / BATCH;
  return PUE * (serverJ + gpus * gpuJ);
}

/** T_out·e_out + T_in·e_in, what was cached at a tenth; with its range. */
export function joulesOf(
  energy: TokenEnergy,
  { inputTokens, cachedInputTokens, outputTokens }: TokenCount,
): { energyJ: number; energyLowJ: number; energyHighJ: number } {
  const cached = Math.min(cachedInputTokens, inputTokens);
  const read = inputTokens - cached + CACHED_SHARE * cached;
  const energyJ = outputTokens * energy.joulesPerOutputToken + read * energy.joulesPerInputToken;
  return { energyJ, energyLowJ: energyJ / RANGE, energyHighJ: energyJ * RANGE };
}

/** What tokens of a model of this size take, for one that stands in no table. */
export function energyOfSize(energyClass: string, size: ModelSize): TokenEnergy {
  const perOutput = joulesPerOutputToken(size);
  return { energyClass, joulesPerOutputToken: perOutput, joulesPerInputToken: INPUT_SHARE * perOutput };
}
