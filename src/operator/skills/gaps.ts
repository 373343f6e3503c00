import { isGreeting } from './rank.ts';
import { type Passage, type Reading, signsOf } from './reading.ts';
import { fold, stemsOf } from './words.ts';

/**
 * What a reader would expect and does not find: an owner, a date, an answer, an annex, a page that could not be
 * read, what an abbreviation means. Each line names the document; few lines, the surest first.
 */
const PER_SORT = 4;

const OPEN =
  /\b(?:t\.?b\.?[dac]\.?|to be (?:confirmed|decided|determined|agreed|announced|clarified|defined|discussed)|not yet (?:known|decided|clear|agreed|confirmed|available|settled)|(?:nobody|no one|no-one) (?:has (?:taken|been|yet)|is (?:in charge|responsible|named)|was (?:named|found)|took)|to be named|not (?:been )?(?:assigned|named|settled)|still open|open question|unclear|remains to be seen|remains open|no decision)\b/i;
const TASK =
  /\b(?:must be|has to be|have to be|needs? to be|is to be|are to be|action required|someone (?:must|has to|should)|we (?:must|need to|have to))\b/i;
const REFERENCE =
  /\b(?<kind>annex(?:e)?|appendix|attachment|enclosure|exhibit|schedule|anlage)\s+(?<number>[A-Z]\b|\d{1,2}\b|[IVX]{1,4}\b)/gi;
const ATTACHED =
  /\b(?:find|see|is|are|have|please|here)\b[^.?!]{0,60}\b(?:attached|enclosed)\b|\b(?:attached|enclosed) (?:is|are|you|please)\b|\b(?:in the|as an) attachment\b/i;
const FILE_NAME =
  /(?<![\p{L}\p{N}/.])[\p{L}\p{N}][\p{L}\p{N}_-]{1,60}\.(?:pdf|docx?|xlsx?|pptx?|csv|eml|md)(?![\p{L}\p{N}])/giu;
const PAPER =
  /\b(?:paper|document|drawing|report|form|memo|file|specification)\s+(?<id>\p{Lu}{1,5}[-/]?\d{1,6}(?:[-/]\d+)?)(?![\p{L}\p{N}])/gu;
const EXPECTED =
  /\b(?:owner|vendor|supplier|due|date|deadline|responsible|who|assigned|assignee|status|contact|when|lead|manager)\b/i;
const ABBREVIATION = /(?<![\p{L}\p{N}.&-])\p{Lu}{2,6}(?![\p{L}\p{N}&-]|\.\p{L})/gu;

const WELL_KNOWN = new Set(
  `EU UN US USA UK UAE NATO WHO IMF EUR USD GBP CHF JPY AG SE SA KG PLC LLC LTD INC CO BV NV AB AS PDF CSV HTML XML JSON
URL HTTP HTTPS FTP DNS TCP UDP IP API CPU GPU RAM USB GPS DVD CD TV PC IT HR CEO CFO CTO COO CIO MD PHD BSC MSC FAQ
ID NO OK PS RE FW FWD CC BCC AM PM UTC GMT CET CEST EST PST BC AD VAT ISBN ISSN DOI ISO DIN EN TEL FAX PO BOX
II III IV VI VII VIII IX XI XII TBD TBC TBA NB AND OR NOT THE FOR TO OF IN IS IT BY AT ON WE AN IF DO MUST SHALL MAY SHOULD
KW MW GW KWH MWH GWH KM KG MB GB TB KB HZ MHZ GHZ NASA BBC CNN DNA HIV AIDS COVID SMS PIN SQL RFC IETF GNU
January JAN FEB MAR APR JUN JUL AUG SEP OCT NOV DEC MON TUE WED THU FRI SAT SUN Q A B`.split(/\s+/),
);

/** All gaps of the materials. */
export function findGaps(readings: Reading[]): string[] {
  return [
    ...unreadablePages(readings),
    ...emptyCells(readings),
    ...missingDates(readings),
    ...openPoints(readings),
    ...tasksWithoutOwner(readings),
    ...missingAttachments(readings),
    ...unknownAbbreviations(readings),
  ];
}

