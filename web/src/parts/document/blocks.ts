import type { DocumentText } from '../../api/models.ts';
import type { Range } from './marks.ts';

type Segment = DocumentText['segments'][number];
type Table = DocumentText['tables'][number];
type Source = Pick<DocumentText, 'text' | 'segments' | 'tables'>;

export type BlockKind =
  | 'break'
  | 'heading'
  | 'paragraph'
  | 'item'
  | 'row'
  | 'header'
  | 'field'
  | 'code'
  /** Text that belongs to no part: line ends, signs of the format, what the reader did not understand. */
  | 'between';

/** A stretch of the text as it is drawn. All blocks of a document together are its text, each letter once. */
export interface Block extends Range {
  kind: BlockKind;
  /** As the reader named it: `h2`, `quoted`, the name of an e-mail header; of a break "Page 2". */
  label?: string;
  page?: number;
  /** Nothing to see: white space and signs of the format. */
  silent?: true;
  /** Goes on with what the block before it began: a long one is cut, and a page may end in its midst. */
  continued?: true;
  /** The number of an item, "3." */
  lead?: string;
  /** Of a row: its cells in order, and where it belongs. */
  cells?: Range[];
  table?: number;
  isHead?: boolean;
  /** Of a break: the page has no text. */
  isEmpty?: boolean;
}

/** Letters of one block; longer ones are cut, so that the page draws only what is near. */
const LONGEST = 4_000;
const BREAKS: ReadonlySet<string> = new Set(['page', 'slide', 'sheet']);
const KINDS: ReadonlySet<string> = new Set<BlockKind>([
  'heading',
  'paragraph',
  'item',
  'row',
  'header',
  'field',
  'code',
]);

/** Lays out a document as blocks in the order of its text. Never throws; what is strange becomes plain text. */
export function blocksOf({ text, segments, tables }: Source): Block[] {
  const builder = new Builder(text, segments, tables);
  for (const segment of inOrder(segments)) {
    if (!BREAKS.has(segment.kind)) builder.take(segment);
  }
  return builder.finish();
}

function inOrder(segments: Segment[]): Segment[] {
  return segments
    .filter(({ start, end }) => start >= 0 && end >= start)
    .toSorted((left, right) => left.start - right.start);
}

class Builder {
  readonly #text: string;
  readonly #blocks: Block[] = [];
  readonly #breaks: Segment[];
  readonly #rows: Row[];
  #at = 0;

  constructor(text: string, segments: Segment[], tables: Table[]) {
    this.#text = text;
    this.#breaks = inOrder(segments).filter(({ kind }) => BREAKS.has(kind));
    this.#rows = rowsOf(tables);
  }

  /** A part of the text; what lies before it and belongs to no part comes first. */
  take(segment: Segment): void {
    const start = Math.max(segment.start, this.#at);
    const end = Math.min(segment.end, this.#text.length);
    if (end <= start) return;
    const lead = this.#between(start, segment.kind === 'item');
    const kind = KINDS.has(segment.kind) ? (segment.kind as BlockKind) : 'paragraph'; // of the list above
    const row = kind === 'row' ? findRow(this.#rows, start, end) : undefined;
    this.#add({
      kind,
      start,
      end,
      ...(segment.label !== undefined && { label: segment.label }),
      ...(segment.page !== undefined && { page: segment.page }),
      ...(lead && { lead }),
      ...(row && { cells: row.cells, table: row.table, isHead: row.isHead }),
    });
  }

  finish(): Block[] {
    this.#between(this.#text.length, false);
    for (const segment of this.#breaks.splice(0)) this.#break(segment);
    return this.#blocks;
  }

  /** The text up to `end` that no part has. Answers the number of an item, which stands on its line before it. */
  #between(end: number, isItem: boolean): string | undefined {
    const start = this.#at;
    if (end <= start) return undefined;
    const line = Math.max(start, this.#text.lastIndexOf('\n', end - 1) + 1);
    const mark = isItem ? /^\s*(\d{1,9}[.)])?[\s\-*+[\]xX]*$/.exec(this.#text.slice(line, end)) : null;
    for (const stretch of mark ? [{ start, end: line }] : [{ start, end }]) {
      const silent = !/[\p{L}\p{N}]/u.test(this.#text.slice(stretch.start, stretch.end));
      this.#add({ kind: 'between', ...stretch, ...(silent && { silent }) });
    }
    if (mark) this.#add({ kind: 'between', start: line, end, silent: true });
    return mark?.[1];
  }

  /** Adds a block, cut where a page begins in it and where it is too long to be drawn at once. */
  #add(block: Block): void {
    let { start } = block;
    const part = (end: number) => {
      if (end > start) this.#blocks.push({ ...block, start, end, ...(start > block.start && CONTINUED) });
      start = Math.max(start, end);
    };
    while (this.#breaks[0] && this.#breaks[0].start < block.end) {
      const segment = this.#breaks.shift();
      if (!segment) break;
      if (!block.cells) this.#cut(start, Math.max(start, segment.start), part);
      this.#break(segment);
    }
    if (block.cells) part(block.end);
    else this.#cut(start, block.end, part);
    this.#at = block.end;
  }

  #cut(start: number, end: number, part: (end: number) => void): void {
    let from = start;
    while (end - from > LONGEST) {
      const cut = cutNear(this.#text, from, from + LONGEST);
      part(cut);
      from = cut;
    }
    part(end);
  }

  #break({ kind, start, end, page, label }: Segment): void {
    const word = kind.slice(0, 1).toUpperCase() + kind.slice(1);
    const name = kind === 'sheet' ? label : page;
    const at = Math.min(Math.max(start, this.#blocks.at(-1)?.end ?? 0), this.#text.length);
    this.#blocks.push({
      kind: 'break',
      start: at,
      end: at,
      label: name === undefined ? word : `${word} ${name}`,
      ...(page !== undefined && { page }),
      ...(end <= start && { isEmpty: true }),
    });
  }
}

const CONTINUED = { continued: true } as const;

/** Before `to`, behind a line end or a blank where there is one, never inside a character of two units. */
function cutNear(text: string, from: number, to: number): number {
  const line = text.lastIndexOf('\n', to - 1) + 1;
  if (line > from + LONGEST / 2) return line;
  const blank = text.lastIndexOf(' ', to - 1) + 1;
  if (blank > from + LONGEST / 2) return blank;
  const unit = text.charCodeAt(to);
  return unit >= 0xdc00 && unit <= 0xdfff ? to - 1 : to;
}

interface Row extends Range {
  cells: Range[];
  table: number;
  isHead: boolean;
}

/** The rows of all tables by their place. Rows of which nothing stands in the text are left out. */
function rowsOf(tables: Table[]): Row[] {
  const rows = tables.flatMap(({ columns, rows: body }, table) =>
    [columns, ...body].flatMap((list, index): Row[] => {
      const [first, last] = [list[0], list.at(-1)];
      if (!first || !last || last.end <= first.start) return [];
      const cells = list.map(({ start, end }) => ({ start, end }));
      const isSound = cells.every(({ start, end }, at) => start >= (cells[at - 1]?.end ?? 0) && end >= start);
      return isSound ? [{ start: first.start, end: last.end, cells, table, isHead: index === 0 }] : [];
    }),
  );
  return rows.sort((left, right) => left.start - right.start);
}

function findRow(rows: Row[], start: number, end: number): Row | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  const row = rows[low];
  return row && row.end <= end ? row : undefined;
}
