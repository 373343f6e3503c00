import { UNITS_IN_WORDS } from '../../documents/extraction/numbers.ts';
import { type DateFound, datesIn } from './dates.ts';
import { fold } from './words.ts';

/**
 * Numbers as people write them, brought to one form: `1.2 million`, `1,200,000` and `1.200.000,00` are 1200000.
 * Written apart from the extraction rules on purpose: the verifier does not check with the reader's own eyes.
 */
export interface Quantity {
  start: number;
  end: number;
  /** The likeliest reading. */
  number: number;
  /** Every reading: `1.234` is 1.234 or 1234. */
  readings: number[];
  /** Currency code, `%`, unit of measure (`kg`), `time` (minutes of the day), or '' for a bare number. */
  unit: string;
  /** Half of the last digit stated: `1.2 million` is right within 50000. */
  tolerance: number;
  /** "about", "nearly", "over", … stands before it. */
  approximate: boolean;
}

const CURRENCIES: Record<string, string> = {
  '€': 'EUR',
  eur: 'EUR',
  euro: 'EUR',
  euros: 'EUR',
  $: 'USD',
  us$: 'USD',
  usd: 'USD',
  dollar: 'USD',
  dollars: 'USD',
  '£': 'GBP',
  gbp: 'GBP',
  '¥': 'JPY',
  jpy: 'JPY',
  yen: 'JPY',
  chf: 'CHF',
  francs: 'CHF',
  franken: 'CHF',
  '₹': 'INR',
  inr: 'INR',
  cad: 'CAD',
  aud: 'AUD',
  nok: 'NOK',
  sek: 'SEK',
  dkk: 'DKK',
  pln: 'PLN',
  czk: 'CZK',
  cny: 'CNY',
};

const UNITS: Record<string, string> = {
  '%': '%',
  percent: '%',
  'per cent': '%',
  prozent: '%',
  kg: 'kg',
  kilogram: 'kg',
  kilograms: 'kg',
  g: 'g',
  grams: 'g',
  t: 't',
  ton: 't',
  tons: 't',
  tonne: 't',
  tonnes: 't',
  km: 'km',
  kilometre: 'km',
  kilometres: 'km',
  kilometer: 'km',
  kilometers: 'km',
  mm: 'mm',
  cm: 'cm',
  m: 'm',
  metre: 'm',
  metres: 'm',
  meter: 'm',
  meters: 'm',
  miles: 'mi',
  mile: 'mi',
  ft: 'ft',
  feet: 'ft',
  'm²': 'm²',
  m2: 'm²',
  'm³': 'm³',
  m3: 'm³',
  ha: 'ha',
  hectare: 'ha',
  hectares: 'ha',
  acre: 'acre',
  acres: 'acre',
  l: 'l',
  litre: 'l',
  litres: 'l',
  liter: 'l',
  liters: 'l',
  kw: 'kW',
  mw: 'MW',
  gw: 'GW',
  kwh: 'kWh',
  mwh: 'MWh',
  gwh: 'GWh',
  kb: 'kB',
  mb: 'MB',
  gb: 'GB',
  tb: 'TB',
  ms: 'ms',
  second: 's',
  seconds: 's',
  minute: 'min',
  minutes: 'min',
  min: 'min',
  hour: 'h',
  hours: 'h',
  h: 'h',
  day: 'day',
  days: 'day',
  week: 'week',
  weeks: 'week',
  month: 'month',
  months: 'month',
  year: 'year',
  years: 'year',
  '°c': '°C',
  pounds: 'pound',
};

const SCALES: Record<string, number> = {
  hundred: 1e2,
  thousand: 1e3,
  k: 1e3,
  tausend: 1e3,
  million: 1e6,
  millions: 1e6,
  millionen: 1e6,
  millones: 1e6,
  mio: 1e6,
  mn: 1e6,
  m: 1e6,
  billion: 1e9,
  billions: 1e9,
  bn: 1e9,
  milliarden: 1e9,
  milliards: 1e9,
  mrd: 1e9,
  trillion: 1e12,
};

/** "one" is mostly no number ("one of the"). */
const { one: _one, ...WORD_NUMBERS }: Readonly<Record<string, number>> = UNITS_IN_WORDS;

const APPROXIMATE =
  /(?:about|around|approximately|approx\.?|roughly|nearly|almost|some|circa|ca\.?|over|more than|less than|under|up to|at least|at most|close to|rund|etwa|environ|~|≈|>|<)\s*$/i;

