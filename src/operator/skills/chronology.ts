import { bounded, type Draft } from './draft.ts';
import { readingOf } from './passages.ts';
import { cite, citePassage, type Passage, signsOf } from './reading.ts';
import type { Citation, Finding, Material, Skill } from './skill.ts';
import { isAbout, rootSet, type Topic, topicOf } from './topic.ts';
import { overlap } from './words.ts';

/**
 * `timeline.build`: what happened and will happen, in order of time; each entry is a sentence, field or row of a
 * source. Input: `about` (words), `from`, `to` (ISO texts); read from the goal when absent.
 */
export const buildTimeline: Skill = (request) => {
  const { goal, input, materials } = request;
  const topic = topicOf(
    typeof input.about === 'string' ? `about ${input.about}` : goal,
    materials.map((material) => material.document.name),
  );
  const unplaced: string[] = [];
  const all = materials.flatMap((material) => entriesOf(material, unplaced));
  const { from, to } = periodOf(goal, input);
  const { kept, ledgers } = withoutLedgers(all, materials.length, topic);
  const inPeriod = kept.filter(
    (entry) => (!from || entry.date >= from) && (!to || entry.date.slice(0, to.length) <= to),
  );
  const about = inPeriod.filter((entry) =>
    isAbout({ text: entry.text, heading: entry.passage.heading }, topic),
  );
  const draft = draftOf(
    mergeAlike(about),
    topic,
    inPeriod.length,
    unplaced,
    new Map(materials.map(({ fileId, document }) => [fileId, document.name])),
    from || to ? `${from || '…'} to ${to || '…'}` : '',
  );
  draft.gaps.push(...ledgers);
  return bounded(draft);
};

/** Rows of one table from which on they are records (payments, readings) rather than events. */
const LEDGER_ROWS = 20;

/** Long tables of dated records would bury the events; they are left to a goal about them, and that is said. */
function withoutLedgers(
  entries: Entry[],
  documents: number,
  topic: Topic,
): { kept: Entry[]; ledgers: string[] } {
  if (documents === 1 || topic.roots.length > 0) return { kept: entries, ledgers: [] };
  const tables = Map.groupBy(
    entries.filter(({ passage }) => passage.kind === 'row'),
    ({ material, passage }) => `${material.fileId} ${passage.table}`,
  );
  const long = [...tables.values()].filter((rows) => rows.length >= LEDGER_ROWS);
  const left = new Set(long.flat());
  const ledgers = long.flatMap((rows) =>
    rows[0]
      ? [
          `The dated rows of ${rows[0].material.document.name} are records and were not listed one by one; ask for a timeline of that file alone.`,
        ]
      : [],
  );
  return { kept: entries.filter((entry) => !left.has(entry)), ledgers };
}

interface Entry {
  material: Material;
  passage: Passage;
  /** What is told: the passage, with its neighbour when it is but a date. */
  text: string;
  /** `2026-03-14`, `2026-03` or `2026`. */
  date: string;
  /** The date as the source writes it. */
  written: Citation;
  citations: Citation[];
  roots: Set<string>;
}

/** Lines that carry a date without saying that anything happened. */
const NO_EVENT =
  /^(?:date|datum|printed|page|version|revision|updated|last saved|sent|to|cc|dear|on .{5,60} wrote:)\b/i;

function entriesOf(material: Material, unplaced: string[]): Entry[] {
  const { passages } = readingOf(material);
  return passages.flatMap((passage, index) => {
    if (passage.kind === 'heading' || (passage.kind !== 'row' && NO_EVENT.test(passage.text))) return [];
    const roots = rootSet(passage.text);
    const words = [...rootSet(withoutDates(passage))].filter((one) => !/^\d/.test(one));
    const bare = words.length < (passage.kind === 'field' ? 1 : 2);
    const partner = bare ? partnerOf(material, passages, index) : undefined;
    if (bare && !partner) return [];
    const dates = datesOf(material, passage, unplaced);
    const exact = dates.filter(
      (one) =>
        !dates.some(
          (other) => other !== one && other.date.length > one.date.length && other.date.startsWith(one.date),
        ),
    );
    const header = passage.kind === 'row' ? headerCitation(material, passage) : [];
    return exact.slice(0, 6).map(({ date, written }) => ({
      material,
      passage,
      text: partner ? joined(partner, passage) : passage.text,
      date,
      written,
      citations: [
        ...(partner ? [passage, partner].sort((a, b) => a.start - b.start) : [passage]).map((one) =>
          citePassage(material, one),
        ),
        ...header,
      ],
      roots: partner ? rootSet(`${partner.text} ${passage.text}`) : roots,
    }));
  });
}

