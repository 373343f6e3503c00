import type {
  Cell,
  DocumentAnalysis,
  DocumentText,
  DocumentType,
  Mention,
  Segment,
  Table,
} from '../../documents/document.ts';
import { datesIn } from './dates.ts';
import { quantitiesIn } from './numbers.ts';
import type { Material, SkillRequest } from './skill.ts';

/**
 * Documents for tests of the skills, built from plain text with names given by hand, so that a test of the writer or
 * the verifier does not hang on what the extraction rules happen to find. Used by tests only.
 */
export interface Names {
  persons?: string[];
  organisations?: string[];
  places?: string[];
}

/** A material from text: `# ` lines are headings, `a | b` lines are a table, the rest is sentences. */
export function materialOf(name: string, text: string, names: Names = {}, language = 'en'): Material {
  const segments: Segment[] = [];
  const sentences: DocumentAnalysis['sentences'] = [];
  const rows: Cell[][] = [];
  let title: string | undefined;
  for (const line of text.matchAll(/[^\n]+/g)) {
    const start = line.index;
    const end = start + line[0].length;
    if (line[0].startsWith('#')) {
      segments.push({ kind: 'heading', start, end, label: 'h1' });
      title ??= line[0].replace(/^#+\s*/, '');
    } else if (line[0].includes(' | ')) {
      segments.push({ kind: 'row', start, end });
      rows.push(cellsOf(line[0], start));
    } else {
      segments.push({ kind: 'paragraph', start, end });
      for (const sentence of line[0].matchAll(/\S.*?(?:[.!?](?=\s+\p{Lu}|\s*$)|$)/gu)) {
        sentences.push({ start: start + sentence.index, end: start + sentence.index + sentence[0].length });
      }
    }
  }
  const [columns, ...body] = rows;
  const tables: Table[] = columns ? [{ name: '', columns, rows: body }] : [];
  const document: DocumentText = {
    name,
    type: (name.split('.').at(-1) ?? 'txt') as DocumentType, // tests name files with a known ending
    text,
    segments,
    tables,
    meta: title ? { title } : {},
    warnings: [],
  };
  const analysis: DocumentAnalysis = {
    language: { code: language, confidence: 0.99 },
    class: { name: 'report', confidence: 0.8 },
    sentences,
    mentions: mentionsOf(text, names),
    keyPhrases: [],
  };
  return { fileId: `id-${name}`, document, analysis };
}

/** A request over materials as an operator would send it. */
export function requestOf(materials: Material[], results: Record<string, unknown> = {}): SkillRequest {
  return { goal: 'Brief me: who and what matters here', input: {}, materials, results, today: '2026-11-21' };
}

function cellsOf(line: string, offset: number): Cell[] {
  let at = offset;
  return line.split(' | ').map((text) => {
    const cell = { text, start: at, end: at + text.length };
    at += text.length + 3;
    return cell;
  });
}

function mentionsOf(text: string, names: Names): Mention[] {
  const found: Mention[] = [];
  const lists = [
    ['person', names.persons ?? []],
    ['organisation', names.organisations ?? []],
    ['place', names.places ?? []],
  ] as const;
  for (const [kind, list] of lists) {
    for (const name of [...list].sort((a, b) => b.length - a.length)) {
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
        const end = at + name.length;
        if (!found.some((other) => at < other.end && other.start < end)) {
          found.push({ kind, text: name, start: at, end, confidence: 0.9 });
        }
      }
    }
  }
  for (const match of text.matchAll(/[\w.]+@[\w.]+\w/g)) {
    found.push({
      kind: 'email',
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
      confidence: 1,
    });
  }
  for (const { start, end, iso } of datesIn(text)) {
    found.push({ kind: 'date', text: text.slice(start, end), start, end, confidence: 0.9, value: iso });
  }
  for (const { start, end, number, unit } of quantitiesIn(text)) {
    if (unit)
      found.push({
        kind: 'amount',
        text: text.slice(start, end),
        start,
        end,
        confidence: 0.9,
        value: { number, unit },
      });
  }
  return found.sort((a, b) => a.start - b.start);
}
