import type { Price } from './model.ts';
import type { TokenCount } from './usage.ts';

const MILLION = 1_000_000;

/**
 * T_in·p_in + T_cached·p_cache + T_write·p_write + T_out·p_out (EVOLUTION section 3.3) by the price of the day. Null
 * where nobody said what the model costs.
 */
export function costOf(price: Price | undefined, count: TokenCount): number | null {
  if (!price) return null;
  const cached = Math.min(count.cachedInputTokens, count.inputTokens);
  const written = Math.min(count.cacheWriteTokens, count.inputTokens - cached);
  const fresh = count.inputTokens - cached - written;
  const usdMillions =
    fresh * price.inputUsdPerMillion +
    cached * (price.cachedInputUsdPerMillion ?? price.inputUsdPerMillion) +
    written * (price.cacheWriteUsdPerMillion ?? price.inputUsdPerMillion) +
    count.outputTokens * price.outputUsdPerMillion;
  return usdMillions / MILLION;
}

/** The most that so many tokens can cost: input at the highest of its prices. */
export function worstCostOf(
  price: Price | undefined,
  count: { inputTokens: number; outputTokens: number },
): number | null {
  if (!price) return null;
  const {
    inputUsdPerMillion: fresh,
    cacheWriteUsdPerMillion: write,
    cachedInputUsdPerMillion: cached,
  } = price;
  const input = Math.max(fresh, write ?? 0, cached ?? 0);
  return (count.inputTokens * input + count.outputTokens * price.outputUsdPerMillion) / MILLION;
}
