import type { Composer } from './composer.ts';

/**
 * Tables as people lay them out in sheets and csv files: titles and notes above, blank rows between, a header row
 * that may be missing. Row and cell texts are as a person sees them.
 */
export function writeGrid(composer: Composer, name: string, rows: readonly (readonly string[])[]): void {
  const blocks = splitBlocks(rows);
  let count = 0;
  for (const block of blocks) {
    if (composer.full) return;
    const body = writeNotes(composer, block);
    if (body.length === 0) continue;
    count += 1;
    const title = count === 1 ? name : `${name} (${count})`;
    const [first = [], ...rest] = body;
    if (isHeader(first, rest)) composer.table(title, first, rest);
    else composer.table(title, [], body);
  }
}

/** Splits at blank rows and drops columns that are empty throughout a block. */
function splitBlocks(rows: readonly (readonly string[])[]): string[][][] {
  const blocks: string[][][] = [];
  let current: string[][] = [];
  const flush = () => {
    if (current.length > 0) blocks.push(dropEmptyColumns(current));
    current = [];
  };
  for (const row of rows) {
    if (row.every(isBlank)) flush();
    else current.push([...row]);
  }
  flush();
  return blocks;
}

function dropEmptyColumns(rows: string[][]): string[][] {
  const used: boolean[] = [];
  for (const row of rows) {
    for (const [index, text] of row.entries()) if (!isBlank(text)) used[index] = true;
  }
  if (!used.includes(true) || [...used.keys()].every((index) => used[index])) return rows;
  return rows.map((row) => row.filter((_, index) => used[index]));
}

/** A row with a single cell in a wider block is a title or a note; it is written as running text. */
function writeNotes(composer: Composer, block: string[][]): string[][] {
  const width = block.reduce(
    (most, row) => Math.max(most, row.findLastIndex((text) => !isBlank(text)) + 1),
    0,
  );
  if (width < 2) {
    if (block.length > 2) return block;
    for (const row of block) composer.block('paragraph', row[0] ?? '');
    return [];
  }
  let start = 0;
  while (start < block.length && single(block[start] ?? [])) start += 1;
  for (const row of block.slice(0, start)) composer.block('paragraph', row.join(' '));
  return block.slice(start);
}

function single(row: string[]): boolean {
  return row.filter((text) => !isBlank(text)).length === 1;
}

/** A header has words in (nearly) all of its cells; numbers and dates belong to the rows. */
export function isHeader(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  const filled = first.filter((text) => !isBlank(text));
  if (filled.length === 0 || filled.length < first.length / 2) return false;
  const values = filled.filter(isValue).length;
  if (values === 0) return rest.length > 0 || filled.length > 1;
  // Years as column heads ("2024", "2025") above numbers are a header when the first column is named.
  return (
    values < filled.length && filled.every((text) => !isValue(text) || /^(19|20)\d\d$/.test(text.trim()))
  );
}

function isValue(text: string): boolean {
  return /^[^\p{L}]*\d[^\p{L}]*(\p{Sc}|[A-Z]{3}|%|kg|km|h)?$/u.test(text.trim()) || text.trim().length > 80;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}
