/**
 * Dates in the usual English, ISO, European and US forms: days, ranges, months with a year, quarters, years whose
 * context says that they are years. The time of day is not part of a mention, except in an ISO timestamp.
 */
import { FOREIGN_MONTH, isoDate, monthNumber, shiftDays } from './calendar.ts';
import { type Finding, finding } from './finding.ts';

const MONTH =
  '(?:Jan(?:uary|\\.)?|Feb(?:ruary|\\.)?|Mar(?:ch|\\.)?|Apr(?:il|\\.)?|May|June|Jun\\.?|July|Jul\\.?|Aug(?:ust|\\.)?|Sep(?:t(?:ember|\\.)?|\\.)?|Oct(?:ober|\\.)?|Nov(?:ember|\\.)?|Dec(?:ember|\\.)?)';
const WEEKDAY =
  '(?:(?:Mon(?:day)?|Tue(?:s(?:day)?)?|Wed(?:nesday)?|Thu(?:rs?(?:day)?)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)\\.?,? (?:the )?)';
const DAY = '(?:3[01]|[12]\\d|0?[1-9])';
const NTH = '(?: ?(?:st|nd|rd|th|d))?';
const YEAR = '(?:1[4-9]\\d\\d|20\\d\\d)';
/** So many days with their year show which year the others mean. */
const MIN_DAYS = 2;
const DASH = ' ?(?:-|–|—|to|until|through|and) ?';
const LEFT = '(?<![\\p{L}\\p{N}_/.@#-])';
/** Not inside a word, a longer number, a path or a decimal. */
const RIGHT = '(?![\\p{L}\\p{N}_@/]|[.,:-]\\p{N}|-\\p{L})';

type Groups = Record<string, string | undefined>;
interface Form {
  pattern: RegExp;
  confidence: number;
  /** The value of a match; undefined when it is no date after all; `null` when it is one without a clear value. */
  value(groups: Groups, context: Context): string | null | undefined;
}
interface Context {
  /** True when the document's unambiguous numeric dates put the month first. */
  monthFirst: boolean;
}

function form(source: string, confidence: number, value: Form['value'], flags = 'giu'): Form {
  return { pattern: new RegExp(source, flags), confidence, value };
}

const day = (g: Groups, y = 'y', m = 'm', d = 'd') =>
  isoDate(Number(g[y]), monthNumber(g[m] ?? ''), Number.parseInt(g[d] ?? '', 10));
/** `--03-14`: a day whose year is still to be found (the form of ISO 8601:2000). */
const monthDay = (g: Groups) =>
  isoDate(2000, monthNumber(g.m ?? ''), Number.parseInt(g.d ?? '', 10))?.replace('2000', '-');

