/** Money, percentages and counts with a unit. */
import { type Finding, finding, type MentionValue } from './finding.ts';
import { DIGITS, MAGNITUDE, NUMBER_WORDS, parseNumber } from './numbers.ts';

const SYMBOLS: Record<string, string> = {
  $: 'USD',
  us$: 'USD',
  a$: 'AUD',
  c$: 'CAD',
  ca$: 'CAD',
  nz$: 'NZD',
  hk$: 'HKD',
  s$: 'SGD',
  r$: 'BRL',
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
  '₽': 'RUB',
  '₩': 'KRW',
  '₺': 'TRY',
  '₴': 'UAH',
  '₪': 'ILS',
  '₦': 'NGN',
  '₫': 'VND',
  '฿': 'THB',
  'rs.': 'INR',
  rs: 'INR',
};
const CODES =
  'USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|CNY|RMB|INR|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|RUB|UAH|ZAR|BRL|MXN|ARS|CLP|COP|SGD|HKD|KRW|TWD|THB|MYR|IDR|PHP|VND|AED|SAR|QAR|ILS|EGP|NGN|KES|GHS|ISK|JMD|PKR|LKR|BDT|KWD|BHD|OMR|JOD|MAD|TND|PEN|UYU|KZT|GEL|RSD|HRK|EEK|DEM|FRF|ITL|ATS|BTC';
const SYMBOL = '(?:(?:US ?|CA|NZ|HK|A|C|S|R)?\\$|[€£¥₹₽₩₺₴₪₦₫฿]|Rs\\.?(?= ?\\d))';
const CURRENCY_WORDS: Array<[RegExp, string]> = [
  [/^(?:us |u\.s\. |american )?dollars?$|^bucks?$/i, 'USD'],
  [/^canadian dollars?$/i, 'CAD'],
  [/^australian dollars?$/i, 'AUD'],
  [/^euros?$/i, 'EUR'],
  [/^(?:british )?pounds? sterling$|^british pounds?$|^pounds$|^quid$/i, 'GBP'],
  [/^(?:japanese )?yen$/i, 'JPY'],
  [/^(?:indian )?rupees?$/i, 'INR'],
  [/^(?:swiss )?francs?$/i, 'CHF'],
  [/^rou?bles?$/i, 'RUB'],
  [/^yuan$|^renminbi$/i, 'CNY'],
  [/^(?:swedish )?kron(?:a|or)$/i, 'SEK'],
  [/^pesos?$/i, 'MXN'],
  [/^zloty$|^złoty$/i, 'PLN'],
  [/^cents?$|^¢$/i, 'cent'],
  [/^pence$/i, 'penny'],
];
const CURRENCY_WORD =
  '(?:(?:US|U\\.S\\.|American|Canadian|Australian) dollars?|dollars?|bucks?|euros?|pounds? sterling|British pounds?|pounds|quid|(?:Japanese )?yen|(?:Indian )?rupees?|(?:Swiss )?francs?|rou?bles?|yuan|renminbi|(?:Swedish )?kron(?:a|or)|pesos?|zloty|złoty|cents?|¢|pence)';

