import { isGreeting } from './rank.ts';
import { citePassage, type Passage, type Reading, signsOf } from './reading.ts';
import type { Brief } from './skill.ts';
import { labelWords, overlap } from './words.ts';

type TimelineItem = Brief['timeline'][number];

/** Longest timeline a person still reads. */
const LONGEST = 30;
/** Rows of a longer table are data, not events. */
const LONG_TABLE = 12;

const HAPPENS =
  /\b(?:will|shall|must|is to|due|deadline|starts?|started|complete|begins?|began|ends?|ended|expires?|opens?|opened|signed|founded|approved|decided|agreed|met|meeting|delivered|paid|sent|received|announced|published|launched|completed|finished|born|died|elected|appointed|moved|took|takes|held|scheduled|planned|visited|reported|closed|arrived|submitted)\b/i;

/** Dates with the sentence, field or row that says what happened or will happen then, in order of time. */
export function collectTimeline(readings: Reading[]): TimelineItem[] {
  const items = readings.flatMap((reading) =>
    reading.passages.flatMap((passage) => itemsOf(passage, reading)),
  );
  const merged = mergeAlike(items);
  return merged
    .sort((a, b) => b.weight - a.weight)
    .slice(0, LONGEST)
    .sort((a, b) => (a.item.date < b.item.date ? -1 : a.item.date > b.item.date ? 1 : 0))
    .map(({ item }) => item);
}

interface Weighed {
  item: TimelineItem;
  weight: number;
  stems: Set<string>;
}

function itemsOf(passage: Passage, reading: Reading): Weighed[] {
  if (passage.kind === 'heading' || passage.text.length > 500 || isGreeting(passage.text)) return [];
  const table = reading.material.document.tables[passage.table ?? -1];
  if (table && table.rows.length > LONG_TABLE) return [];
  if (/©|\bcopyright\b/i.test(passage.text)) return [];
  const { stems } = signsOf(passage);
  // a bare date says when, not what
  if (
    (stems.size < 3 && !HAPPENS.test(labelWords(passage.field?.label ?? ''))) ||
    (passage.kind === 'field' &&
      /^(?:date|datum|sent|printed|version|updated)$/i.test(passage.field?.label ?? ''))
  )
    return [];
  // a bare year among cells is as likely a number or part of a mark
  const dates = datesOf(passage).filter((date) => date.length > 4 || passage.kind === 'sentence');
  return dates.map((date) => ({
    item: { date, sentence: passage.text, citations: citationsOf(passage, reading) },
    weight:
      (date.length === 10 ? 1 : date.length === 7 ? 0.7 : 0.2) +
      (HAPPENS.test(labelWords(passage.text)) ? 0.6 : 0) +
      rowDiscount(passage, reading) +
      (passage.position < 0.2 ? 0.1 : 0),
    stems,
  }));
}

/** Rows of a ledger tell less than sentences; rows among sentences (actions of minutes) nearly as much. */
function rowDiscount(passage: Passage, { material }: Reading): number {
  if (passage.kind !== 'row') return 0;
  return ['table', 'data'].includes(material.analysis.class.name) ? -0.8 : -0.2;
}

function citationsOf(passage: Passage, { material }: Reading): TimelineItem['citations'] {
  const citations = [citePassage(material, passage)];
  const columns = (material.document.tables[passage.table ?? -1]?.columns ?? []).filter(
    ({ start, end }) => end > start,
  );
  const [first, last] = [columns[0], columns.at(-1)];
  if (passage.kind === 'row' && first && last) {
    citations.push({
      fileId: material.fileId,
      quote: material.document.text.slice(first.start, last.end),
      start: first.start,
      end: last.end,
    });
  }
  return citations;
}

/** The dates of a passage as the reader understood them; what it left open is read again here. */
function datesOf(passage: Passage): string[] {
  const known = passage.mentions.flatMap(({ kind, value }) =>
    kind === 'date' && typeof value === 'string' && /^\d{4}(?:-\d\d(?:-\d\d)?)?$/.test(value) ? [value] : [],
  );
  const read = signsOf(passage)
    .dates.map(({ iso }) => iso)
    .filter((iso) => /^\d{4}(?:-\d\d(?:-\d\d)?)?$/.test(iso));
  const dates = [...new Set(known.length > 0 ? known : read)];
  // "3 May 2026" makes a lone "2026" in the same sentence superfluous
  return dates.filter((date) => !dates.some((other) => other !== date && other.startsWith(date))).slice(0, 4);
}

/** One item where several documents say the same of the same day. */
function mergeAlike(items: Weighed[]): Weighed[] {
  const merged: Weighed[] = [];
  for (const group of Map.groupBy(items, ({ item }) => item.date).values()) {
    const kept: Weighed[] = [];
    for (const candidate of group.sort((a, b) => b.weight - a.weight)) {
      const twin = kept.find((other) => overlap(other.stems, candidate.stems) >= 0.6);
      if (!twin) kept.push(candidate);
      else if (twin.item.citations.length < 3) {
        twin.item = { ...twin.item, citations: [...twin.item.citations, ...candidate.item.citations] };
        twin.weight += 0.3;
      }
    }
    // further items of one day give way to other days
    for (const [rank, item] of kept.entries()) item.weight -= 0.35 * rank;
    merged.push(...kept);
  }
  return merged;
}
