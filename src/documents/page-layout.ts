import type { Composer } from './composer.ts';
import { unbroken, wordsOf } from './formats/txt.ts';
import { takePageEdges } from './page-edges.ts';
import type { Line, PageLines } from './page-lines.ts';
import { tableLines, writePageTable } from './page-tables.ts';

/**
 * Makes reading text of the lines of pages: lines become paragraphs again, words divided at a line end become
 * whole, a paragraph goes on over a page end, larger or other type makes a heading, aligned gaps make a table.
 */
export function layPages(pages: readonly PageLines[], composer: Composer): void {
  const edges = takePageEdges(pages);
  const body = bodyOf(edges.pages);
  const known = wordsOf(edges.pages.flatMap(({ lines }) => lines.map(({ text }) => text)));
  let carried: Paragraph | undefined;
  for (const [index, page] of edges.pages.entries()) {
    if (composer.full) return;
    const segment = composer.open('page', { page: page.number });
    if (index === 0)
      for (const edge of edges.kept)
        composer.block('header', edge.text, { page: page.number, label: edge.label });
    const blocks = blocksOf(page, body, known);
    const [first] = blocks;
    if (carried && first && goesOn(carried, first)) {
      const joined = { ...carried, text: unbroken(carried.text, first.text, known) };
      segment.start = composer.continue(joined.text);
      writeBlocks(composer, blocks.slice(1), page.number);
      blocks[0] = joined;
    } else writeBlocks(composer, blocks, page.number);
    composer.close(segment);
    const last = blocks.at(-1);
    if (last) carried = last;
  }
}

interface Body {
  size: number;
  font: string;
  /** Usual distance of two baselines, in multiples of the type size. */
  leading: number;
}

interface Paragraph {
  kind: 'paragraph' | 'heading' | 'item' | 'row';
  text: string;
  lines: Line[];
  level: number;
}