/** Unit as written to unit as meant; the longest spelling is tried first. */
const UNITS: Record<string, string> = {
  // time
  ...spell('ms', 'milliseconds?', 'msecs?', 'ms'),
  ...spell('s', 'seconds?', 'secs?'),
  ...spell('min', 'minutes?', 'mins?'),
  ...spell('hours', 'hours?', 'hrs?', 'h'),
  ...spell('days', '(?:business |working |calendar )?days?'),
  ...spell('weeks', 'weeks?'),
  ...spell('months', 'months?'),
  ...spell('years', 'years?', 'yrs?'),
  ...spell('decades', 'decades?'),
  ...spell('centuries', 'centur(?:y|ies)'),
  // length, area, volume
  ...spell('km', 'kilomet(?:er|re)s?', 'km'),
  ...spell('cm', 'centimet(?:er|re)s?', 'cm'),
  ...spell('mm', 'millimet(?:er|re)s?', 'mm'),
  ...spell('µm', 'micromet(?:er|re)s?', 'microns?', '[µμ]m'),
  ...spell('nm', 'nanomet(?:er|re)s?', 'nm'),
  ...spell('m', 'met(?:er|re)s?'),
  ...spell('miles', 'miles?', 'mi'),
  ...spell('ft', 'feet', 'foot', 'ft\\.?'),
  ...spell('in', 'inch(?:es)?'),
  ...spell('yd', 'yards?'),
  ...spell('m²', 'square met(?:er|re)s?', 'sq\\.? ?m', 'm²', 'm2'),
  ...spell('km²', 'square kilomet(?:er|re)s?', 'km²', 'km2'),
  ...spell('ft²', 'square feet', 'square foot', 'sq\\.? ?ft\\.?'),
  ...spell('miles²', 'square miles?'),
  ...spell('ha', 'hectares?', 'ha'),
  ...spell('acres', 'acres?'),
  ...spell('m³', 'cubic met(?:er|re)s?', 'm³', 'm3'),
  ...spell('l', 'lit(?:er|re)s?'),
  ...spell('ml', 'millilit(?:er|re)s?', 'ml'),
  ...spell('gal', 'gallons?'),
  ...spell('bbl', 'barrels?', 'bbl'),
  // mass
  ...spell('kg', 'kilogram(?:me)?s?', 'kilos?', 'kgs?'),
  ...spell('mg', 'milligrams?', 'mg'),
  ...spell('µg', 'micrograms?', '[µμ]g'),
  ...spell('g', 'grams?'),
  ...spell('t', 'tonnes?', 'tons?', 'metric tons?'),
  ...spell('lb', 'pounds?(?= of)', 'lbs?\\.?'),
  ...spell('oz', 'ounces?', 'oz\\.?'),
  // energy, power, electricity
  ...spell('GW', 'gigawatts?', 'GW'),
  ...spell('MW', 'megawatts?', 'MW'),
  ...spell('kW', 'kilowatts?', 'kW'),
  ...spell('W', 'watts?'),
  ...spell('TWh', 'terawatt[- ]hours?', 'TWh'),
  ...spell('GWh', 'gigawatt[- ]hours?', 'GWh'),
  ...spell('MWh', 'megawatt[- ]hours?', 'MWh'),
  ...spell('kWh', 'kilowatt[- ]hours?', 'kWh'),
  ...spell('J', 'joules?'),
  ...spell('kJ', 'kilojoules?', 'kJ'),
  ...spell('V', 'volts?'),
  ...spell('kV', 'kilovolts?', 'kV'),
  ...spell('mAh', 'mAh'),
  ...spell('hp', 'horsepower', 'hp'),
  ...spell('kcal', 'calories', 'kcal'),
  // data, frequency, speed, temperature
  ...spell('bytes', 'bytes?'),
  ...spell('bits', 'bits?'),
  ...spell('KB', 'kilobytes?', '[kK]B', 'KiB', 'kbytes?'),
  ...spell('MB', 'megabytes?', 'MB', 'MiB', 'Mbytes?'),
  ...spell('GB', 'gigabytes?', 'GB', 'GiB', 'Gbytes?'),
  ...spell('TB', 'terabytes?', 'TB', 'TiB'),
  ...spell('Mbit/s', 'Mbps', 'Mbit/s', 'Mb/s'),
  ...spell('Gbit/s', 'Gbps', 'Gbit/s', 'Gb/s'),
  ...spell('kbit/s', 'kbps', 'kbit/s', 'kb/s'),
  ...spell('MB/s', 'MB/s'),
  ...spell('Hz', 'hertz', 'Hz'),
  ...spell('kHz', 'kilohertz', 'kHz'),
  ...spell('MHz', 'megahertz', 'MHz'),
  ...spell('GHz', 'gigahertz', 'GHz'),
  ...spell('km/h', 'km/h', 'kph', 'kmh'),
  ...spell('mph', 'mph', 'miles per hour'),
  ...spell('m/s', 'm/s'),
  ...spell('°C', '°C', '° C', 'degrees (?:Celsius|C)'),
  ...spell('°F', '°F', '° F', 'degrees (?:Fahrenheit|F)'),
  ...spell('degrees', 'degrees', '°'),
  ...spell('dB', 'decibels?', 'dB'),
  ...spell('px', 'pixels?', 'px'),
  ...spell('dpi', 'dpi', 'ppi'),
  ...spell('rpm', 'rpm'),
  ...spell('basis points', 'basis points?', 'bps'),
  // counted things that reports give as figures
  ...spell('people', 'people', 'persons', 'inhabitants', 'residents'),
  ...spell('employees', 'employees', 'full-time employees'),
  ...spell('workers', 'workers'),
  ...spell('customers', 'customers'),
  ...spell('users', 'users'),
  ...spell('shares', 'shares'),
  ...spell('pages', 'pages?'),
};
function spell(unit: string, ...spellings: string[]): Record<string, string> {
  return Object.fromEntries(spellings.map((spelling) => [spelling, unit]));
}
const UNIT = Object.keys(UNITS)
  .sort((a, b) => b.length - a.length)
  .join('|');