function unreadablePages(readings: Reading[]): string[] {
  return readings.flatMap(({ material: { document } }) => {
    const pages = document.segments.filter(({ kind }) => kind === 'page' || kind === 'slide');
    const empty = pages.filter(({ start, end }) => document.text.slice(start, end).trim().length < 20);
    const numbers = empty.map(({ page }) => page).filter((page) => page !== undefined);
    if (numbers.length === 0) return [];
    const many = numbers.length > 1;
    return [
      `${document.name}: page${many ? 's' : ''} ${numbers.slice(0, 12).join(', ')} ${many ? 'hold' : 'holds'} no text (a picture or a blank page).`,
    ];
  });
}

const DATED = new Set(['letter', 'email', 'minutes', 'report', 'contract', 'invoice', 'press-release']);

function missingDates(readings: Reading[]): string[] {
  return readings.flatMap(({ material: { document, analysis } }) => {
    const dated = document.meta.date || analysis.mentions.some(({ kind }) => kind === 'date');
    if (dated || !DATED.has(analysis.class.name) || analysis.class.confidence < 0.5) return [];
    return [`${document.name} gives no date.`];
  });
}

function openPoints(readings: Reading[]): string[] {
  const seen = new Set<string>();
  const open: string[] = [];
  const questions: string[] = [];
  for (const { material, passages } of readings) {
    // what instructs or tells a story asks its questions for effect
    if (['manual', 'policy', 'article', 'code', 'press-release'].includes(material.analysis.class.name))
      continue;
    for (const [index, passage] of passages.entries()) {
      if (passage.kind === 'heading' || passage.text.length > 240 || passage.text.length < 12) continue;
      // an answer to a letter quotes it
      if (seen.has(passage.text)) continue;
      seen.add(passage.text);
      const { name } = material.document;
      if (passage.kind === 'sentence' && passage.text.endsWith('?')) {
        if (!isCourtesy(passage.text)) questions.push(`${name} leaves a question open: “${passage.text}”`);
      } else if (OPEN.test(passage.text)) {
        open.push(`${name} leaves open: “${withLead(passage, passages[index - 1])}”`);
      }
    }
  }
  return spread([...open, ...questions], 2 * PER_SORT);
}

/** "No decision was taken." says nothing without the sentence before it. */
function withLead(passage: Passage, before: Passage | undefined): string {
  const short = passage.text.length < 45 && before?.kind === 'sentence' && before.text.length < 200;
  return short ? `${before.text} ${passage.text}` : passage.text;
}

function isCourtesy(text: string): boolean {
  return (
    isGreeting(text) ||
    /\b(?:how are you|right\?|^(?:and )?(?:could|can|would|will|may) (?:we|you|i))/i.test(text) ||
    text.length < 15
  );
}

function tasksWithoutOwner(readings: Reading[]): string[] {
  const lines: string[] = [];
  for (const { material, passages } of readings) {
    // a manual or a law tells everybody; only in working papers somebody is to act
    if (!['minutes', 'email', 'notes', 'report'].includes(material.analysis.class.name)) continue;
    for (const passage of passages) {
      if (passage.kind !== 'sentence' || passage.text.length > 220 || !TASK.test(passage.text)) continue;
      const missing = lacks(passage);
      if (missing) lines.push(`${material.document.name} names ${missing} for: “${passage.text}”`);
    }
  }
  return spread(lines, PER_SORT);
}

function lacks(passage: Passage): string | undefined {
  const owner = passage.mentions.some(({ kind }) => kind === 'person' || kind === 'organisation');
  const group =
    /\b(?:team|board|committee|council|contractor|supplier|department|office|tenant|landlord|client|customer|party|parties|company)\b/i.test(
      passage.text,
    );
  const date =
    signsOf(passage).dates.length > 0 ||
    /\b(?:today|tomorrow|monday|tuesday|wednesday|thursday|friday|week|month|immediately|deadline|always|before|within)\b/i.test(
      passage.text,
    );
  if (!owner && !group) return date ? 'no owner' : 'neither owner nor date';
  return undefined;
}

