import type { Mention } from '../../documents/document.ts';
import { type DateFound, datesIn } from './dates.ts';
import { type Quantity, quantitiesIn } from './numbers.ts';
import type { Citation, Material } from './skill.ts';
import { plainLine, stemsOf } from './words.ts';

/**
 * The materials cut into passages: the smallest pieces that can be quoted on their own (a sentence, a row of a
 * table, a `label: value` line, a heading). Every rule of the writer works on passages, so every output is cited.
 */
export interface Passage {
  kind: 'sentence' | 'row' | 'field' | 'heading';
  fileId: string;
  start: number;
  end: number;
  page?: number;
  /** One line without markup, for people. */
  text: string;
  /** The source's text with blanks for line breaks; as long as the source, so that offsets hold. */
  raw: string;
  /** Place in the document, in [0, 1]. */
  position: number;
  mentions: Mention[];
  /** The heading it stands under, '' when none. */
  heading: string;
  /** Only rows: the header and the cells, in order. */
  row?: Array<{ column: string; text: string; start: number; end: number }>;
  /** Only rows: the table it is from. */
  table?: number;
  /** Only fields: label and value. */
  field?: { label: string; value: string };
}

/** A material with its passages in the order of the text. */
export interface Reading {
  material: Material;
  passages: Passage[];
}

/** A passage before its surroundings are known. */
type Cut = Omit<Passage, 'mentions' | 'heading' | 'position' | 'fileId' | 'raw'>;

const LONGEST_PASSAGE = 4_000;