/** Size and type of the running text: what most characters are set in. */
function bodyOf(pages: readonly PageLines[]): Body {
  const sizes = new Map<number, number>();
  const fonts = new Map<string, number>();
  const gaps: number[] = [];
  for (const { lines } of pages) {
    for (const [index, line] of lines.entries()) {
      const size = Math.round(line.size * 2) / 2;
      sizes.set(size, (sizes.get(size) ?? 0) + line.text.length);
      fonts.set(line.font, (fonts.get(line.font) ?? 0) + line.text.length);
      const gap = index > 0 ? (lines[index - 1]!.y - line.y) / line.size : 0;
      if (gap > 0.8 && gap < 2.6 && Math.abs(lines[index - 1]!.size - line.size) < 0.6) gaps.push(gap);
    }
  }
  gaps.sort((a, b) => a - b);
  const most = <T>(counts: Map<T, number>, otherwise: T) =>
    [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? otherwise;
  return { size: most(sizes, 10), font: most(fonts, ''), leading: gaps[Math.floor(gaps.length / 3)] ?? 1.2 };
}

const BULLET = /^(?:[•●▪◦‣–—*·-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+\S/i;

function blocksOf(page: PageLines, body: Body, known: ReadonlySet<string>): Paragraph[] {
  const lines = page.lines.filter((line, index) => !isNoteMark(line, page.lines[index - 1], body));
  const blocks: Paragraph[] = [];
  const rows = tableLines(lines);
  for (const [index, line] of lines.entries()) {
    const last = blocks.at(-1);
    const previous = lines[index - 1];
    if (rows.has(line)) {
      blocks.push({ kind: 'row', text: line.text, lines: [line], level: 0 });
      continue;
    }
    if (last && last.kind !== 'row' && previous && continues(last, previous, line, body, lines)) {
      last.lines.push(line);
      last.text = unbroken(last.text, line.text, known);
    } else {
      const kind = BULLET.test(line.text) ? 'item' : 'paragraph';
      blocks.push({ kind, text: line.text, lines: [line], level: 0 });
    }
  }
  for (const block of blocks) markHeading(block, body);
  return blocks;
}

/** The small raised number of a footnote, which stands between two lines and would tear them apart. */
function isNoteMark(line: Line, previous: Line | undefined, body: Body): boolean {
  const small = line.size < body.size * 0.85 && /^(\d{1,3}|[*†‡])$/.test(line.text);
  return small && previous !== undefined && Math.abs(line.y - previous.y) < previous.size;
}

/** True when the line goes on with the block; `page` is all lines, which show where lines of this column end. */
function continues(block: Paragraph, previous: Line, line: Line, body: Body, page: readonly Line[]): boolean {
  if (Math.abs(previous.size - line.size) > Math.max(previous.size, line.size) * 0.12) return false;
  const gap = previous.y - line.y;
  if (gap < 0) return goesOn(block, { kind: 'paragraph', text: line.text, lines: [line], level: 0 });
  if (gap > line.size * Math.max(body.leading * 1.28, body.leading + 0.25)) return false;
  if (gap < line.size * 0.5) return true;
  if (BULLET.test(line.text) || isTitleAbove(block, previous, line, body)) return false;
  const ended = endedOnPurpose(previous, line, page);
  const first = block.lines[0]!;
  if (block.kind === 'item') return line.x >= first.x - 1 && !(ended && line.x <= first.x + 1);
  const indented = line.x > previous.x + line.size * 0.9 && block.lines.length > 1;
  return !ended && !(indented && SENTENCE_END.test(previous.text));
}

const SENTENCE_END = /[.!?:;]["”’)]*$/;

/** A short line in another type above running text is a title, also where no space divides them. */
function isTitleAbove(block: Paragraph, previous: Line, line: Line, body: Body): boolean {
  const other = previous.font !== line.font && line.font === body.font;
  return other && block.lines.length === 1 && previous.right < line.right - line.size * 4;
}

/** The next word would have fitted on the line before, and the sentence does not simply flow on. */
function endedOnPurpose(previous: Line, line: Line, page: readonly Line[]): boolean {
  if (/^[\p{Ll}(]/u.test(line.text) && !SENTENCE_END.test(previous.text)) return false;
  const peers = page.filter(
    (one) => Math.abs(one.x - line.x) < line.size * 1.5 && Math.abs(one.size - line.size) < 0.6,
  );
  const right = Math.max(previous.right, line.right, ...peers.map((one) => one.right));
  const word = /^\S+/.exec(line.text)?.[0].length ?? 0;
  const characterWidth = (previous.right - previous.x) / Math.max(1, previous.text.length);
  return previous.right + (word + 1.5) * characterWidth < right;
}

/** A paragraph at the end of a page or column goes on when it lacks its end and the next begins in its midst. */
function goesOn(last: Paragraph, next: Paragraph): boolean {
  if (last.kind === 'row' || last.kind === 'heading' || next.kind !== 'paragraph') return false;
  if (Math.abs(last.lines.at(-1)!.size - next.lines[0]!.size) > 0.6) return false;
  return !/[.!?:;"”]\)?$/.test(last.text) && (/^[\p{Ll}\d(]/u.test(next.text) || /[,-]$/.test(last.text));
}

function markHeading(block: Paragraph, body: Body): void {
  const { text, lines } = block;
  const line = lines[0]!;
  if (block.kind === 'row' || text.length > 160 || lines.length > 3 || !/\p{L}{2}/u.test(text)) return;
  const ratio = line.size / body.size;
  const ends = /[.,;]$/.test(text) && !/^\d+(\.\d+)*\.?\s/.test(text);
  if (ratio >= 1.12 && !ends)
    Object.assign(block, { kind: 'heading', level: ratio >= 1.6 ? 1 : ratio >= 1.3 ? 2 : 3 });
  else if (
    ratio > 0.95 &&
    line.font !== body.font &&
    lines.length === 1 &&
    text.length <= 90 &&
    !/[.,;:]$/.test(text) &&
    /^[\p{Lu}\d§]/u.test(text)
  ) {
    Object.assign(block, { kind: 'heading', level: 4 });
  }
}

function writeBlock(composer: Composer, block: Paragraph, page: number): void {
  const label = block.kind === 'heading' ? { label: `h${block.level}` } : {};
  composer.block(block.kind, block.text, { page, ...label });
}

/** Writes the blocks of a page; neighbouring rows make one table, named by the heading above it. */
function writeBlocks(composer: Composer, blocks: readonly Paragraph[], page: number): void {
  let title = `page ${page}`;
  for (let index = 0; index < blocks.length; index += 1) {
    const block = blocks[index]!;
    if (block.kind === 'heading') title = block.text;
    if (block.kind !== 'row') {
      writeBlock(composer, block, page);
      continue;
    }
    let end = index;
    while (blocks[end + 1]?.kind === 'row') end += 1;
    writePageTable(
      composer,
      title,
      blocks.slice(index, end + 1).map(({ lines }) => lines[0]!),
      page,
    );
    index = end;
  }
}