function missingAttachments(readings: Reading[]): string[] {
  const given = new Set(readings.map(({ material }) => fold(material.document.name)));
  const titles = readings.map(({ material, passages }) =>
    fold(
      [
        material.document.name,
        ...passages.filter(({ kind }) => kind === 'heading').map(({ text }) => text),
      ].join('\n'),
    ),
  );
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const { material } of readings) {
    const { text, name } = material.document;
    for (const match of text.slice(0, 400_000).matchAll(REFERENCE)) {
      const reference = match[0].replace(/\s+/g, ' ');
      const wanted = fold(reference).replace('annexe', 'annex');
      if (seen.has(wanted) || titles.some((title) => title.includes(wanted))) continue;
      seen.add(wanted);
      lines.push(`${name} refers to ${reference}, which is not among the documents.`);
    }
    for (const match of text.slice(0, 400_000).matchAll(FILE_NAME)) {
      if (given.has(fold(match[0])) || seen.has(fold(match[0])) || material.analysis.class.name === 'code')
        continue;
      seen.add(fold(match[0]));
      lines.push(`${name} refers to the file ${match[0]}, which is not among the documents.`);
    }
    for (const match of text.slice(0, 400_000).matchAll(PAPER)) {
      const wanted = fold(match.groups?.id ?? '');
      if (seen.has(wanted) || titles.some((title) => title.includes(wanted))) continue;
      seen.add(wanted);
      lines.push(`${name} refers to ${match[0].replace(/\s+/g, ' ')}, which is not among the documents.`);
    }
  }
  return spread([...attachments(readings, titles), ...lines], PER_SORT + 2);
}

/** "The draft agreement is attached": is one of its words in the name or the headings of another document? */
function attachments(readings: Reading[], titles: string[]): string[] {
  return readings.flatMap(({ material, passages }, index) => {
    if (material.document.type !== 'eml' && !['letter', 'email'].includes(material.analysis.class.name))
      return [];
    const passage = passages.find(({ kind, text }) => kind === 'sentence' && ATTACHED.test(text));
    if (!passage) return [];
    const others = titles.filter((_title, other) => other !== index).join('\n');
    const wanted = stemsOf(passage.text).filter(
      (word) => word.length > 3 && !/^(?:attach|enclos|find|please|send)/.test(word),
    );
    const known = new Set(stemsOf(others));
    const given = wanted.filter((word) => known.has(word)).length >= Math.min(2, wanted.length);
    return given
      ? []
      : [
          `${material.document.name} speaks of an attachment that is not among the documents: “${passage.text}”`,
        ];
  });
}

/** Cells left empty where nearly every other row has something, in columns that say who, when or how far. */
function emptyCells(readings: Reading[]): string[] {
  const lines: string[] = [];
  for (const { material } of readings) {
    for (const { columns, rows } of material.document.tables) {
      const telling = columns.map(({ text }, index) => {
        const filled = rows.filter((row) => (row[index]?.text ?? '').trim() !== '').length;
        return EXPECTED.test(text) && rows.length >= 3 && filled >= rows.length * 0.6 && filled < rows.length;
      });
      for (const row of rows) {
        const label = row.find(({ text }) => /\p{L}{2}/u.test(text))?.text.trim();
        const missing = columns.filter(
          (_column, index) => telling[index] && (row[index]?.text ?? '').trim() === '',
        );
        if (!label || missing.length === 0 || /^(?:total|sum|subtotal)/i.test(label)) continue;
        lines.push(
          `${material.document.name}: “${label}” has no ${missing.map(({ text }) => text.trim()).join(' and no ')}.`,
        );
      }
    }
  }
  return spread(lines, PER_SORT);
}

function unknownAbbreviations(readings: Reading[]): string[] {
  const counts = new Map<string, number>();
  const explained = new Set<string>();
  for (const { material } of readings) {
    if (material.analysis.class.name === 'code' || material.analysis.class.name === 'data') continue;
    const text = material.document.text.slice(0, 400_000);
    for (const match of text.matchAll(/\((\p{Lu}{2,6})s?\)/gu)) explained.add(match[1] ?? '');
    for (const match of text.matchAll(/\b(\p{Lu}{2,6})\s*(?:\(|=|:|–|-|stands for|means)\s*\p{L}{3,}/gu))
      explained.add(match[1] ?? '');
    for (const line of text.split('\n')) {
      if (line === line.toUpperCase()) continue;
      for (const match of line.matchAll(ABBREVIATION)) counts.set(match[0], (counts.get(match[0]) ?? 0) + 1);
    }
  }
  const unknown = [...counts]
    .filter(([word, count]) => count >= 2 && !WELL_KNOWN.has(word) && !explained.has(word))
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([word]) => word);
  return unknown.length > 0 ? [`Used but never explained: ${unknown.join(', ')}.`] : [];
}

/** The first few, and how many more there are. */
function spread(lines: string[], count: number): string[] {
  const unique = [...new Set(lines)];
  if (unique.length <= count) return unique;
  return [...unique.slice(0, count), `… and ${unique.length - count} more of this sort.`];
}
