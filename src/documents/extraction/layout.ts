/**
 * How the text is laid out: blocks that names and sentences never cross, and which line ends are only wraps.
 * All offsets are those of the document's own text.
 */
import type { DocumentText, Segment } from '../document.ts';

export type BlockKind = 'running' | 'heading' | 'row' | 'header' | 'code';

/** A stretch of text on its own: a paragraph, a heading, a table row, an e-mail header, a piece of code. */
export interface Block {
  kind: BlockKind;
  start: number;
  end: number;
  page?: number;
}

export interface Layout {
  /** In order, without overlap, together covering all text that is not blank. */
  blocks: Block[];
  /**
   * The document's text, same length, where a line end inside a wrapped sentence is a space and every other line
   * end is a line feed. Patterns are searched here; quotes are always cut from the original.
   */
  flat: string;
}

const KINDS: Partial<Record<Segment['kind'], BlockKind>> = {
  heading: 'heading',
  row: 'row',
  header: 'header',
  field: 'row',
  code: 'code',
  paragraph: 'running',
  item: 'running',
};

/** Lines at least this long may be wrapped by hand; shorter ones are lists, verses, signatures. */
const MIN_WRAPPED_LENGTH = 45;

/** Blocks and wraps of a document. */
export function layOut(document: DocumentText): Layout {
  const blocks: Block[] = [];
  for (const region of regions(document)) splitAtBlankLines(document.text, region, blocks);
  const flat = flatten(document.text, blocks);
  for (const block of blocks) setPage(block, document.segments);
  return { blocks, flat };
}

/** Segments with a kind of their own, in order and without overlap (the inner one wins), and the gaps between. */
function regions(document: DocumentText): Block[] {
  const { text, segments } = document;
  const known = segments
    .filter((segment) => KINDS[segment.kind] !== undefined && valid(segment, text.length))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const result: Block[] = [];
  let cursor = 0;
  for (const segment of known) {
    const start = Math.max(segment.start, cursor);
    if (segment.end <= start) continue;
    if (start > cursor) result.push({ kind: 'running', start: cursor, end: start });
    result.push({ kind: KINDS[segment.kind] ?? 'running', start, end: segment.end });
    cursor = segment.end;
  }
  if (cursor < text.length) result.push({ kind: 'running', start: cursor, end: text.length });
  return result;
}

function valid(segment: Segment, length: number): boolean {
  return segment.start >= 0 && segment.end <= length && segment.start < segment.end;
}

function splitAtBlankLines(text: string, region: Block, blocks: Block[]): void {
  const blank = /\r?\n[ \t\r]*\n\s*|\f/g;
  const part = text.slice(region.start, region.end);
  let from = 0;
  const push = (to: number) => {
    const trimmed = trim(part, from, to);
    if (trimmed) {
      blocks.push({ kind: region.kind, start: region.start + trimmed[0], end: region.start + trimmed[1] });
    }
  };
  for (const match of part.matchAll(blank)) {
    push(match.index);
    from = match.index + match[0].length;
  }
  push(part.length);
}

/** The bounds of the text between without white space at its ends, or undefined when all is blank. */
function trim(text: string, start: number, end: number): [number, number] | undefined {
  let from = start;
  let to = end;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return from < to ? [from, to] : undefined;
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff || code === 0x2028;
}

function flatten(text: string, blocks: Block[]): string {
  const pieces: string[] = [];
  let cursor = 0;
  for (const block of blocks) {
    pieces.push(hardBreaks(text.slice(cursor, block.start)));
    const part = text.slice(block.start, block.end);
    pieces.push(block.kind === 'running' || block.kind === 'heading' ? unwrap(part) : hardBreaks(part));
    cursor = block.end;
  }
  pieces.push(hardBreaks(text.slice(cursor)));
  return pieces.join('');
}

function hardBreaks(text: string): string {
  return text.replace(/[\r\f\u2028]/g, '\n').replace(/[\u00a0\u2007\u202f\ufeff]/g, ' ');
}

/** Line ends inside wrapped text become spaces, of the same length. */
function unwrap(block: string): string {
  const lines = hardBreaks(block).split('\n');
  if (lines.length === 1) return lines[0] ?? '';
  const longest = Math.max(...lines.slice(0, 200).map((line) => line.length));
  let result = lines[0] ?? '';
  let previous = result;
  for (const line of lines.slice(1)) {
    result += isWrap(previous, line, longest) ? ' ' : '\n';
    result += line;
    // The empty line between \r and \n does not count as a line.
    if (line.length > 0) previous = line;
  }
  return result;
}

function isWrap(line: string, next: string, longest: number): boolean {
  if (next.length === 0) return true;
  if (/^\s*(?:[-*•·–+>|#]|\(?[0-9a-zA-Z]{1,3}[.)])\s/.test(next)) return false;
  if (/[:|]\s*$/.test(line)) return false;
  const firstWord = /^\s*\S{0,40}/.exec(next)?.[0].length ?? 0;
  const full = line.length >= MIN_WRAPPED_LENGTH && line.length + firstWord + 1 >= longest * 0.9;
  return full || (/^\s*\p{Ll}/u.test(next) && !/[.!?]\s*$/.test(line) && line.length >= 25);
}

function setPage(block: Block, segments: Segment[]): void {
  const page = pageAt(segments, block.start);
  if (page !== undefined) block.page = page;
}

/** The page or slide number that holds the position. */
export function pageAt(segments: Segment[], position: number): number | undefined {
  for (const segment of segments) {
    if (segment.page === undefined) continue;
    if (segment.start <= position && position < segment.end) return segment.page;
  }
  return undefined;
}
