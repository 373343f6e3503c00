import type { Cell } from '../../documents/document.ts';
import { datesIn } from './dates.ts';
import { unitOf } from './numbers.ts';

/** Cells of a table as values. One column is written in one way, so the column decides what `1.234` means. */

/** The decimal mark of a column: `.` as in 1,234.50, `,` as in 1.234,50. */
export type DecimalMark = '.' | ',';

const NUMBER =
  /^(?<open>\()?\s*(?<before>[\p{Sc}]|[A-Z]{3}|US\$|EUR)?\s*(?<sign>[-+−–])?\s*(?<again>[\p{Sc}]|[A-Z]{3})?\s*(?<digits>\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)\s*(?<after>%|[\p{Sc}]|[A-Za-zµ°²³/]{1,8}\.?)?\s*(?<trail>[-−])?\s*(?<close>\))?\s*(?<tail>%|CR|DR)?$/u;

export interface CellNumber {
  value: number;
  /** Currency code, `%`, unit word or ''. */
  unit: string;
}

/**
 * The number of a cell, or undefined when it holds no number: `1,234.50`, `1.234,50`, `(123)`, `-€ 5`, `12 %`,
 * `1 234,00 kr`. Brackets and a trailing minus mean less than nothing.
 */
export function cellNumber(text: string, mark: DecimalMark): CellNumber | undefined {
  const groups = NUMBER.exec(text.trim())?.groups;
  if (!groups?.digits || Boolean(groups.open) !== Boolean(groups.close)) return undefined;
  const plain = groups.digits.replace(/['’\s\u00a0\u202f]/g, '');
  const group = mark === '.' ? ',' : '.';
  const [whole = '', fraction, more] = plain.split(mark);
  if (more !== undefined) return undefined;
  const parts = whole.split(group);
  if (parts.length > 1 && !parts.every((part, index) => (index === 0 ? /^\d{1,3}$/ : /^\d{2,3}$/).test(part)))
    return undefined;
  if (fraction !== undefined && !/^\d*$/.test(fraction)) return undefined;
  const value = Number(`${parts.join('') || '0'}.${fraction || '0'}`);
  const negative = Boolean(groups.open) || Boolean(groups.sign?.match(/[-−–]/)) || Boolean(groups.trail);
  const before = groups.before ?? groups.again ?? '';
  // "INV-17" is a name; letters before a number must be a currency.
  if (/\p{L}/u.test(before) && !unitOf(before)) return undefined;
  const word = before || (groups.after ?? groups.tail ?? '');
  return {
    value: negative ? -value : value,
    unit: unitOf(word) || (word === '%' ? '%' : word.replace(/\.$/, '')),
  };
}

/** Which mark a column uses: the cells that leave no doubt decide; a point when all leave doubt. */
export function decimalMarkOf(texts: readonly string[]): DecimalMark {
  let points = 0;
  let commas = 0;
  for (const text of texts) {
    const digits = /\d[\d.,]*/.exec(text)?.[0] ?? '';
    const [lastPoint, lastComma] = [digits.lastIndexOf('.'), digits.lastIndexOf(',')];
    if (lastPoint < 0 && lastComma < 0) continue;
    if (lastPoint >= 0 && lastComma >= 0) {
      if (lastPoint > lastComma) points += 1;
      else commas += 1;
    } else if (lastComma >= 0) {
      if (digits.indexOf(',') !== lastComma) points += 1;
      else if (!/,\d{3}$/.test(digits) || /^0,/.test(digits)) commas += 1;
    } else if (digits.indexOf('.') !== lastPoint) commas += 1;
    else if (!/\.\d{3}$/.test(digits) || /^0\./.test(digits)) points += 1;
  }
  return commas > points ? ',' : '.';
}

/** The day, month or year of a cell as an ISO text, when the whole cell is a date. `dayFirst` settles 03/05/2026. */
export function cellDate(text: string, dayFirst: boolean): string | undefined {
  const found = datesIn(text)[0];
  if (!found) return undefined;
  const rest = text.slice(0, found.start) + text.slice(found.end);
  if (/\p{L}{3,}/u.test(rest.replace(/T[\d:.]+Z?|\b(?:mon|tue|wed|thu|fri|sat|sun)\p{L}*/giu, '')))
    return undefined;
  if (/\d{1,2}([./-])\d{1,2}\1\d{4}/.test(text))
    return dayFirst ? found.readings[0] : (found.readings[1] ?? found.readings[0]);
  return found.iso;
}

/** True unless a column of `a/b/year` dates has a second number above 12. */
export function isDayFirst(texts: readonly string[]): boolean {
  return !texts.some((text) => {
    const match = /^\s*(\d{1,2})\/(\d{1,2})\/\d{4}/.exec(text);
    return match !== null && Number(match[2]) > 12;
  });
}

/** Sum without the errors of binary fractions: exact in the decimals that the operands have. */
export function exactSum(values: readonly number[]): number {
  const decimals = Math.max(0, ...values.map(decimalsOf));
  if (decimals > 12 || values.some((value) => Math.abs(value) >= 1e15))
    return values.reduce((sum, value) => sum + value, 0);
  let sum = 0n;
  for (const value of values) sum += BigInt(value.toFixed(decimals).replace('.', ''));
  return Number(sum) / 10 ** decimals;
}

function decimalsOf(value: number): number {
  const text = String(value);
  if (text.includes('e')) return text.includes('e-') ? 13 : 0;
  return text.split('.')[1]?.length ?? 0;
}

/** A number for people: `1,234.5`, at most `decimals` after the point. */
export function formatNumber(value: number, decimals = 2): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

/** "Total", "Grand total 2026", "Total costs (EUR)"; not "Total Energies". */
const TOTAL =
  /^\s*(?:(?:grand|sub|overall|running|net|gross)[\s-]?)?(?:totals?|sum|summe|gesamt(?:summe|betrag)?|zwischensumme|subtotal|overall|insgesamt)(?:[\s:.,()\d-]|\b(?:costs?|amounts?|expens\w+|expenditure|budget|sum|net|gross|incl\w*|excl\w*|vat|tax|all|for|of|per|the|payments?|sales|revenue|income|q\d|due|price|value|items?|hours|eur|usd|gbp|year|month|quarter|january|february|march|april|may|june|july|august|september|october|november|december)\b)*$/iu;

/** True for a row that adds up others: its first words are total, subtotal, sum, … */
export function isTotalRow(row: readonly Cell[]): boolean {
  const first = row.find((cell) => /\p{L}/u.test(cell.text))?.text ?? '';
  return TOTAL.test(first.replace(/\*/g, ''));
}