/** In the order they are tried; an earlier form keeps the text it took. */
const FORMS: Form[] = [
  // 2026-03-14, 2026-03-14T10:00:00.000+01:00
  form(
    `${LEFT}(?<y>${YEAR})-(?<m>0[1-9]|1[0-2])-(?<d>0[1-9]|[12]\\d|3[01])(?:T\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?(?:Z|[+-]\\d\\d:?\\d\\d)?)?(?![\\p{L}\\p{N}_@]|-\\p{L}|[-.]\\p{N})`,
    0.99,
    (g) => isoDate(Number(g.y), Number(g.m), Number(g.d)),
  ),
  // 2026/03/14
  form(`${LEFT}(?<y>${YEAR})([/.])(?<m>0?[1-9]|1[0-2])\\2(?<d>${DAY})${RIGHT}`, 0.95, (g) =>
    isoDate(Number(g.y), Number(g.m), Number(g.d)),
  ),
  // 14-16 March 2026; 14 March - 2 April 2026
  form(
    `${LEFT}${WEEKDAY}?(?<d>${DAY})${NTH}(?: (?<m1>${MONTH}))?${DASH}${WEEKDAY}?${DAY}${NTH}(?: of)? (?<m>${MONTH}),? (?<y>${YEAR})${RIGHT}`,
    0.95,
    (g) => isoDate(Number(g.y), monthNumber(g.m1 ?? g.m ?? ''), Number(g.d)),
  ),
  // March 14-16, 2026; March 14 to April 2, 2026
  form(
    `${LEFT}${WEEKDAY}?(?<m>${MONTH}) (?<d>${DAY})${NTH}${DASH}(?:${MONTH} )?${DAY}${NTH},? (?<y>${YEAR})${RIGHT}`,
    0.95,
    (g) => day(g),
  ),
  // 14 March 2026; Monday, 14th of March, 2026; 14-Mar-2026
  form(
    `${LEFT}${WEEKDAY}?(?<d>${DAY})${NTH}(?: of | day of | |-|/|\\.)(?<m>${MONTH})(?:, ?| |-|/)(?<y>${YEAR})${RIGHT}`,
    0.98,
    (g) => day(g),
  ),
  // March 14, 2026; March 14th, 2026
  form(
    `${LEFT}${WEEKDAY}?(?<m>${MONTH}) ?(?:the )?(?<d>${DAY})${NTH}(?:, ?| )(?<y>${YEAR})${RIGHT}`,
    0.98,
    (g) => day(g),
  ),
  // Tue Mar 14 10:00:00 UTC 2026 (the Unix date command): the day, not the year behind the time
  form(
    `${LEFT}${WEEKDAY}(?<m>${MONTH}) {1,2}(?<d>${DAY})(?= \\d\\d:\\d\\d:\\d\\d (?:[A-Z]{2,5} )?(?<y>${YEAR}))`,
    0.95,
    (g) => day(g),
  ),
  // 14. März 2026, 14 mars 2026, 1er août 2026, 14 de marzo de 2026; the English months behind a German full stop
  form(
    `${LEFT}(?<d>${DAY})(?:er|\\.|º|°)? ?(?:de )?(?<m>${FOREIGN_MONTH}|${MONTH}) (?:del? )?(?<y>${YEAR})${RIGHT}`,
    0.97,
    (g) => day(g),
  ),
  form(`${LEFT}(?<m>${FOREIGN_MONTH}) (?:de )?(?<y>${YEAR})${RIGHT}`, 0.93, (g) =>
    isoDate(Number(g.y), monthNumber(g.m ?? '')),
  ),
  // 2026 March 14; 2026-Mar-14
  form(`${LEFT}(?<y>${YEAR})[ -](?<m>${MONTH})[ -](?<d>${DAY})${RIGHT}`, 0.93, (g) => day(g)),
  // 14.03.2026, 14/03/2026, 03/14/2026, 14-03-2026
  form(`${LEFT}(?<a>\\d{1,2})(?<s>[./-])(?<b>\\d{1,2})\\k<s>(?<y>${YEAR}|\\d\\d)${RIGHT}`, 0.9, numeric),
  // Q1 2026, 2026 Q1, Q1/2026, first quarter of 2026, H1 2026
  form(
    `${LEFT}(?<k>[QH])(?<q>[1-4])(?: ?(?:-|–|and) ?[QH][1-4])?[ /-]?(?:of |FY ?)?(?:(?<y>${YEAR})|['’]\\d\\d)${RIGHT}`,
    0.95,
    quarter,
    'gu',
  ),
  form(`${LEFT}(?<y>${YEAR})[ /-]?(?<k>[QH])(?<q>[1-4])${RIGHT}`, 0.95, quarter, 'gu'),
  form(
    `${LEFT}(?:1st|2nd|3rd|4th|first|second|third|fourth|last|final) (?:quarter|half)(?: of|,)? (?:fiscal )?(?:year )?(?:FY ?)?(?<y>${YEAR})${RIGHT}`,
    0.93,
    () => null,
  ),
  // financial years: FY2026, FY 2025/26, fiscal year 2026
  form(
    `${LEFT}(?:FY|fiscal(?: year)?|financial year) ?(?<y>${YEAR})(?:[/–-]\\d{2,4})?${RIGHT}`,
    0.9,
    (g) => g.y,
  ),
  form(`${LEFT}FY ?['’]?(?<y>\\d\\d)(?:/\\d\\d)?${RIGHT}`, 0.85, (g) => `20${g.y}`, 'gu'),
  // March-May 2026, March and April 2026
  form(`${LEFT}(?<m>${MONTH})${DASH}${MONTH},? (?:of )?(?<y>${YEAR})${RIGHT}`, 0.9, (g) =>
    isoDate(Number(g.y), monthNumber(g.m ?? '')),
  ),
  // March 2026, March of 2026, Mar-2026, Mar '26
  form(
    `${LEFT}(?<m>${MONTH})(?:, ?| of | |-|/)(?<y>${YEAR})(?: ?[–—-] ?(?:${MONTH},? )?${YEAR})?${RIGHT}`,
    0.95,
    (g) => isoDate(Number(g.y), monthNumber(g.m ?? '')),
  ),
  // 14 March, 14th of March
  form(
    `${LEFT}${WEEKDAY}?(?<d>${DAY})${NTH}(?: day of| of| the)? (?<m>${MONTH})${RIGHT}`,
    0.8,
    monthDay,
    'gu',
  ),
  // March 14, March 14th, March 14-16
  form(
    `${LEFT}${WEEKDAY}?(?<m>${MONTH}) (?:the )?(?<d>${DAY})${NTH}(?: ?[–-] ?${DAY}${NTH})?(?![\\p{L}\\p{N}_@/%]|[.,:-]\\p{N}|-\\p{L}| ?(?:%|percent))`,
    0.8,
    monthDay,
    'gu',
  ),
  // 2026-03 and 03/2026
  form(`${LEFT}(?<y>(?:19|20)\\d\\d)-(?<m>0[1-9]|1[0-2])${RIGHT}`, 0.7, (g) =>
    isoDate(Number(g.y), Number(g.m)),
  ),
  form(`${LEFT}(?<m>0[1-9]|1[0-2])/(?<y>(?:19|20)\\d\\d)${RIGHT}`, 0.75, (g) =>
    isoDate(Number(g.y), Number(g.m)),
  ),
  // 2025/26, 1965/1966
  form(`${LEFT}(?<y>(?:19|20)\\d\\d)/(?<z>\\d\\d|(?:19|20)\\d\\d)${RIGHT}`, 0.75, followingYear),
  // the 1990s, mid-1990s
  form(`(?<![\\p{L}\\p{N}_/.@#])(?:1[4-9]|20)\\d0['’]?s(?![\\p{L}\\p{N}])`, 0.85, () => null),
];