const SIGN = '[€$£¥₹]|US\\$';
const CODE = 'EUR|USD|GBP|JPY|CHF|INR|CAD|AUD|NOK|SEK|DKK|PLN|CZK|CNY';
const DIGITS = "\\d{1,3}(?:[,.'’\\u00a0\\u202f\\u2009]\\d{3})+(?:[.,]\\d+)?|\\d+(?:[.,]\\d+)?";
const SPACED = '\\d{1,3}(?: \\d{3})+(?:[.,]\\d+)?';
const SCALE =
  'hundred|thousand|tausend|millionen|millones|millions?|mio\\.?|mn|billions?|bn|milliarden|milliards|mrd\\.?|trillion|[kKmM](?![\\p{L}\\p{N}²³/])';
const UNIT_WORDS = [...Object.keys(UNITS), ...Object.keys(CURRENCIES)]
  .sort((a, b) => b.length - a.length)
  .map((unit) => unit.replace(/[$]/g, '\\$&'))
  .join('|');

const QUANTITY = new RegExp(
  `(?<![\\p{L}\\p{N}]|[\\p{L}\\p{N}][-.,/:])(?<sign>(?:${SIGN})|(?:${CODE})(?=[\\s\\u00a0]?[-−]?\\d))?\\s?` +
    `(?<minus>(?<![\\p{N}])[-−](?=\\d))?(?:(?<clock>\\d{1,2}[:.]\\d{2}(?=\\s?(?:h|uhr|am|pm)\\b|(?<=:\\d{2})(?![\\d:])))|` +
    `(?<digits>(?:(?<=(?:${SIGN}|${CODE})\\s?)${SPACED})|${DIGITS})(?![\\p{N}]))` +
    `(?:[\\s\\u00a0-]?(?<scale>${SCALE})(?![\\p{L}]))?(?:[\\s\\u00a0-]?(?<unit>(?:${UNIT_WORDS}))(?![\\p{L}\\p{N}]))?`,
  'giu',
);

const WORDED = new RegExp(
  `(?<![\\p{L}\\p{N}-])(?<word>${Object.keys(WORD_NUMBERS).join('|')})(?![\\p{L}\\p{N}])` +
    `(?:[\\s-](?<scale>hundred|thousand|millions?|billions?)\\b)?(?:[\\s-](?<unit>${UNIT_WORDS})(?![\\p{L}\\p{N}]))?`,
  'giu',
);

/** A digit, or the beginning of a number in words. */
const NUMERIC =
  /\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)/i;

