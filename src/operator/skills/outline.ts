import type { EntityKind } from '../../documents/document.ts';
import { languageName } from './describe.ts';
import type { Brief, Citation, Computation, Contradiction, Finding, Result } from './skill.ts';
import { plainLine } from './words.ts';

/**
 * A result as a page sees it, before any format: sections in the order in which a person reads, every sentence with
 * the numbers of its sources. Markdown, terminal and HTML draw the same outline.
 */
export interface Outline {
  title: string;
  /** One line under the title: what was read. */
  scope: string;
  sections: Section[];
  sources: Source[];
  howMade: string;
}

export interface Entry {
  /** Date, name or amount that leads the line. */
  label?: string;
  text: string;
  sources: number[];
  computation?: Computation;
  /** One of its sources is a side of a contradiction. */
  disputed?: boolean;
}

export type Section =
  | { kind: 'answer'; entry: Entry }
  | { kind: 'points' | 'timeline' | 'notes'; title: string; entries: Entry[] }
  | { kind: 'table'; title: string; columns: string[]; rows: Array<{ cells: string[]; sources: number[] }> }
  | { kind: 'disputes'; title: string; disputes: Dispute[] };

export interface Dispute {
  subject: string;
  sides: Array<{ file: string; text: string; sources: number[] }>;
  computation?: Computation;
}

/** A numbered place in a source. */
export interface Source {
  number: number;
  file: string;
  citation: Citation;
}

const GROUPS: Array<{ title: string; kinds: EntityKind[]; most: number }> = [
  { title: 'People', kinds: ['person'], most: 14 },
  { title: 'Organisations', kinds: ['organisation'], most: 14 },
  { title: 'Places', kinds: ['place'], most: 10 },
  { title: 'Contacts and references', kinds: ['email', 'phone', 'url', 'address', 'identifier'], most: 14 },
];

/** Lays out a brief or a report. */
export function outlineOf(result: Result): Outline {
  const numbers = new Numbering(result.documents);
  const sections = result.kind === 'brief' ? briefSections(result, numbers) : reportSections(result, numbers);
  const documents = result.documents.length;
  return {
    title: clean(result.title),
    scope: `${documents} document${documents === 1 ? '' : 's'} · built-in skills, no language model`,
    sections: sections.filter(hasContent),
    sources: numbers.sources,
    howMade: clean(result.howMade),
  };
}

function briefSections(brief: Brief, numbers: Numbering): Section[] {
  const disputed = disputedPlaces(brief.contradictions);
  const mark = (finding: Finding): Entry => {
    const entry = entryOf(finding, numbers);
    const quarrels = finding.citations.some((citation) => disputed.has(placeKey(citation)));
    return quarrels ? { ...entry, disputed: true } : entry;
  };
  return [
    { kind: 'points', title: 'Key points', entries: brief.keyPoints.map(mark) },
    disputesOf(brief.contradictions, numbers),
    documentsTable(brief.documents, numbers),
    ...GROUPS.map((group) => entityTable(brief, group, numbers)),
    {
      kind: 'timeline',
      title: 'Timeline',
      entries: brief.timeline.map((item) => ({ ...mark(item), label: humanDate(item.date) })),
    },
    {
      kind: 'table',
      title: 'Amounts',
      columns: ['Amount', 'What it is for'],
      rows: brief.amounts.map((amount) => ({
        cells: [clean(amountText(amount)), clean(amount.what)],
        sources: numbers.of(amount.citations),
      })),
    },
    ...closing(brief),
  ];
}

/** Places of passages that contradict another; a reader should not take them for settled. */
function disputedPlaces(contradictions: Contradiction[]): Set<string> {
  return new Set(
    contradictions.flatMap(({ citations, computation }) => (computation ? [] : citations.map(placeKey))),
  );
}

function placeKey({ fileId, start, end }: Citation): string {
  return `${fileId} ${start} ${end}`;
}

function reportSections(report: Exclude<Result, Brief>, numbers: Numbering): Section[] {
  const answer = entryOf(report.answer, numbers);
  const others = report.findings.filter(({ sentence }) => sentence !== report.answer.sentence);
  const table = report.table;
  return [
    { kind: 'answer', entry: answer },
    ...(table
      ? [
          {
            kind: 'table' as const,
            title: 'Table',
            columns: table.columns.map(clean),
            rows: table.rows.map((cells) => ({ cells: cells.map(clean), sources: [] })),
          },
        ]
      : []),
    { kind: 'points', title: 'Findings', entries: others.map((finding) => entryOf(finding, numbers)) },
    documentsTable(report.documents, numbers),
    ...closing(report),
  ];
}

function closing({ gaps, notUnderstood }: Result): Section[] {
  const lines = (list: string[]) => list.map((text) => ({ text: clean(text), sources: [] }));
  return [
    { kind: 'notes', title: 'Gaps', entries: lines(gaps) },
    { kind: 'notes', title: 'Not understood', entries: lines(notUnderstood) },
  ];
}

function hasContent(section: Section): boolean {
  if (section.kind === 'answer') return section.entry.text !== '';
  if (section.kind === 'table') return section.rows.length > 0;
  return section.kind === 'disputes' ? section.disputes.length > 0 : section.entries.length > 0;
}