/** Two years with a stroke are a season or financial year only when the second follows the first. */
function followingYear(groups: Groups): string | undefined {
  const first = Number(groups.y);
  const second = Number(`${groups.z?.length === 2 ? String(first + 1).slice(0, 2) : ''}${groups.z}`);
  return second === first + 1 ? String(first) : undefined;
}

function numeric(groups: Groups, context: Context): string | undefined {
  const a = Number(groups.a);
  const b = Number(groups.b);
  const short = (groups.y ?? '').length === 2;
  // 1.2.26 is a version or a section far more often than a day.
  if (short && (groups.s !== '/' || (groups.a ?? '').length + (groups.b ?? '').length < 3)) {
    const fullWidth = groups.a?.length === 2 && groups.b?.length === 2;
    if (!fullWidth) return undefined;
  }
  if (groups.s === '.' && (groups.a ?? '').length + (groups.b ?? '').length === 2 && short) return undefined;
  const year = short ? Number(groups.y) + (Number(groups.y) < 70 ? 2000 : 1900) : Number(groups.y);
  const dayFirst = isoDate(year, b, a);
  const monthFirst = isoDate(year, a, b);
  if (groups.s === '/') {
    return context.monthFirst ? (monthFirst ?? dayFirst) : (dayFirst ?? monthFirst);
  }
  return groups.s === '.' ? dayFirst : (dayFirst ?? monthFirst);
}

function quarter(groups: Groups): string | null | undefined {
  const number = Number(groups.q);
  if (groups.k === 'H' && number > 2) return undefined;
  // The value names whole years, months and days; a quarter is placed in its year.
  return groups.y ?? null;
}

/** All dates of the flattened text. `referenceDate` (ISO) is the document's own date, for "yesterday" and its like. */
export function findDates(flat: string, referenceDate?: string): Finding[] {
  const context: Context = { monthFirst: prefersMonthFirst(flat) };
  const found: Finding[] = [];
  let rest = flat;
  for (const { pattern, confidence, value } of FORMS) {
    const taken: Array<[number, number]> = [];
    for (const match of rest.matchAll(pattern)) {
      const meaning = value(match.groups ?? {}, context);
      if (meaning === undefined) continue;
      const end = match.index + match[0].length;
      found.push(finding('date', match.index, end, confidence, meaning ?? undefined));
      taken.push([match.index, end]);
    }
    rest = blank(rest, taken);
  }
  const years = findYears(rest);
  const relative = referenceDate ? findRelative(rest, referenceDate) : [];
  return [...withYears(found), ...years, ...relative];
}

/**
 * A day without a year belongs to the year of the other days, when these are at least two and all of one year;
 * otherwise its meaning stays open.
 */
function withYears(found: Finding[]): Finding[] {
  const full = found.map((item) => String(item.value)).filter((value) => /^\d{4}-\d\d-\d\d$/.test(value));
  const [year, ...others] = new Set(full.map((value) => value.slice(0, 4)));
  const clear = others.length === 0 && full.length >= MIN_DAYS ? year : undefined;
  return found.map((item) => {
    if (typeof item.value !== 'string' || !item.value.startsWith('--')) return item;
    const value = clear === undefined ? undefined : `${clear}${item.value.slice(1)}`;
    return finding(item.kind, item.start, item.end, item.confidence, value);
  });
}

