import { isGreeting, sentenceQuality } from './rank.ts';
import { cite, citePassage, type Passage, type Reading } from './reading.ts';
import type { Brief, Finding, SkillRequest } from './skill.ts';
import { plainLine } from './words.ts';

/** Names of the languages people will meet most; others show as their code. */
const LANGUAGES: Record<string, string> = {
  en: 'English',
  de: 'German',
  fr: 'French',
  es: 'Spanish',
  it: 'Italian',
  pt: 'Portuguese',
  nl: 'Dutch',
  pl: 'Polish',
  sv: 'Swedish',
  da: 'Danish',
  no: 'Norwegian',
  fi: 'Finnish',
  ru: 'Russian',
  zh: 'Chinese',
  ja: 'Japanese',
  ar: 'Arabic',
};

/** The name of a language code in English. */
export function languageName(code: string): string {
  return LANGUAGES[code] ?? code;
}

/** What each document is, with one cited sentence that says so. */
export function documentsOf(readings: Reading[]): Brief['documents'] {
  return readings.map((reading) => {
    const { fileId, document, analysis } = reading.material;
    const about = aboutDocument(reading);
    return {
      fileId,
      name: document.name,
      type: document.type,
      language: analysis.language.code,
      class: analysis.class.name,
      confidence: analysis.class.confidence,
      ...(about && { about }),
    };
  });
}

const SAYS_WHAT_IT_IS =
  /\b(?:this (?:report|document|letter|paper|agreement|contract|note|memo|policy|manual|guide|article|invoice|plan|specification|chapter|e-?mail)|we (?:report|write|describe|present|propose)|is (?:made|entered into) between|minutes of|summar(?:y|i[sz]es)|purpose|describes|announce[sd]?|explains|sets out|invoice for|agreement between|(?:i|we|am|are) writ(?:e|ing)|on behalf of)\b/i;

/** The sentence that best says what the document is: it says so itself, or it comes early and names its matter. */
export function aboutDocument({ material, passages }: Reading): Finding | undefined {
  const title = new Set(
    (material.document.meta.title ?? material.document.meta.subject ?? '').toLowerCase().split(/\W+/),
  );
  let best: { score: number; passage: Passage } | undefined;
  const sentences = passages.filter(({ kind, text }) => kind === 'sentence' && !isGreeting(text));
  for (const [index, passage] of sentences.slice(0, 40).entries()) {
    const titled = /^(?:minutes|report|notes|letter|agenda|summary) (?:of|on|for)\b/i.test(passage.text);
    const quality = Math.max(sentenceQuality(passage), titled ? 0.5 : 0);
    if (quality <= 0) continue;
    const shared = passage.text
      .toLowerCase()
      .split(/\W+/)
      .filter((word) => word.length > 3 && title.has(word)).length;
    const score =
      quality * 2 -
      index * 0.12 +
      (SAYS_WHAT_IT_IS.test(passage.text) ? 2.5 : 0) +
      (titled ? 2.5 : 0) +
      Math.min(shared, 3) * 0.4;
    if (score > (best?.score ?? Number.NEGATIVE_INFINITY)) best = { score, passage };
  }
  const subject = material.document.segments.find(
    ({ kind, label }) => kind === 'header' && /^subject$/i.test(label ?? ''),
  );
  if (subject && !SAYS_WHAT_IT_IS.test(best?.passage.text ?? '')) {
    const citation = cite(material, subject.start, subject.end);
    return { sentence: plainLine(citation.quote), citations: [citation] };
  }
  const heading = passages.find(({ kind, text }) => kind === 'heading' && text.split(/\s+/).length >= 3);
  if (heading && heading.position < 0.2 && !SAYS_WHAT_IT_IS.test(best?.passage.text ?? '')) {
    return { sentence: heading.text, citations: [citePassage(material, heading)] };
  }
  const named = passages.find(
    ({ field }) =>
      field &&
      /(?:title|subject|project|description|purpose|about)$/i.test(field.label) &&
      field.value.includes(' '),
  );
  if (!best && named) return { sentence: named.text, citations: [citePassage(material, named)] };
  const [table] = material.document.tables;
  const header = table?.columns.filter(({ start, end }) => end > start) ?? [];
  const [first, last] = [header[0], header.at(-1)];
  if (!best && table && first && last) {
    const columns = header.map(({ text }) => text.trim()).join(', ');
    const citations = [cite(material, first.start, last.end)];
    return { sentence: `A table with the columns: ${columns}.`, citations };
  }
  const fallback = passages.find(({ kind, text }) => kind !== 'sentence' && text.length > 12);
  const passage = best?.passage ?? fallback;
  return passage && { sentence: passage.text, citations: [citePassage(material, passage)] };
}

/** What the rules could not read or are weak in, for the reader to know. `input.unreadable` lists files that failed, as `{ name, detail }`. */
export function notUnderstoodOf(request: SkillRequest): string[] {
  const lines: string[] = [];
  for (const item of unreadable(request)) lines.push(`${item.name} was not read: ${item.reason}`);
  for (const { document, analysis } of request.materials) {
    for (const warning of document.warnings) lines.push(`${document.name}: ${warning}`);
    const { code, confidence } = analysis.language;
    if (document.text.trim() === '') lines.push(`${document.name} holds no text.`);
    // the words of a table are too few to tell
    else if (['table', 'data', 'code'].includes(analysis.class.name)) continue;
    else if (code !== 'en' && confidence >= 0.5 && document.text.length > 80) {
      lines.push(
        `${document.name} seems to be in ${languageName(code)}; the rules for names and decisions are made for English and weaker here.`,
      );
    } else if (confidence < 0.3 && document.text.length > 200) {
      lines.push(`The language of ${document.name} could not be told with certainty.`);
    }
    const bare = document.tables.filter(
      ({ columns, rows }) => rows.length > 0 && columns.every(({ text }) => !text.trim()),
    );
    if (bare.length > 0) {
      lines.push(
        `${document.name}: ${bare.length === 1 ? 'a table without header cells was' : `${bare.length} tables without header cells were`} not interpreted.`,
      );
    }
  }
  return lines;
}

function unreadable(request: SkillRequest): Array<{ name: string; reason: string }> {
  const { unreadable: list } = request.input;
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? [
          {
            name: String(item.name ?? 'a file'),
            reason: String(item.detail ?? item.reason ?? 'no reason given'),
          },
        ]
      : [],
  );
}