/**
 * A date alone ("14 September 2026.") dates what stands by it: the sentence before in the same paragraph, else, near
 * the top of a document, the first whole sentence after it.
 */
function partnerOf(material: Material, passages: Passage[], index: number): Passage | undefined {
  const own = passages[index];
  const before = passages[index - 1];
  if (!own || own.kind === 'row') return undefined;
  if (
    before?.kind === 'sentence' &&
    !/\n\s*\n/.test(material.document.text.slice(before.end, own.start)) &&
    rootSet(before.text).size >= 2
  )
    return before;
  if (own.position > 0.25) return undefined;
  return passages
    .slice(index + 1, index + 15)
    .find(
      (one) =>
        one.kind === 'sentence' &&
        rootSet(one.text).size >= 3 &&
        /[.!”"]$/.test(one.text) &&
        signsOf(one).dates.length === 0,
    );
}

/** Date and sentence as they follow one another in the source. */
function joined(partner: Passage, own: Passage): string {
  return partner.start < own.start
    ? `${partner.text} ${own.text}`
    : `${own.text.replace(/[.:,]$/, '')}: “${partner.text}”`;
}

/** The words of a passage beside its dates: a date alone says when, not what. */
function withoutDates(passage: Passage): string {
  const { text } = passage;
  return signsOf(passage)
    .dates.toSorted((a, b) => b.start - a.start)
    .reduce((rest, date) => rest.slice(0, date.start) + rest.slice(date.end), text);
}

const ISO = /^\d{4}(?:-\d\d(?:-\d\d)?)?$/;

/** Dates of the passage: as the reader understood them; a day without a year takes the year of the document. */
function datesOf(
  material: Material,
  passage: Passage,
  unplaced: string[],
): Array<{ date: string; written: Citation }> {
  // "1400 euros" is no year, whatever the reader took it for.
  const measured =
    /^[\s\u00a0]?(?:%|[\p{Sc}]|(?:eur|usd|gbp|euros?|dollars?|pounds?|kg|km|m|people|persons|pages|units|items|rows)\b)/iu;
  const known = passage.mentions.filter(
    (mention) =>
      mention.kind === 'date' &&
      !(
        /^\d{4}$/.test(mention.text) &&
        measured.test(material.document.text.slice(mention.end, mention.end + 12))
      ),
  );
  const found = known.flatMap((mention) =>
    typeof mention.value === 'string' && ISO.test(mention.value)
      ? [{ date: mention.value, written: cite(material, mention.start, mention.end, mention.page) }]
      : [],
  );
  // In a row a bare 1960 is a number of some column rather than a year.
  const own = signsOf(passage).dates.filter((date) => passage.kind !== 'row' || date.iso.length > 4);
  for (const date of own) {
    const start = passage.start + date.start;
    const end = passage.start + date.end;
    if (found.some(({ written }) => written.start < end && start < written.end)) continue;
    const near =
      found.find((one) => Math.abs(one.written.start - start) < 200)?.date ??
      own.find((one) => ISO.test(one.iso))?.iso;
    const year = (near ?? dayOf(material)).slice(0, 4);
    const iso = ISO.test(date.iso)
      ? date.iso
      : /^--\d\d-\d\d$/.test(date.iso) && year
        ? `${year}${date.iso.slice(1)}`
        : '';
    const written = cite(material, start, end, passage.page);
    if (iso) found.push({ date: iso, written });
    else unplaced.push(`${material.document.name}: “${written.quote}” names no year and was not placed.`);
    if (iso && !ISO.test(date.iso))
      unplaced.push(
        `${material.document.name}: “${written.quote}” was taken to be in ${year}, the year of what stands by it.`,
      );
  }
  const seen = new Set<string>();
  return found.filter(({ date }) => !seen.has(date) && seen.add(date));
}

/** The day a document gives itself: its properties, or the first full date near its top. */
function dayOf({ document, analysis }: Material): string {
  const top = Math.max(600, document.text.length * 0.2);
  const first = analysis.mentions.find(
    ({ kind, value, start }) =>
      kind === 'date' && start < top && typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  );
  return document.meta.date ?? (typeof first?.value === 'string' ? first.value : '');
}

function headerCitation(material: Material, passage: Passage): Citation[] {
  const filled = (material.document.tables[passage.table ?? -1]?.columns ?? []).filter(
    (cell) => cell.end > cell.start,
  );
  const [first, last] = [filled[0], filled.at(-1)];
  return first && last ? [cite(material, first.start, last.end)] : [];
}

/** "in 2026", "between March and May 2026", "since 1 May 2026": the period a goal asks for. */
function periodOf(goal: string, input: Record<string, unknown>): { from: string; to: string } {
  if (typeof input.from === 'string' || typeof input.to === 'string') {
    return {
      from: typeof input.from === 'string' ? input.from : '',
      to: typeof input.to === 'string' ? input.to : '',
    };
  }
  const match =
    /\b(?:(since|after|from)|(until|till|before|up to)|(?:in|for|during|of)(?: the year)?)\s+((?:19|20)\d\d(?:-\d\d){0,2})(?:\s*(?:to|until|-|–|and)\s*((?:19|20)\d\d(?:-\d\d){0,2}))?(?![\w.-])/i.exec(
      goal,
    );
  if (!match) return { from: '', to: '' };
  const [, since, until, first = '', second] = match;
  if (second) return { from: first, to: second };
  return { from: until ? '' : first, to: since ? '' : first };
}

/** The same day told twice in like words is one entry with both sources. */
function mergeAlike(entries: Entry[]): Entry[] {
  const kept: Entry[] = [];
  for (const group of Map.groupBy(entries, (entry) => entry.date).values()) {
    const own: Entry[] = [];
    for (const entry of group) {
      const twin = own.find((other) => overlap(other.roots, entry.roots) >= 0.55);
      if (twin) twin.citations.push(...entry.citations);
      else own.push({ ...entry, citations: [...entry.citations] });
    }
    kept.push(...own);
  }
  return kept.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

function draftOf(
  entries: Entry[],
  topic: Topic,
  without: number,
  unplaced: string[],
  names: ReadonlyMap<string, string>,
  period: string,
): Draft {
  const title = `Timeline${topic.words && entries.length > 0 ? ` of ${topic.words}` : ''}${period ? `, ${period}` : ''}`;
  const draft: Draft = {
    kind: 'timeline',
    title,
    answered: entries.length > 0,
    answer: { sentence: '', citations: [] },
    findings: [],
    gaps: [],
    notUnderstood: [...new Set(unplaced)],
  };
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) {
    const why =
      topic.roots.length > 0 && without > 0
        ? `No dated sentence names “${topic.words}”.`
        : 'No dated events were found in the documents.';
    draft.answer = { sentence: why, citations: [] };
    draft.gaps.push(why);
    return draft;
  }
  draft.answer =
    first.date === last.date
      ? {
          sentence: `${first.written.quote}: ${first.text}`,
          citations: [first.written, ...first.citations],
        }
      : {
          sentence: `The events run from ${first.written.quote} to ${last.written.quote}.`,
          citations: [first.written, last.written, ...first.citations, ...last.citations],
        };
  draft.findings = entries.map(
    (entry): Finding => ({ sentence: entry.text, citations: [entry.written, ...entry.citations] }),
  );
  draft.table = {
    columns: ['Date', 'What', 'Source'],
    rows: entries.map((entry) => [entry.date, entry.text, sourcesOf(entry, names)]),
  };
  return draft;
}

function sourcesOf(entry: Entry, names: ReadonlyMap<string, string>): string {
  return [...new Set(entry.citations.map(({ fileId }) => names.get(fileId) ?? fileId))].join(', ');
}
