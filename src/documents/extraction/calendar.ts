/** The little calendar arithmetic that dates in text need; no clock is read. */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The months in German, French, Spanish, Italian and Dutch where they are not written as in English. */
const FOREIGN_MONTHS = [
  'januar jänner janvier enero gennaio januari',
  'februar février fevrier febrero febbraio februari',
  'märz maerz mars marzo maart',
  'avril abril aprile',
  'mai mayo maggio mei',
  'juni juin junio giugno',
  'juli juillet julio luglio',
  'août aout agosto augustus',
  'septembre septiembre settembre',
  'oktober octobre octubre ottobre',
  'novembre noviembre',
  'dezember décembre decembre diciembre dicembre',
].map((names) => names.split(' '));

/** An alternation of the foreign names of months, for a pattern that ignores case. */
export const FOREIGN_MONTH = `(?:${FOREIGN_MONTHS.flat().join('|')})`;

/** The number of a month by its name or English abbreviation, from 1; 0 when it is none. */
export function monthNumber(name: string): number {
  const lower = name.toLowerCase();
  const foreign = FOREIGN_MONTHS.findIndex((names) => names.includes(lower));
  return foreign >= 0 ? foreign + 1 : MONTHS.indexOf(lower.slice(0, 3)) + 1;
}

/** Days of a month (from 1) in the Gregorian calendar. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** `2026-03-14`, or `2026-03` without a day; undefined when there is no such day. */
export function isoDate(year: number, month: number, day?: number): string | undefined {
  if (!(year >= 1000 && year <= 2999 && month >= 1 && month <= 12)) return undefined;
  const prefix = `${year}-${String(month).padStart(2, '0')}`;
  if (day === undefined) return prefix;
  if (!(day >= 1 && day <= daysInMonth(year, month))) return undefined;
  return `${prefix}-${String(day).padStart(2, '0')}`;
}

/** The ISO date a number of days (at most one month) later or earlier; undefined when the date is not one. */
export function shiftDays(iso: string, days: number): string | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso);
  if (match === null) return undefined;
  let [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3]) + days];
  if (day < 1) {
    month = month === 1 ? 12 : month - 1;
    if (month === 12) year--;
    day += daysInMonth(year, month);
  } else if (day > daysInMonth(year, month)) {
    day -= daysInMonth(year, month);
    month = month === 12 ? 1 : month + 1;
    if (month === 1) year++;
  }
  return isoDate(year, month, day);
}