const FIELD_LINE =
  /^[ \t]*(?:[-*•–][ \t]+)?(?:\*\*|__)?(?<label>\p{L}[\p{L}\p{N} ()/&'’.-]{1,40}?)(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]+(?<value>\S[^\n]{0,200})$/gmu;

/** Headers of an e-mail that are about the sending, not about the matter. */
const MAIL_HEADERS = /^(?:from|to|cc|bcc|subject|date|sent|reply-to|message-id|attachments?)$/i;

/** Cuts one material into passages. */
export function read(material: Material): Reading {
  const { document, analysis } = material;
  const headings = document.segments.filter((segment) => segment.kind === 'heading');
  const raw: Array<Cut> = [];
  const rows = rowsOf(material);
  raw.push(...rows);
  const taken = new Ranges([...rows, ...headings]);
  for (const heading of headings) {
    const text = plainLine(document.text.slice(heading.start, heading.end)).replace(/^#+\s*/, '');
    if (text)
      raw.push({ kind: 'heading', start: heading.start, end: heading.end, text, ...paged(heading.page) });
  }
  for (const match of document.text.matchAll(FIELD_LINE)) {
    const { label = '', value = '' } = match.groups ?? {};
    const start = match.index + (match[0].length - match[0].trimStart().length);
    const end = match.index + match[0].trimEnd().length;
    const text = plainLine(document.text.slice(start, end)).replace(/^[-*•–]\s+/, '');
    const startsSentence = /[.!?]\s+\p{Lu}/u.test(value) || /\b(?:said|says|following|that)$/i.test(label);
    if (startsSentence || taken.touches(start, end) || /^(?:https?|mailto)$/i.test(label)) continue;
    if (MAIL_HEADERS.test(label) && document.type === 'eml') continue;
    raw.push({
      kind: 'field',
      start,
      end,
      text,
      field: { label: plainLine(label), value: plainLine(value) },
    });
    taken.add(start, end);
  }
  for (const sentence of analysis.sentences) {
    // a "sentence" of many pages is data that somebody forgot to break; it can be neither read nor quoted
    if (sentence.end - sentence.start > LONGEST_PASSAGE) continue;
    if (taken.touches(sentence.start, sentence.end)) continue;
    const { start, end } = trimmed(document.text, sentence.start, sentence.end);
    const text = plainLine(document.text.slice(start, end)).replace(/^(?:[-*•–]|#{1,6})\s+/, '');
    if (text) raw.push({ kind: 'sentence', start, end, text, ...paged(sentence.page) });
  }
  raw.sort((a, b) => a.start - b.start || a.end - b.end);
  return { material, passages: withContext(material, raw) };
}

/** Adds what stands around each passage: its mentions, heading and page. Both lists are in order: one sweep. */
function withContext(material: Material, raw: Array<Cut>): Passage[] {
  const { document, analysis, fileId } = material;
  const mentions = [...analysis.mentions].sort((a, b) => a.start - b.start);
  const pages = document.segments.filter(
    (segment) => segment.page !== undefined && segment.kind !== 'paragraph',
  );
  const length = Math.max(1, document.text.length);
  let next = 0;
  let heading = '';
  return raw.map((passage) => {
    while (next < mentions.length && (mentions[next]?.end ?? 0) <= passage.start) next += 1;
    const inside: Mention[] = [];
    for (let index = next; index < mentions.length; index += 1) {
      const mention = mentions[index];
      if (!mention || mention.start >= passage.end) break;
      if (mention.start >= passage.start && mention.end <= passage.end) inside.push(mention);
    }
    if (passage.kind === 'heading') heading = passage.text;
    const page =
      passage.page ??
      pages.find((segment) => segment.start <= passage.start && passage.start < segment.end)?.page;
    return {
      ...passage,
      ...paged(page),
      fileId,
      raw: document.text.slice(passage.start, passage.end).replace(/\s/g, ' '),
      mentions: inside,
      heading: passage.kind === 'heading' ? '' : heading,
      position: passage.start / length,
    };
  });
}

function rowsOf(material: Material): Array<Cut> {
  return material.document.tables.flatMap((table, number) =>
    table.rows.flatMap((cells) => {
      const filled = cells.filter((cell) => cell.end > cell.start);
      if (filled.length === 0) return [];
      const row = cells.flatMap((cell, index) =>
        cell.end > cell.start
          ? [
              {
                column: plainLine(table.columns[index]?.text ?? ''),
                text: plainLine(cell.text),
                start: cell.start,
                end: cell.end,
              },
            ]
          : [],
      );
      const start = Math.min(...filled.map((cell) => cell.start));
      const end = Math.max(...filled.map((cell) => cell.end));
      const text = row.map((cell) => (cell.column ? `${cell.column}: ${cell.text}` : cell.text)).join('; ');
      if (end - start > LONGEST_PASSAGE) return [];
      return [{ kind: 'row' as const, start, end, text, row, table: number }];
    }),
  );
}

/** Ranges of a text with a quick question whether one is touched. */
class Ranges {
  readonly #starts: Array<{ start: number; end: number }>;

  constructor(ranges: Array<{ start: number; end: number }>) {
    this.#starts = ranges.map(({ start, end }) => ({ start, end })).sort((a, b) => a.start - b.start);
  }

  add(start: number, end: number): void {
    const at = this.#firstAfter(start);
    this.#starts.splice(at, 0, { start, end });
  }

  touches(start: number, end: number): boolean {
    const at = this.#firstAfter(start);
    const before = this.#starts[at - 1];
    const after = this.#starts[at];
    return (before !== undefined && before.end > start) || (after !== undefined && after.start < end);
  }

  #firstAfter(start: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle]?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function trimmed(text: string, start: number, end: number): { start: number; end: number } {
  let from = start;
  let to = end;
  while (from < to && /\s/.test(text[from] ?? '')) from += 1;
  while (to > from && /\s/.test(text[to - 1] ?? '')) to -= 1;
  return { start: from, end: to };
}

function paged(page: number | undefined): { page?: number } {
  return page === undefined ? {} : { page };
}

/** The citation of a stretch of a material's text, to the letter. */
export function cite(material: Material, start: number, end: number, page?: number): Citation {
  return {
    fileId: material.fileId,
    quote: material.document.text.slice(start, end),
    start,
    end,
    ...paged(page),
  };
}

/** The citation of a whole passage. */
export function citePassage(material: Material, passage: Passage): Citation {
  return cite(material, passage.start, passage.end, passage.page);
}

/** What the rules ask of a passage again and again, worked out once. */
export interface Signs {
  stems: Set<string>;
  dates: DateFound[];
  quantities: Quantity[];
}

const signs = new WeakMap<Passage, Signs>();

/** Stems, dates and quantities of a passage. Offsets are into `passage.raw`. */
export function signsOf(passage: Passage): Signs {
  let known = signs.get(passage);
  if (!known) {
    const dates = datesIn(passage.raw);
    known = { stems: new Set(stemsOf(passage.text)), dates, quantities: quantitiesIn(passage.raw, dates) };
    signs.set(passage, known);
  }
  return known;
}