function entryOf(finding: Finding, numbers: Numbering): Entry {
  const { computation } = finding;
  return {
    text: clean(finding.sentence),
    sources: numbers.of(finding.citations),
    ...(computation && { computation }),
  };
}

function documentsTable(documents: Brief['documents'], numbers: Numbering): Section {
  return {
    kind: 'table',
    title: 'Documents',
    columns: ['Document', 'What it is', 'In its own words'],
    rows: documents.map((document) => ({
      cells: [clean(document.name), clean(whatItIs(document)), clean(document.about?.sentence ?? '')],
      sources: numbers.of(document.about?.citations ?? []),
    })),
  };
}

/** "letter, English"; of a table the language says nothing. */
function whatItIs({ class: name, type, language }: Brief['documents'][number]): string {
  const sort = name === 'other' ? `${type} file` : name.replace('-', ' ');
  return ['table', 'data', 'code'].includes(name) || language === 'und'
    ? sort
    : `${sort}, ${languageName(language)}`;
}

function entityTable(brief: Brief, group: (typeof GROUPS)[number], numbers: Numbering): Section {
  const entities = brief.entities.filter(({ kind }) => group.kinds.includes(kind)).slice(0, group.most);
  return {
    kind: 'table',
    title: group.title,
    columns: ['Name', 'Where it stands', 'Named'],
    rows: entities.map(({ name, about, mentions }) => {
      const files = new Set(mentions.map(({ fileId }) => fileId)).size;
      const named = files > 1 ? `${mentions.length} × in ${files} documents` : `${mentions.length} ×`;
      return {
        cells: [clean(name), clean(about?.sentence ?? ''), named],
        sources: numbers.of(about?.citations ?? []),
      };
    }),
  };
}

function disputesOf(contradictions: Contradiction[], numbers: Numbering): Section {
  return {
    kind: 'disputes',
    title: 'Contradictions',
    disputes: contradictions.map((contradiction) => {
      const { subject, computation } = contradiction;
      return {
        subject: clean(subject),
        sides: sidesOf(contradiction, numbers),
        ...(computation && { computation }),
      };
    }),
  };
}

/** `a.md says “…”; b.pdf says “…”` as sides, each with the sources of its own file. */
function sidesOf({ sentence, citations }: Contradiction, numbers: Numbering): Dispute['sides'] {
  const sides = [...sentence.matchAll(/(?:^|; )(\S[^“”;]*?) says “(.*?)”(?=; \S[^“”;]*? says “|$)/gs)];
  if (sides.length < 2) return [{ file: '', text: clean(sentence), sources: numbers.of(citations) }];
  return sides.map((side) => {
    const [, file = '', text = ''] = side;
    const own = citations.filter(
      ({ fileId, quote }) => numbers.nameOf(fileId) === file && (sameText(quote, text) || text.includes(':')),
    );
    const all = citations.filter(({ fileId }) => numbers.nameOf(fileId) === file);
    return { file: clean(file), text: clean(text), sources: numbers.of(own.length > 0 ? own : all) };
  });
}

function sameText(quote: string, text: string): boolean {
  return plainLine(quote).includes(text) || text.includes(plainLine(quote));
}

/** Gives each place one number, in the order in which the reader meets it. */
class Numbering {
  readonly sources: Source[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #names: Map<string, string>;

  constructor(documents: Brief['documents']) {
    this.#names = new Map(documents.map(({ fileId, name }) => [fileId, name]));
  }

  nameOf(fileId: string): string {
    return this.#names.get(fileId) ?? fileId;
  }

  of(citations: Citation[]): number[] {
    return citations.map((citation) => {
      const key = placeKey(citation);
      const known = this.#numbers.get(key);
      if (known) return known;
      const number = this.sources.length + 1;
      this.#numbers.set(key, number);
      this.sources.push({ number, file: clean(this.nameOf(citation.fileId)), citation });
      return number;
    });
  }
}

/** "€1.2 million" as it is, "1,200,000" of a column in EUR with its unit. */
function amountText({ text, unit }: Brief['amounts'][number]): string {
  const bare = /^[\d.,\s'’-]+$/.test(text);
  return bare ? `${text} ${unit}` : text;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** `2026-05-03` is "3 May 2026", `2026-05` "May 2026"; anything else stays. */
export function humanDate(iso: string): string {
  const parts = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(iso);
  const month = MONTHS[Number(parts?.[2]) - 1];
  if (!parts || !month) return clean(iso);
  return parts[3] ? `${Number(parts[3])} ${month} ${parts[1]}` : `${month} ${parts[1]}`;
}

/** "page 2", or '' where the document has no pages. */
export function pageOf({ page }: Citation): string {
  return page === undefined ? '' : `page ${page}`;
}

/** "sum of 12 numbers: 4500 EUR" */
export function computationText({ operation, operands, result, unit }: Computation): string {
  const count = operands.length;
  if (operation === 'count') return `${result} counted`;
  return clean(
    `${operation} of ${count} number${count === 1 ? '' : 's'}: ${result}${unit ? ` ${unit}` : ''}`,
  );
}

/**
 * One line without characters that steer a terminal or turn the direction of writing: text of documents and file
 * names is hostile until shown to be text.
 */
export function clean(text: string): string {
  return (
    text
      .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
      .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
      .trim()
  );
}
