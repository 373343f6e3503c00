import { fromRfc3339, toRfc3339 } from '../../platform/kernel/clock.ts';
import { cellDate } from './cells.ts';
import { textOf } from './table-filter.ts';
import type { Column, Row } from './table-profile.ts';

/** The group a row belongs to: the value of its cell, or the part of its date. Rows without a value share ''. */
export function groupKey(row: Row | undefined, column: Column, grain: string): string {
  if (!row) return '';
  const text = textOf(row, column);
  if (!grain) return text;
  const date = cellDate(text, column.dayFirst);
  if (!date) return text;
  if (grain === 'year') return date.slice(0, 4);
  if (grain === 'month') return date.slice(0, 7);
  if (grain === 'quarter') return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
  if (grain === 'week') return weekOf(date);
  return date;
}

/** Monday of the week of an ISO date. 1 January 1970 was a Thursday. */
function weekOf(date: string): string {
  const at = fromRfc3339(`${date.slice(0, 10)}T00:00:00Z`);
  if (at === undefined) return date;
  const days = Math.floor(at / DAY_MS);
  return toRfc3339((days - ((((days + 3) % 7) + 7) % 7)) * DAY_MS).slice(0, 10);
}

const DAY_MS = 86_400_000;
