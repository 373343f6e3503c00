import { CadreError } from '../platform/kernel/errors.ts';
import { cleanText, oneLine } from './clean.ts';
import type { Cell, DocumentText, DocumentType, Segment, Table } from './document.ts';
import { MAX_BLOCK, MAX_CELLS, MAX_COLUMNS, MAX_TEXT } from './limits.ts';

type Extra = Pick<Segment, 'page' | 'label'>;

/** A stretch of the composed text. */
export interface Span {
  start: number;
  end: number;
}

/**
 * Builds the text of a document block by block and notes where each block, cell and page stands, so that every
 * position agrees with the text by construction. All formats write through it, which gives all the same form:
 * blocks apart by a blank line, list items and rows by a line end, cells by ` | `.
 */
export class Composer {
  readonly segments: Segment[] = [];
  readonly tables: Table[] = [];
  readonly warnings: string[] = [];
  #parts: string[] = [];
  #length = 0;
  #last: Segment['kind'] | undefined;
  #cells = 0;
  #full = false;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** Length of the text so far. */
  get length(): number {
    return this.#length;
  }

  /** True when the limit of the text was reached: nothing more is taken, and a warning says so. */
  get full(): boolean {
    return this.#full;
  }

  /** Says once what could not be read. */
  warn(sentence: string): void {
    if (!this.warnings.includes(sentence)) this.warnings.push(sentence);
  }

  /** A block on one line; white space is collapsed. Empty text leaves no trace. */
  block(kind: Segment['kind'], text: string, extra: Extra = {}): Span | undefined {
    return this.#write(kind, oneLine(text), extra);
  }

  /** A block whose line ends and spaces mean something, such as code or an address. */
  lines(kind: Segment['kind'], text: string, extra: Extra = {}): Span | undefined {
    const kept = cleanText(text)
      .replace(/[^\S\n]+$/gm, '')
      .replace(/^\n+|\n+$/g, '');
    return this.#write(kind, kept, extra);
  }

