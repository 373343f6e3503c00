/**
 * What a read document is. Every position anywhere in Cadre is a pair of UTF-16 offsets into `DocumentText.text`,
 * so that `text.slice(start, end) === quote` holds for every citation, to the letter.
 */

export const DOCUMENT_TYPES = [
  'pdf',
  'docx',
  'xlsx',
  'pptx',
  'csv',
  'html',
  'md',
  'txt',
  'json',
  'eml',
] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** A stretch of the text that belongs together in the source. Segments are in order and may nest. */
export interface Segment {
  kind: 'page' | 'slide' | 'sheet' | 'heading' | 'paragraph' | 'item' | 'row' | 'header' | 'field' | 'code';
  start: number;
  end: number;
  /** Page of a pdf or number of a slide, from 1. */
  page?: number;
  /** Name of the sheet, level of the heading as `h2`, name of the e-mail header, path of the JSON field. */
  label?: string;
}

/** A cell of a table with its place in the text; an empty cell has `start === end`. */
export interface Cell {
  text: string;
  start: number;
  end: number;
}

/** A table found in the document (sheet, csv, html or md table). `columns` are the header cells. */
export interface Table {
  name: string;
  columns: Cell[];
  rows: Cell[][];
}

/** The text of a document with positions. */
export interface DocumentText {
  name: string;
  type: DocumentType;
  text: string;
  segments: Segment[];
  tables: Table[];
  /** What the source says of itself. Times as RFC 3339 where they could be understood. */
  meta: {
    title?: string;
    author?: string;
    date?: string;
    from?: string;
    to?: string;
    subject?: string;
    pages?: number;
  };
  /** What could not be read or was cut, in plain words. Never silent. */
  warnings: string[];
}

export const ENTITY_KINDS = [
  'person',
  'organisation',
  'place',
  'date',
  'amount',
  'email',
  'phone',
  'url',
  'address',
  'identifier',
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** One mention of an entity. `text` is the source's own text: `document.text.slice(start, end)`. */
export interface Mention {
  kind: EntityKind;
  text: string;
  start: number;
  end: number;
  page?: number;
  /** In [0, 1]; how sure the rules are. */
  confidence: number;
  /**
   * The meaning where it is clear: an ISO date (`2026-03-14`, `2026-03`, `2026`) for dates; number and unit for
   * amounts (`{ number: 1200000, unit: "EUR" }`, unit `%`, `kg`, …); the canonical name for the rest.
   */
  value?: string | { number: number; unit: string };
}

/** A sentence of running text (headings, table rows and e-mail headers are not sentences). */
export interface Sentence {
  start: number;
  end: number;
  page?: number;
}

/** Document classes the built-in classifier knows. */
export const DOCUMENT_CLASSES = [
  'letter',
  'email',
  'minutes',
  'report',
  'contract',
  'invoice',
  'press-release',
  'article',
  'table',
  'notes',
  'manual',
  'policy',
  'resume',
  'code',
  'data',
  'other',
] as const;
export type DocumentClass = (typeof DOCUMENT_CLASSES)[number];

/** What the built-in rules found in one document. */
export interface DocumentAnalysis {
  language: { code: string; confidence: number };
  class: { name: DocumentClass; confidence: number };
  sentences: Sentence[];
  mentions: Mention[];
  /** The phrases that matter most, best first; `score` is comparable within the document only. */
  keyPhrases: Array<{ phrase: string; score: number; count: number }>;
}
