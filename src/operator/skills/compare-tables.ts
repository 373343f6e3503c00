import type { Table } from '../../documents/document.ts';
import { cellNumber, isTotalRow } from './cells.ts';
import { cite } from './reading.ts';
import type { Citation, Finding, Material } from './skill.ts';
import { fold, plainLine } from './words.ts';

/** A difference between two tables, or a row that only one of them has. */
export interface TableDifference {
  finding: Finding;
  cells: [string, string];
  topic: string;
}

/**
 * Two tables with at least two headers in common, row by row: the first text column both have is the key. Undefined
 * when the documents have no such tables.
 */
export function compareTables(left: Material, right: Material): TableDifference[] | undefined {
  for (const own of left.document.tables) {
    for (const other of right.document.tables) {
      const shared = own.columns.flatMap((cell, index) => {
        const name = fold(plainLine(cell.text));
        const there = other.columns.findIndex((candidate) => fold(plainLine(candidate.text)) === name);
        return name && there >= 0 ? [{ name: plainLine(cell.text), left: index, right: there }] : [];
      });
      const key = shared.find((column) => isKey(own, column.left) && isKey(other, column.right));
      if (shared.length >= 2 && key)
        return compareRows(
          left,
          own,
          right,
          other,
          key,
          shared.filter((column) => column !== key),
        );
    }
  }
  return undefined;
}

interface SharedColumn {
  name: string;
  left: number;
  right: number;
}

/** Texts that name their row: filled and different from one another. */
function isKey(table: Table, column: number): boolean {
  const texts = table.rows.map((row) => fold(row[column]?.text ?? '').trim()).filter(Boolean);
  return (
    texts.length > 0 &&
    texts.length >= table.rows.length * 0.8 &&
    new Set(texts).size >= texts.length * 0.9 &&
    texts.some((text) => /\p{L}/u.test(text))
  );
}

function compareRows(
  left: Material,
  own: Table,
  right: Material,
  other: Table,
  key: SharedColumn,
  columns: SharedColumn[],
): TableDifference[] {
  const rowsOf = (table: Table, column: number) =>
    new Map(
      table.rows.filter((row) => !isTotalRow(row)).map((row) => [fold(row[column]?.text ?? '').trim(), row]),
    );
  const [first, second] = [rowsOf(own, key.left), rowsOf(other, key.right)];
  const found: TableDifference[] = [];
  for (const [name, row] of first) {
    const twin = second.get(name);
    const label = row[key.left];
    if (!name || !label) continue;
    const named = cite(left, label.start, label.end);
    if (!twin) {
      found.push({
        topic: label.text,
        cells: [row.map(({ text }) => text).join(' | '), ''],
        finding: { sentence: `Only ${left.document.name} has “${label.text}”.`, citations: [named] },
      });
      continue;
    }
    for (const column of columns) {
      const [a, b] = [row[column.left], twin[column.right]];
      if (!a || !b || sameCell(a.text, b.text)) continue;
      const citations: Citation[] = [
        named,
        ...(a.end > a.start ? [cite(left, a.start, a.end)] : []),
        ...(b.end > b.start ? [cite(right, b.start, b.end)] : []),
      ];
      found.push({
        topic: `${label.text}, ${column.name}`,
        cells: [a.text, b.text],
        finding: {
          sentence: `${label.text}, ${column.name}: ${a.text || '(empty)'} in ${left.document.name}, ${b.text || '(empty)'} in ${right.document.name}.`,
          citations,
        },
      });
    }
  }
  for (const [name, row] of second) {
    const label = row[key.right];
    if (name && label && !first.has(name))
      found.push({
        topic: label.text,
        cells: ['', row.map(({ text }) => text).join(' | ')],
        finding: {
          sentence: `Only ${right.document.name} has “${label.text}”.`,
          citations: [cite(right, label.start, label.end)],
        },
      });
  }
  return found;
}

function sameCell(left: string, right: string): boolean {
  if (fold(left).trim() === fold(right).trim()) return true;
  const [a, b] = [cellNumber(left, '.'), cellNumber(right, '.')];
  return a !== undefined && b !== undefined && a.value === b.value;
}