  /**
   * Continues the last paragraph where a page ends in its midst. `joined` is the whole text of both parts, in which
   * a word divided at the page end is whole again. Answers where the continuation begins.
   */
  continue(joined: string): number {
    const last = this.segments.findLast(({ kind }) => kind === 'paragraph' || kind === 'item');
    const whole = oneLine(joined);
    if (!last || last.end !== this.#length || !this.#fits(whole.length)) return this.#length;
    const before = this.#parts.pop() ?? '';
    this.#length -= before.length;
    let same = 0;
    while (same < before.length && before[same] === whole[same]) same += 1;
    const boundary = last.start + same;
    this.#append(whole);
    for (const segment of this.segments) {
      // Pages in between that are empty stood at the old end.
      if (segment.start > boundary) segment.start = boundary;
      if (segment.end > boundary) segment.end = boundary;
    }
    last.end = this.#length;
    return boundary;
  }

  /** Opens a page, slide or sheet; the segments until `close` lie inside it. */
  open(kind: 'page' | 'slide' | 'sheet', extra: Extra): Segment {
    const segment: Segment = { kind, start: -1, end: -1, ...extra };
    this.segments.push(segment);
    return segment;
  }

  /** Closes what `open` gave. What stayed empty is an empty stretch at the end of the text. */
  close(segment: Segment): void {
    const first = this.segments[this.segments.indexOf(segment) + 1];
    if (segment.start < 0) segment.start = first && first.start >= 0 ? first.start : this.#length;
    segment.end = Math.max(this.#length, segment.start);
  }

  /**
   * A table. Rows shorter than the widest are filled up with empty cells.
   * @throws CadreError `file/too-wide` beyond 16,384 columns
   */
  table(name: string, columns: readonly string[], rows: readonly (readonly string[])[], page?: number): void {
    const extra = page === undefined ? {} : { page };
    const width = rows.reduce((most, row) => Math.max(most, row.length), columns.length);
    if (width > MAX_COLUMNS) {
      throw new CadreError('file/too-wide', {
        name: this.#name,
        found: `${width} columns`,
        limit: MAX_COLUMNS,
      });
    }
    if (width === 0) return;
    const table: Table = { name: oneLine(name), columns: this.#row(columns, width, extra) ?? [], rows: [] };
    let taken = 0;
    for (const row of rows) {
      if (this.#full || this.#cells + width > MAX_CELLS) break;
      const cells = this.#row(row, width, extra);
      if (!cells) break;
      table.rows.push(cells);
      this.#cells += width;
      taken += 1;
    }
    if (taken < rows.length) {
      this.warn(`Only the first ${taken} of ${rows.length} rows of the table "${table.name}" were read.`);
    }
    this.tables.push(table);
    this.#last = 'paragraph';
  }

  /**
   * Takes a whole text as it stands (already clean), for formats whose source is the text. Answers what was kept.
   * @throws CadreError `file/too-wide` when a line is too long
   */
  keep(text: string): string {
    const kept = text.slice(0, MAX_TEXT);
    for (let start = 0; start < kept.length; ) {
      const next = kept.indexOf('\n', start);
      const end = next < 0 ? kept.length : next;
      if (end - start > MAX_BLOCK) this.#tooWide(`a line of ${end - start} characters`);
      start = end + 1;
    }
    this.#append(kept);
    if (kept.length < text.length) this.#overflow();
    return kept;
  }

  /** Marks a stretch of what `keep` took; a blank one leaves no trace. */
  mark(kind: Segment['kind'], start: number, end: number, extra: Extra = {}): void {
    if (this.#parts.join('').slice(start, end).trim() !== '')
      this.segments.push({ kind, start, end, ...extra });
  }

  /** Marks a table in what `keep` took, by the places of its cells; short rows get empty cells at their end. */
  markTable(name: string, columns: Span[], rows: Span[][]): void {
    const text = this.#parts.join('');
    const width = rows.reduce((most, row) => Math.max(most, row.length), columns.length);
    const cellsOf = (spans: Span[]): Cell[] => {
      const end = spans.at(-1)?.end ?? this.#length;
      return Array.from({ length: width }, (_, index) => {
        const span = spans[index] ?? { start: end, end };
        return { text: text.slice(span.start, span.end), start: span.start, end: span.end };
      });
    };
    this.tables.push({ name: oneLine(name), columns: cellsOf(columns), rows: rows.map(cellsOf) });
  }

  /** The finished document. */
  finish(type: DocumentType, meta: DocumentText['meta']): DocumentText {
    return {
      name: this.#name,
      type,
      text: this.#parts.join(''),
      segments: this.segments,
      tables: this.tables,
      meta,
      warnings: this.warnings,
    };
  }

  #row(texts: readonly string[], width: number, extra: Extra): Cell[] | undefined {
    const cells = Array.from({ length: width }, (_, index) => oneLine(texts[index] ?? ''));
    if (cells.every((cell) => cell === '')) {
      return cells.map((text) => ({ text, start: this.#length, end: this.#length }));
    }
    const span = this.#write('row', cells.join(' | '), extra);
    if (!span) return undefined;
    let start = span.start;
    return cells.map((text) => {
      const cell = { text, start, end: start + text.length };
      start = cell.end + 3;
      return cell;
    });
  }

  #write(kind: Segment['kind'], text: string, extra: Extra): Span | undefined {
    if (text === '') return undefined;
    if (text.length > MAX_BLOCK) this.#tooWide(`a line of ${text.length} characters`);
    const gap = this.#length === 0 ? '' : TIGHT.has(kind) && this.#last === kind ? '\n' : '\n\n';
    if (!this.#fits(gap.length + text.length)) return undefined;
    this.#append(gap);
    const start = this.#length;
    for (let i = this.segments.length - 1; i >= 0 && this.segments[i]?.start === -1; i -= 1) {
      this.segments[i]!.start = start;
    }
    this.#append(text);
    this.#last = kind;
    const segment: Segment = { kind, start, end: this.#length, ...extra };
    this.segments.push(segment);
    return { start, end: this.#length };
  }

  #fits(length: number): boolean {
    if (!this.#full && this.#length + length <= MAX_TEXT) return true;
    this.#overflow();
    return false;
  }

  #overflow(): void {
    if (this.#full) return;
    this.#full = true;
    this.warn(
      `Only the first ${this.#length} characters were read; the rest is beyond the limit of ${MAX_TEXT}.`,
    );
  }

  #tooWide(found: string): never {
    throw new CadreError('file/too-wide', { name: this.#name, found, limit: MAX_BLOCK });
  }

  #append(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
  }
}

/** Kinds that stand on neighbouring lines. */
const TIGHT: ReadonlySet<Segment['kind']> = new Set(['item', 'row', 'header', 'field']);