const UNIT_MATCHERS = Object.entries(UNITS).map(
  ([spelling, unit]) => [new RegExp(`^(?:${spelling})$`, 'iu'), unit] as const,
);

const LEFT = '(?<![\\p{L}\\p{N}_./,#@:~^-])';
const RIGHT = '(?![\\p{L}\\p{N}_])';
const SIGN = '(?:[-−+±~](?=[\\d$€£¥]))?';
/** A range joined by "and" is only one behind "between". */
const NUMBER_RANGE = `(?<n>${DIGITS})(?<r> ?(?:-|–|—|to) ?${DIGITS})?`;

interface Form {
  pattern: RegExp;
  confidence: number;
  value(groups: Record<string, string | undefined>): MentionValue | undefined;
}

const FORMS: Form[] = [
  // $3.5 million, EUR 1,200.50, £5m-£7m, US$ 12bn
  {
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}_.,])[-−]?(?<c>${SYMBOL}|(?:${CODES})(?=[ \\u00a0]?[\\d]))[ \\u00a0]?[-−]?(?<n>${DIGITS})(?:(?:[ \\u00a0-]?(?<m>${MAGNITUDE}))(?![\\p{L}\\p{N}]))?(?<r>(?: ?[-–—] ?(?:${SYMBOL})?| to )${DIGITS}(?:[ \\u00a0-]?${MAGNITUDE}(?![\\p{L}\\p{N}]))?)?(?: (?:(?:${CODES}|dollars?|euros?|pounds?)(?!\\p{L})))?(?![\\p{N}_])`,
      'gu',
    ),
    confidence: 0.97,
    value: (g) => (g.r ? undefined : money(g.n, g.m, currencyOf(g.c ?? ''))),
  },
  // 3.5 million euros, 1.200,50 EUR, 12 €, 50 cents
  {
    pattern: new RegExp(
      `${LEFT}${SIGN}${NUMBER_RANGE}(?:[ \\u00a0-]?(?<m>${MAGNITUDE}))?[ \\u00a0-]?(?<c>${SYMBOL}(?!\\d)|(?:${CODES})(?!\\p{L})|${CURRENCY_WORD}(?!\\p{L}))`,
      'gu',
    ),
    confidence: 0.95,
    value: (g) => (g.r ? undefined : money(g.n, g.m, currencyOf(g.c ?? ''))),
  },
  // three million dollars
  {
    pattern: new RegExp(
      `${LEFT}(?<n>${NUMBER_WORDS})(?: (?<m>thousand|million|billion|trillion))?[ -](?<c>${CURRENCY_WORD})(?!\\p{L})`,
      'giu',
    ),
    confidence: 0.9,
    value: (g) => money(g.n, g.m, currencyOf(g.c ?? '')),
  },
  // 3.5%, 10-15 percent, 2 percentage points
  {
    pattern: new RegExp(
      `${LEFT}${SIGN}(?<n>${DIGITS})(?:[ -]?%)?(?<r> ?(?:-|–|—|to) ?${DIGITS})?[ \\u00a0]?-?(?:%|‰|per ?cent(?:age points?)?(?!\\p{L})|percentage points?(?!\\p{L}))`,
      'giu',
    ),
    confidence: 0.97,
    value: (g) => (g.r ? undefined : money(g.n, undefined, '%')),
  },
  {
    pattern: new RegExp(`${LEFT}(?<n>${NUMBER_WORDS}) per ?cent(?!\\p{L})`, 'giu'),
    confidence: 0.9,
    value: (g) => money(g.n, undefined, '%'),
  },
  // thirty (30) days
  {
    pattern: new RegExp(`${LEFT}${NUMBER_WORDS} \\((?<n>${DIGITS})\\)[ -](?<u>${UNIT})${RIGHT}`, 'giu'),
    confidence: 0.92,
    value: (g) => money(g.n, undefined, unitOf(g.u ?? '')),
  },
  // 12 km, 1.5-2 hours, 3 million tonnes, 512MB
  {
    pattern: new RegExp(
      `${LEFT}${SIGN}${NUMBER_RANGE}(?: (?<m>thousand|million|billion|trillion))?[ \\u00a0-]?(?<u>${UNIT})${RIGHT}`,
      'gu',
    ),
    confidence: 0.9,
    value: (g) => (g.r ? undefined : money(g.n, g.m, unitOf(g.u ?? ''))),
  },
  // two hours, twenty-five years
  {
    pattern: new RegExp(
      `${LEFT}(?<n>${NUMBER_WORDS})(?: (?<m>thousand|million|billion|trillion))?[ -](?<u>${UNIT})${RIGHT}`,
      'giu',
    ),
    confidence: 0.8,
    value: (g) => money(g.n, g.m, unitOf(g.u ?? '')),
  },
  // 5 m, 250 g, 12 V: one letter needs a number that is clearly one
  {
    pattern:
      /(?<![\p{L}\p{N}_./,#@:(-]|(?:[Ss]ection|[Aa]rticle|[Nn]o\.|[Pp]art|[Tt]able|[Ff]igure|[Vv]ersion|[Cc]hapter) )(?<n>\d{1,3}(?:,\d{3}){0,3}(?:\.\d{1,4})?)[ \u00a0]?(?<u>m|g|W|V|t|l|J)(?![\p{L}\p{N}_'’./-])/gu,
    confidence: 0.6,
    value: (g) => money(g.n, undefined, g.u ?? ''),
  },
];

/** What is bare beside these is a label, not an amount: "Windows 11 users" is not a count. */
const NOT_BEFORE =
  /\b(?:windows|version|chapter|section|article|table|figure|page|room|bus|route|form|type|level|no\.|phase|v)\s$/i;

/** All amounts of the flattened text. */
export function findAmounts(flat: string): Finding[] {
  const found: Finding[] = [];
  for (const { pattern, confidence, value } of FORMS) {
    for (const match of flat.matchAll(pattern)) {
      if (NOT_BEFORE.test(flat.slice(Math.max(0, match.index - 12), match.index))) continue;
      const end = match.index + match[0].length;
      found.push(finding('amount', match.index, end, confidence, value(match.groups ?? {})));
    }
  }
  return found;
}

function money(
  digits: string | undefined,
  magnitude: string | undefined,
  unit: string | undefined,
): MentionValue | undefined {
  const number = digits === undefined ? undefined : parseNumber(digits, magnitude);
  return number === undefined || unit === undefined ? undefined : { number, unit };
}

function currencyOf(written: string): string | undefined {
  const known = SYMBOLS[written.toLowerCase().replace(' ', '')];
  if (known) return known;
  if (/^[A-Z]{3}$/.test(written)) return written;
  return CURRENCY_WORDS.find(([pattern]) => pattern.test(written))?.[1];
}

function unitOf(written: string): string | undefined {
  return UNIT_MATCHERS.find(([pattern]) => pattern.test(written))?.[1];
}
