import type { Cell, Table } from '../../documents/document.ts';
import { unitOfHeader } from './claims.ts';
import { quantitiesIn } from './numbers.ts';
import { cite, type Reading } from './reading.ts';
import type { Citation, Contradiction, Material } from './skill.ts';
import { plainLine } from './words.ts';

const TOTAL = /^(?:grand |overall )?(?:total|sum|summe|gesamt|gesamtsumme|totale)\b/i;
/** Columns whose cells do not add up. */
const NOT_ADDITIVE =
  /%|\b(?:rate|price|per|average|avg|mean|year|date|share|index|unit|no|nr|number|id|score)\b/i;

/** Tables whose last row says "Total" and gives another number than the rows above add up to. */
export function findWrongTotals(readings: Reading[]): Contradiction[] {
  return readings.flatMap(({ material }) =>
    material.document.tables.flatMap((table) => wrongTotals(table, material)),
  );
}

function wrongTotals(table: Table, material: Material): Contradiction[] {
  const totals = table.rows.filter((row) => row.some((cell) => TOTAL.test(cell.text.trim())));
  const total = totals[0];
  const rows = table.rows.slice(0, total ? table.rows.indexOf(total) : 0);
  // several totals are subtotals; what each one covers is not said
  if (!total || totals.length > 1 || rows.length < 2 || rows.length > 500) return [];
  return table.columns.flatMap((column, index) => {
    const stated = total[index];
    const cells = rows.flatMap((row) => {
      const cell = row[index];
      return cell && cell.end > cell.start ? [cell] : [];
    });
    if (!stated || cells.length < 2 || NOT_ADDITIVE.test(column.text)) return [];
    const sum = numberOf(stated);
    const numbers = cells.map((cell) => numberOf(cell));
    if (sum === undefined || numbers.some((number) => number === undefined)) return [];
    const result = numbers.reduce<number>((all, number) => all + (number ?? 0), 0);
    const rounding = cells.some((cell) => /[.,]\d{1,2}\b/.test(cell.text)) ? 0.01 : 0.5;
    if (
      Math.abs(result - sum) <=
      rounding * cells.length * (Number.isInteger(result) && Number.isInteger(sum) ? 0 : 1) + 1e-6
    )
      return [];
    return [
      wrongTotal(material, table, column, stated, {
        cells,
        numbers: numbers.map((number) => number ?? 0),
        result,
      }),
    ];
  });
}

function wrongTotal(
  material: Material,
  table: Table,
  column: Cell,
  stated: Cell,
  rows: { cells: Cell[]; numbers: number[]; result: number },
): Contradiction {
  const name = plainLine(column.text) || 'the column';
  const unit = unitOfHeader(column.text);
  const result = Number(rows.result.toFixed(2));
  const cited = (cell: Cell): Citation => cite(material, cell.start, cell.end);
  const operands = rows.cells.map((cell, index) => ({
    value: rows.numbers[index] ?? 0,
    citation: cited(cell),
  }));
  const header = column.end > column.start ? [cited(column)] : [];
  return {
    subject: `the total of ${name}${table.name ? ` in ${table.name}` : ''}`,
    sentence: `${material.document.name} says the total of ${name} is ${stated.text.trim()}; its ${operands.length} rows add up to ${result}`,
    citations: [cited(stated), ...header],
    computation: { operation: 'sum', operands, result, ...(unit && { unit }) },
  };
}

function numberOf(cell: Cell): number | undefined {
  const found = quantitiesIn(cell.text, []);
  return found.length === 1 ? found[0]?.number : undefined;
}
