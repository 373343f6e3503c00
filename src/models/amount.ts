/**
 * Amounts as the ledger keeps them: whole numbers, so that sums are exact in whatever order they are made. Money in
 * billionths of a US dollar, energy in thousandths of a joule.
 */
export interface Amount {
  costNano: number;
  tokens: number;
  energyMj: number;
}

export const NOTHING: Amount = { costNano: 0, tokens: 0, energyMj: 0 };

const NANO = 1_000_000_000;
const MILLI = 1_000;
/** More than any call takes; what lies beyond is a mistake of who reported it, and may not break sums. */
const MOST_USD = 100_000;
const MOST_TOKENS = 1_000_000_000;
const MOST_JOULES = 1_000_000_000;
/** Fractions of a billionth that binary numbers add by themselves. */
const DUST = 1e-6;

/** Dollars as spent: to the nearest billionth. */
export const toNano = (usd: number): number => Math.round(Math.min(usd, MOST_USD) * NANO);
/** Dollars as reserved: never less than they can become. */
export const toNanoUp = (usd: number): number => Math.ceil(Math.min(usd, MOST_USD) * NANO - DUST);
/** Dollars of a limit: never more than was said. */
export const toNanoDown = (usd: number): number => Math.floor(usd * NANO + DUST);
export const toUsd = (nano: number): number => nano / NANO;
export const toMilli = (joules: number): number => Math.round(Math.min(joules, MOST_JOULES) * MILLI);
export const toMilliUp = (joules: number): number => Math.ceil(Math.min(joules, MOST_JOULES) * MILLI - DUST);
export const toJoules = (milli: number): number => milli / MILLI;
export const toTokens = (count: number): number => Math.ceil(Math.min(count, MOST_TOKENS));

/** Whether somebody could have meant it. */
export const isAmount = (value: number): boolean => Number.isFinite(value) && value >= 0;