/** Versions and network addresses (`3.11.2`, `192.168.10.2:6666`) are names made of digits, not numbers. */
function addressesIn(text: string): Array<{ start: number; end: number }> {
  const found: Array<{ start: number; end: number }> = [];
  for (const match of text.matchAll(/(?<![\p{L}\d])\d+(?:\.\d+){2,}(?::\d+)?/gu)) {
    if (/^\d{1,3}(?:\.\d{3})+$/.test(match[0])) continue;
    found.push({ start: match.index, end: match.index + match[0].length });
  }
  for (const match of text.matchAll(/(?<![\p{L}\d])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,}/giu)) {
    found.push({ start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** The quantities of a text in order, leaving out what is part of a date. */
export function quantitiesIn(text: string, dates: DateFound[] = datesIn(text)): Quantity[] {
  if (!NUMERIC.test(text)) return [];
  const masked = maskOut(text, [...dates, ...addressesIn(text)]);
  const found: Quantity[] = [];
  for (const match of masked.matchAll(QUANTITY)) {
    const lead = match[0].length - match[0].trimStart().length;
    const start = match.index + lead;
    const groups = match.groups ?? {};
    if (groups.clock) found.push(clockTime(groups.clock, start, match[0].length - lead));
    else found.push(readQuantity(masked, start, match.index + match[0].trimEnd().length, groups));
  }
  for (const match of masked.matchAll(WORDED)) found.push(readWorded(masked, match));
  spreadRanges(masked, found);
  return found.sort((a, b) => a.start - b.start);
}

function readQuantity(
  text: string,
  start: number,
  end: number,
  groups: Record<string, string | undefined>,
): Quantity {
  const digits = groups.digits ?? '';
  const currency = unitOf(groups.sign) || unitOf(groups.unit);
  // "12 m" is a length, "$12m" is money
  const metres = groups.scale?.toLowerCase() === 'm' && !isCurrency(currency);
  const scale = groups.scale && !metres ? (SCALES[fold(groups.scale).replace('.', '')] ?? 1) : 1;
  const unit = currency || (metres ? 'm' : '');
  const factor = (groups.minus ? -1 : 1) * scale;
  const readings = readingsOf(digits, unit).map((reading) => round(reading.value * factor));
  const decimals = readingsOf(digits, unit)[0]?.decimals ?? 0;
  return {
    start,
    end,
    number: readings[0] ?? Number.NaN,
    readings,
    unit,
    tolerance: (0.5 * scale) / 10 ** decimals,
    approximate: APPROXIMATE.test(text.slice(Math.max(0, start - 24), start)),
  };
}

function readWorded(text: string, match: RegExpMatchArray): Quantity {
  const start = match.index ?? 0;
  const scale = match.groups?.scale ? (SCALES[fold(match.groups.scale)] ?? 1) : 1;
  const number = (WORD_NUMBERS[fold(match.groups?.word ?? '')] ?? 0) * scale;
  return {
    start,
    end: start + match[0].length,
    number,
    readings: [number],
    unit: unitOf(match.groups?.unit),
    tolerance: scale > 1 ? scale / 2 : 0,
    approximate: APPROXIMATE.test(text.slice(Math.max(0, start - 24), start)),
  };
}

function clockTime(text: string, start: number, length: number): Quantity {
  const [hours = 0, minutes = 0] = text.split(/[:.]/).map(Number);
  const number = hours * 60 + minutes;
  return {
    start,
    end: start + length,
    number,
    readings: [number],
    unit: 'time',
    tolerance: 0,
    approximate: false,
  };
}

/** Readings of a run of digits with separators; the likeliest first. */
function readingsOf(digits: string, unit: string): Array<{ value: number; decimals: number }> {
  const plain = digits.replace(/['’\s\u00a0\u202f\u2009]/g, '');
  const commas = plain.split(',').length - 1;
  const dots = plain.split('.').length - 1;
  if (commas > 0 && dots > 0) {
    const decimal = plain.lastIndexOf(',') > plain.lastIndexOf('.') ? ',' : '.';
    return [asNumber(plain, decimal)];
  }
  if (commas > 1 || dots > 1) return [asNumber(plain, '')];
  if (commas + dots === 0) return [asNumber(plain, '')];
  const separator = commas ? ',' : '.';
  const grouped = /^\d{1,3}[.,]\d{3}$/.test(plain) && !plain.startsWith('0');
  if (!grouped) return [asNumber(plain, separator)];
  const whole = asNumber(plain, '');
  const fraction = asNumber(plain, separator);
  // a comma before three digits groups in English; a dot does so only in sums of money
  return separator === ',' || /^[A-Z]{3}$/.test(unit) ? [whole, fraction] : [fraction, whole];
}

function asNumber(text: string, decimal: string): { value: number; decimals: number } {
  if (!decimal) return { value: Number(text.replace(/[.,]/g, '')), decimals: 0 };
  const [whole = '', part = ''] = [
    text.slice(0, text.lastIndexOf(decimal)),
    text.slice(text.lastIndexOf(decimal) + 1),
  ];
  return { value: Number(`${whole.replace(/[.,]/g, '')}.${part}`), decimals: part.length };
}

/** "3 to 5 million euros": the first number takes scale and unit of the second as a further reading. */
function spreadRanges(text: string, found: Quantity[]): void {
  const ordered = found.sort((a, b) => a.start - b.start);
  for (let index = 0; index + 1 < ordered.length; index += 1) {
    const first = ordered[index];
    const second = ordered[index + 1];
    if (!first || !second || first.unit === 'time') continue;
    if (!/^\s?(?:-|–|—|to|and|bis|à)\s?$/i.test(text.slice(first.end, second.start))) continue;
    const scale = second.tolerance >= 500 ? [1e3, 1e6, 1e9].filter((step) => second.number >= step) : [];
    first.readings.push(...scale.map((step) => round(first.number * step)));
    if (!first.unit) first.unit = second.unit;
    else if (!second.unit) second.unit = first.unit;
  }
}

/** Unit in its one form: `euros` is `EUR`, `tonnes` is `t`. Unknown words are ''. */
export function unitOf(word: string | undefined): string {
  if (!word) return '';
  const folded = word.trim() === '°C' ? '°c' : word.trim().toLowerCase();
  return CURRENCIES[folded] ?? UNITS[folded] ?? '';
}

/** True for currency codes. */
export function isCurrency(unit: string): boolean {
  return /^[A-Z]{3}$/.test(unit);
}

/** Same length with the ranges blanked, so that offsets stay. */
function maskOut(text: string, ranges: Array<{ start: number; end: number }>): string {
  let masked = text;
  for (const { start, end } of ranges) {
    masked = masked.slice(0, start) + '\u0001'.repeat(end - start) + masked.slice(end);
  }
  return masked;
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}

/** True when one of the readings of both agrees, within floating error. */
export function sameNumber(a: readonly number[], b: readonly number[]): boolean {
  return a.some((left) => b.some((right) => Math.abs(left - right) <= 1e-9 * Math.max(1, Math.abs(left))));
}
