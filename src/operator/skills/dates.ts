import { fold } from './words.ts';

/**
 * Dates as people write them, brought to ISO form: `3 May 2026`, `May 3rd, 2026`, `03.05.2026` are `2026-05-03`.
 * Less exact dates are shorter (`2026-05`, `2026`, `2026-Q1`); without a year `--05-03`.
 */
export interface DateFound {
  start: number;
  end: number;
  /** The likeliest reading. */
  iso: string;
  /** Every reading: `03/05/2026` is the third of May or the fifth of March. */
  readings: string[];
}

const MONTHS: Record<string, number> = {};
const MONTH_NAMES = [
  'january jan januar janvier enero gennaio',
  'february feb februar fevrier febrero febbraio',
  'march mar marz maerz mars marzo',
  'april apr avril abril aprile',
  'may mai mayo maggio',
  'june jun juni juin junio giugno',
  'july jul juli juillet julio luglio',
  'august aug aout agosto',
  'september sep sept septembre septiembre settembre',
  'october oct oktober okt octobre octubre ottobre',
  'november nov novembre noviembre',
  'december dec dezember dez decembre diciembre dicembre',
];
MONTH_NAMES.forEach((names, index) => {
  for (const name of names.split(' ')) MONTHS[name] = index + 1;
});

const MONTH = '(?<month>\\p{L}{3,10})\\.?';
const DAY = '(?<day>[0-3]?\\d)';
const YEAR = '(?<year>(?:19|20)\\d{2})';
const EDGE = '(?<![\\p{L}\\p{N}])';
const TAIL = '(?![\\p{L}\\p{N}])';
const ORDINAL = '(?:st|nd|rd|th|\\.|er|º)?';

const FORMS: RegExp[] = [
  new RegExp(`${EDGE}${YEAR}-(?<number>[01]?\\d)-${DAY}(?=T[\\d:.]+Z?|${TAIL})`, 'giu'),
  new RegExp(`${EDGE}(?<number>[0-3]?\\d)(?<mark>[./-])${DAY}\\k<mark>${YEAR}${TAIL}`, 'giu'),
  new RegExp(
    `${EDGE}(?:(?<from>[0-3]?\\d)${ORDINAL}\\s?(?:-|–|—|to|and|bis|et)\\s?)?${DAY}${ORDINAL}\\s+(?:of\\s+|de\\s+)?${MONTH}(?:,?\\s+(?:de\\s+)?${YEAR})?${TAIL}`,
    'giu',
  ),
  new RegExp(
    `${EDGE}${MONTH}\\s+(?:(?<from>[0-3]?\\d)${ORDINAL}\\s?(?:-|–|—|to|and)\\s?)?${DAY}${ORDINAL}(?:,?\\s+${YEAR})?${TAIL}`,
    'giu',
  ),
  new RegExp(`${EDGE}${MONTH},?\\s+(?:of\\s+)?${YEAR}${TAIL}`, 'giu'),
  new RegExp(`${EDGE}${YEAR}-(?<number>0[1-9]|1[0-2])${TAIL}(?!-)`, 'giu'),
  new RegExp(
    `${EDGE}(?:Q(?<quarter>[1-4])|(?<ordinal>first|second|third|fourth) quarter(?: of)?)[\\s/-]?${YEAR}${TAIL}`,
    'giu',
  ),
  new RegExp(
    `(?<![\\p{L}\\p{N}.,]|[€$£]\\s?|(?:EUR|USD|GBP|CHF)\\s|\\p{L}[-/])${YEAR}(?![\\p{L}\\p{N}]|[.,]\\d|\\s?(?:%|€|EUR|USD|euros?|dollars?|kg|km|m²|million|people|metres))`,
    'giu',
  ),
];

/** The dates of a text in order, without overlaps; the more exact form wins. */
export function datesIn(text: string): DateFound[] {
  if (!/\d/.test(text)) return [];
  const found: DateFound[] = [];
  for (const form of FORMS) {
    for (const match of text.matchAll(form)) {
      const start = match.index;
      const end = start + match[0].length;
      if (found.some((other) => start < other.end && other.start < end)) continue;
      const readings = readingsOf(match.groups ?? {});
      const iso = readings[0];
      if (iso) found.push({ start, end, iso, readings });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

function readingsOf(groups: Record<string, string | undefined>): string[] {
  const year = groups.year ?? '-';
  if (groups.quarter || groups.ordinal) {
    const quarter =
      groups.quarter ?? ['first', 'second', 'third', 'fourth'].indexOf(fold(groups.ordinal ?? '')) + 1;
    return [`${year}-Q${quarter}`];
  }
  if (groups.mark) {
    const [a, b] = [Number(groups.number), Number(groups.day)];
    // day first, as most of the world writes; the American reading second
    return [iso(year, b, a), iso(year, a, b)].filter((reading) => reading !== undefined);
  }
  const month = groups.month ? MONTHS[fold(groups.month)] : groups.number ? Number(groups.number) : undefined;
  if (groups.month && !month) return [];
  // "table 3 may help": without a year, a month is written with a capital
  if (!groups.year && groups.month && !/^\p{Lu}/u.test(groups.month)) return [];
  if (!month) return [year];
  if (!groups.day) return [`${year}-${pad(month)}`];
  const days = [groups.from, groups.day].filter((day) => day !== undefined);
  const readings = days
    .map((day) => iso(year, month, Number(day)))
    .filter((reading) => reading !== undefined);
  return readings;
}

function iso(year: string, month: number, day: number): string | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return `${year}-${pad(month)}-${pad(day)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * True when a source that says `source` bears out `stated`: the same date, or a less exact form of it
 * (`2026-05` is borne out by `2026-05-03`, not the other way round).
 */
export function dateBearsOut(source: string, stated: string): boolean {
  if (source === stated || source.startsWith(`${stated}-`)) return true;
  const quarter = /^(\d{4})-Q([1-4])$/.exec(stated);
  if (!quarter) return false;
  const month = Number(source.slice(5, 7));
  return source.startsWith(`${quarter[1]}-`) && Math.ceil(month / 3) === Number(quarter[2]);
}
