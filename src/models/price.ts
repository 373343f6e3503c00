import type { Price } from './model.ts';

/** The price of a day: the newest that had begun, and of those of one day the one said last. */
export function priceOn<P extends Price>(prices: readonly P[], day: string): P | undefined {
  let found: P | undefined;
  for (const price of prices) {
    if (price.from <= day && (found === undefined || price.from >= found.from)) found = price;
  }
  return found;
}

/** Whether the text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