/** The text with the spans replaced by a character that no form knows, of the same length. */
function blank(text: string, spans: Array<[number, number]>): string {
  if (spans.length === 0) return text;
  const pieces: string[] = [];
  let cursor = 0;
  for (const [start, end] of spans) {
    pieces.push(text.slice(cursor, start), '\u0001'.repeat(end - start));
    cursor = end;
  }
  pieces.push(text.slice(cursor));
  return pieces.join('');
}

/** US order unless a date of the document can only be read with the day first; the sign is a first part above 12. */
function prefersMonthFirst(flat: string): boolean {
  let dayFirst = 0;
  let monthFirst = 0;
  for (const match of flat.matchAll(/(?<![\d/])(\d{1,2})\/(\d{1,2})\/\d{2,4}(?![\d/])/g)) {
    if (Number(match[1]) > 12) dayFirst++;
    else if (Number(match[2]) > 12) monthFirst++;
  }
  return monthFirst >= dayFirst;
}

const YEAR_TOKEN =
  /(?:(?<![\p{L}\p{N}_/.,@#$€£¥+:=-])|(?<=(?<!\p{L})(?:mid|early|late|pre|post)-))(?:1[4-9]\d\d|20\d\d)(?![\p{L}\p{N}_@/%]|[.,:]\p{N}|-\p{L})/gu;
/** Words after which a bare number of four digits is a year. */
const YEAR_BEFORE =
  /(?:\b(?:in|since|until|till|by|before|after|from|during|of|year|years|circa|ca\.|c\.|around|late|early|mid|spring|summer|autumn|fall|winter|copyright|born|died|est\.|established|founded|between|through|ended|ending|edition|christmas|easter|act|acts|law|election|elections|report|budget|olympics)|©|\(c\))[ ,:(]{0,3}$/i;
/** Nouns that make the number before them a year: the 2025 budget. */
const YEAR_AFTER =
  /^ (?:annual |general |presidential |fiscal |financial |tax |interim |summer |winter |final )?(?:budget|reports?|elections?|census|edition|season|plans?|forecasts?|targets?|figures|results|accounts|audit|surveys?|agreement|act|treaty|constitution|olympics|games|crisis|war|coup|revolution|updates?|release|data|guidelines|conference|summit|review|year|vintage|earthquake|tsunami|flood|pandemic|recession)\b/i;
const RANGE_AFTER =
  /^ ?[-–—] ?(?:(?:1[4-9]|20)\d\d(?![\p{L}\p{N}])|\d\d(?![\p{L}\p{N}.,/:-])|present\b|today\b)/iu;

/** Bare years, years of a copyright line and ranges of years. */
function findYears(text: string): Finding[] {
  const found: Finding[] = [];
  let previousEnd = -10;
  for (const match of text.matchAll(YEAR_TOKEN)) {
    const start = match.index;
    if (start < previousEnd) continue;
    const after = text.slice(start + 4, start + 16);
    const range = RANGE_AFTER.exec(after);
    const end = start + 4 + (range?.[0].length ?? 0);
    const before = text.slice(Math.max(0, start - 40), start);
    const chained =
      start - previousEnd <= 6 && /^[\s,;&]*(?:and|or|to)?\s*$/.test(text.slice(previousEnd, start));
    const bracketed = /[([]$/.test(before) && /^[)\],;:]/.test(text.slice(end));
    const qualified =
      /(?:mid|early|late|pre|post)-$/i.test(before) || YEAR_AFTER.test(text.slice(end, end + 30));
    if (!(YEAR_BEFORE.test(before) || qualified || chained || bracketed || range?.[0].length === 5)) continue;
    if (
      /^ ?(?:[a-z]+ )?(?:bytes|words|people|units|items|pages|km|kg|mb|gb|tests|files)\b/i.test(
        text.slice(end, end + 24),
      )
    )
      continue;
    found.push(finding('date', start, end, 0.8, text.slice(start, start + 4)));
    previousEnd = end;
  }
  return found;
}

/** Days named by their distance from the day of the document; only asked when that day is known. */
function findRelative(text: string, referenceDate: string): Finding[] {
  const distance: Record<string, number> = { yesterday: -1, today: 0, tomorrow: 1 };
  const found: Finding[] = [];
  for (const match of text.matchAll(
    /(?<![\p{L}\p{N}_-])(?:yesterday|today|tomorrow)(?![\p{L}\p{N}_'’-])/giu,
  )) {
    const value = shiftDays(referenceDate, distance[match[0].toLowerCase()] ?? 0);
    if (value) found.push(finding('date', match.index, match.index + match[0].length, 0.6, value));
  }
  return found;
}
