/** Numbers as people write them, in digits and in words. */

/** Digits with thousands separators and decimals in English and European order. Needs the `u` flag. */
export const DIGITS =
  "(?:\\d{1,2}(?:,\\d{2}){1,4},\\d{3}|\\d{1,3}(?:,\\d{3}){1,6}(?:\\.\\d{1,8})?|\\d{1,3}(?:\\.\\d{3}){2,6}(?:,\\d{1,8})?|\\d{1,3}\\.\\d{3},\\d{1,2}|\\d{1,3}(?:['’ \\u00a0\\u202f]\\d{3}){1,6}(?:[.,]\\d{1,2})?|\\d{1,15}(?:[.,]\\d{1,8})?)";

/** Number words up to a hundred with their values. */
export const UNITS_IN_WORDS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  hundred: 100,
};

const simple = Object.keys(UNITS_IN_WORDS).join('|');
/** A number in words up to the hundreds: "three", "twenty-five", "two hundred", "a hundred". */
export const NUMBER_WORDS = `(?:(?:${simple}|a(?= hundred))(?:[ -](?:and )?(?:${simple})){0,3})`;

/** How a magnitude word or letter multiplies. */
export const MAGNITUDE =
  '(?:thousand|lakhs?|crores?|million|billion|trillion|mio\\.?|mrd\\.?|mn|mln|bn|tn|k|m|b|M|K|B)';
const MAGNITUDES: Record<string, number> = {
  thousand: 1e3,
  lakh: 1e5,
  crore: 1e7,
  k: 1e3,
  million: 1e6,
  mio: 1e6,
  mn: 1e6,
  mln: 1e6,
  m: 1e6,
  billion: 1e9,
  mrd: 1e9,
  bn: 1e9,
  b: 1e9,
  trillion: 1e12,
  tn: 1e12,
};

/** The value of digits or number words, times the magnitude; undefined when it is not a number. */
export function parseNumber(text: string, magnitude?: string): number | undefined {
  const base = /\d/.test(text) ? parseDigits(text) : parseWords(text);
  if (base === undefined) return undefined;
  const factor = magnitude
    ? (MAGNITUDES[magnitude.toLowerCase().replace(/\.|(?<=lakh|crore)s/g, '')] ?? 1)
    : 1;
  // 3.3 million must not become 3299999.9999999995.
  return Number((base * factor).toPrecision(15));
}

function parseDigits(text: string): number | undefined {
  const compact = text.replace(/['’\s]/g, '');
  const comma = compact.lastIndexOf(',');
  const point = compact.lastIndexOf('.');
  let plain: string;
  if (comma >= 0 && point >= 0) {
    plain = comma > point ? compact.replace(/\./g, '').replace(',', '.') : compact.replace(/,/g, '');
  } else if (comma >= 0) {
    plain = /^\d{1,3}(?:,\d{2,3})*,\d{3}$/.test(compact)
      ? compact.replace(/,/g, '')
      : compact.replace(',', '.');
  } else {
    plain = /^\d{1,3}(?:\.\d{3}){2,}$/.test(compact) ? compact.replace(/\./g, '') : compact;
  }
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function parseWords(text: string): number | undefined {
  let total = 0;
  for (const word of text.toLowerCase().split(/[ -]+/)) {
    if (word === 'and') continue;
    const value = word === 'a' ? 1 : UNITS_IN_WORDS[word];
    if (value === undefined) return undefined;
    total = value === 100 ? Math.max(1, total) * 100 : total + value;
  }
  return total > 0 ? total : undefined;
}
