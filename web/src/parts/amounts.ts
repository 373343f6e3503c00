/** Money, tokens, joules and grams as people read them. */

const places = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });

/** Money: cents where they are enough, more digits for fractions of one. */
export const money = (usd: number): string => {
  if (usd === 0) return '$0.00';
  if (Math.abs(usd) >= 0.01)
    return `$${usd.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  return `$${Number(usd.toPrecision(2)).toLocaleString('en-GB', { maximumFractionDigits: 9 })}`;
};

/** Money that nobody knows is not nothing. */
export const moneyOr = (usd: number | null, otherwise: string): string =>
  usd === null ? otherwise : money(usd);

/** Joules, or kilojoules and megajoules of many. */
export const energy = (joules: number): string => {
  if (joules >= 10_000_000) return `${places.format(joules / 1_000_000)} MJ`;
  if (joules >= 10_000) return `${(joules / 1_000).toFixed(1)} kJ`;
  return joules !== 0 && Math.abs(joules) < 0.1
    ? `${Number(joules.toPrecision(2))} J`
    : `${places.format(joules)} J`;
};

/** Grams of CO2e, with as many digits as are believed. */
export const carbon = (grams: number): string =>
  grams >= 1_000 ? `${places.format(grams / 1_000)} kg CO2e` : `${Number(grams.toPrecision(2))} g CO2e`;

/** Every digit of a count. */
export const count = (value: number): string => value.toLocaleString('en-GB');

/** A count where its size is what matters: 131k, 1.0M. */
export const roughly = (value: number): string => {
  if (value >= 1_000_000) return `${Number((value / 1_000_000).toFixed(1))}M`;
  return value >= 1_000 ? `${Math.round(value / 1_000)}k` : String(value);
};

/** A share of 1 in whole percent; a little is not nothing, and nearly all is not all. */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  if (whole === 0 && share > 0) return 'below 1 %';
  return whole === 100 && share < 1 ? '99 %' : `${whole} %`;
}
