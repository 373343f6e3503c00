import type { Draft } from './draft.ts';
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
  const inPeriod = all.filter(
    (entry) => (!from || entry.date >= from) && (!to || entry.date.slice(0, to.length) <= to),
  );
  const about = inPeriod.filter((entry) => isAbout(entry.passage, topic));
  return draftOf(
    mergeAlike(about),
    topic,
    inPeriod.length,
    unplaced,
    from || to ? `${from || '…'} to ${to || '…'}` : '',
  );
};

interface Entry {
  material: Material;
  passage: Passage;
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
  return passages.flatMap((passage) => {
    if (passage.kind === 'heading' || NO_EVENT.test(passage.text)) return [];
    const roots = rootSet(passage.text);
    if (roots.size < 3) return [];
    const dates = datesOf(material, passage, unplaced);
    const exact = dates.filter(
      (one) =>
        !dates.some(
          (other) => other !== one && other.date.length > one.date.length && other.date.startsWith(one.date),
        ),
    );
    const header = passage.kind === 'row' ? headerCitation(material, passage) : [];
    return exact
      .slice(0, 6)
      .map(({ date, written }) => ({
        material,
        passage,
        date,
        written,
        citations: [citePassage(material, passage), ...header],
        roots,
      }));
  });
}

const ISO = /^\d{4}(?:-\d\d(?:-\d\d)?)?$/;

/** Dates of the passage: as the reader understood them; a day without a year takes the year of the document. */
function datesOf(
  material: Material,
  passage: Passage,
  unplaced: string[],
): Array<{ date: string; written: Citation }> {
  const known = passage.mentions.filter((mention) => mention.kind === 'date');
  const found = known.flatMap((mention) =>
    typeof mention.value === 'string' && ISO.test(mention.value)
      ? [{ date: mention.value, written: cite(material, mention.start, mention.end, mention.page) }]
      : [],
  );
  const own = signsOf(passage).dates;
  for (const date of own) {
    const start = passage.start + date.start;
    const end = passage.start + date.end;
    if (found.some(({ written }) => written.start < end && start < written.end)) continue;
    const year = material.document.meta.date?.slice(0, 4) ?? '';
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
        `${material.document.name}: “${written.quote}” was taken to be in ${year}, the year of the document.`,
      );
  }
  const seen = new Set<string>();
  return found.filter(({ date }) => !seen.has(date) && seen.add(date));
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

function draftOf(entries: Entry[], topic: Topic, without: number, unplaced: string[], period: string): Draft {
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
        : 'The documents hold no dated events.';
    draft.answer = { sentence: why, citations: [] };
    draft.gaps.push(why);
    return draft;
  }
  draft.answer =
    first === last
      ? {
          sentence: `${first.written.quote}: ${first.passage.text}`,
          citations: [first.written, ...first.citations],
        }
      : {
          sentence: `The events run from ${first.written.quote} to ${last.written.quote}.`,
          citations: [first.written, last.written, ...first.citations, ...last.citations],
        };
  draft.findings = entries.map(
    (entry): Finding => ({ sentence: entry.passage.text, citations: [entry.written, ...entry.citations] }),
  );
  draft.table = {
    columns: ['Date', 'What', 'Source'],
    rows: entries.map((entry) => [entry.date, entry.passage.text, sourcesOf(entry, entries)]),
  };
  return draft;
}

function sourcesOf(entry: Entry, entries: Entry[]): string {
  const names = new Map(entries.map(({ material }) => [material.fileId, material.document.name]));
  return [...new Set(entry.citations.map(({ fileId }) => names.get(fileId) ?? fileId))].join(', ');
}
