import type { Composer } from './composer.ts';
import { isHeader } from './grid.ts';
import { cellsOf, type Line } from './page-lines.ts';

/** Tables of PDF pages. A PDF draws them as text at places; rows and columns are found by what is aligned. */

/**
 * Lines with wide gaps whose parts stand under one another in at least two neighbours are rows of a table; a
 * single line with a gap (a name at the left, a date at the right) is not. A line close below a row that fills
 * only inner columns goes on with the cells above.
 */
export function tableLines(lines: readonly Line[]): Set<Line> {
  const rows = new Set<Line>();
  for (let i = 1; i < lines.length; i += 1) {
    const [above, line] = [lines[i - 1]!, lines[i]!];
    const near = Math.abs(above.y - line.y) < line.size * 4;
    if (above.cells.length < 2 || line.cells.length < 2 || !near) continue;
    if (line.cells.filter((cell) => above.cells.some((other) => isAligned(cell, other))).length >= 2) {
      rows.add(above).add(line);
    }
  }
  for (let i = 1; i < lines.length; i += 1) {
    const [above, line] = [lines[i - 1]!, lines[i]!];
    if (rows.has(line) || !rows.has(above) || above.y - line.y > line.size * 1.6 || above.y <= line.y)
      continue;
    const inner = above.cells.slice(1);
    if (line.cells.every((cell) => inner.some((other) => Math.abs(other.x - cell.x) < 4))) rows.add(line);
  }
  return rows;
}

function isAligned(a: Line['cells'][number], b: Line['cells'][number]): boolean {
  return (
    Math.abs(a.x - b.x) < 4 || Math.abs(a.right - b.right) < 4 || Math.abs(a.x + a.right - b.x - b.right) < 8
  );
}

/** Writes neighbouring rows as a table; a list of contents (titles and page numbers) as rows only. */
export function writePageTable(
  composer: Composer,
  title: string,
  lines: readonly Line[],
  page: number,
): void {
  const starts = columnStarts(lines);
  const rows: string[][] = [];
  let above: Line | undefined;
  for (const line of lines) {
    const cells = placeCells(line, starts);
    const last = rows.at(-1);
    const goesOn =
      last &&
      above &&
      cells[0] === '' &&
      above.y - line.y <= line.size * 1.6 &&
      cells.some((text) => text === '');
    if (goesOn)
      for (const [index, text] of cells.entries()) last[index] = `${last[index] ?? ''} ${text}`.trim();
    else rows.push(cells);
    above = line;
  }
  const [first = [], ...rest] = rows;
  if (isContents(rows)) {
    for (const row of rows) composer.block('row', row.join(' | '), { page });
  } else if (isHeader(first, rest)) composer.table(title, first, rest, page);
  else composer.table(title, [], rows, page);
}

/** Left edges of the columns: from the rows with the most cells, the leftmost place each cell begins at. */
function columnStarts(lines: readonly Line[]): number[] {
  const most = lines.reduce((count, line) => Math.max(count, line.cells.length), 0);
  const full = lines.filter((line) => line.cells.length === most);
  return Array.from({ length: most }, (_, column) => Math.min(...full.map((line) => line.cells[column]!.x)));
}

/** Each piece goes to the column that begins at or left of it; columns closer than a gap are told apart this way. */
function placeCells(line: Line, starts: readonly number[]): string[] {
  if (line.cells.length === starts.length) return line.cells.map((cell) => cell.text);
  const columns = starts.map((): Line['pieces'][number][] => []);
  for (const piece of line.pieces) {
    const found = starts.findLastIndex((start) => piece.x >= start - 3);
    columns[Math.max(0, found)]!.push(piece);
  }
  return columns.map((pieces) =>
    cellsOf(pieces, line.size)
      .map((cell) => cell.text)
      .join(' '),
  );
}

function isContents(rows: readonly string[][]): boolean {
  const numbers = rows.map((row) =>
    row.length === 2 && /^\d{1,4}$/.test(row[1] ?? '') ? Number(row[1]) : Number.NaN,
  );
  return rows.length > 2 && numbers.every((number, index) => number >= (numbers[index - 1] ?? 0));
}
