/** What a document teaches about its own names, and the one name that stands for all forms of a name. */
import { gazetteer, nameKey } from './gazetteer.ts';
import { type Known, type NameKind, nameWords } from './stretch.ts';
import type { Line, Token } from './tokens.ts';

/** A name that was chosen, with the tokens `from` up to `to` of its line. */
export interface Choice {
  line: Line;
  from: number;
  to: number;
  kind: NameKind;
  score: number;
  /** How many words, without marks and particles. */
  words: number;
  key: string;
}

/** What the letters alone tell, before any name is known. */
export function emptyKnown(lines: Line[]): Known {
  return {
    full: new Map(),
    personParts: new Map(),
    placeParts: new Set(),
    shortForms: new Map(),
    acronyms: acronyms(lines),
    lowered: loweredWords(lines),
  };
}

/**
 * The name in full: for a single name of somebody whom the document names in full once and only once, that; for a
 * short form, what it stands for; else the name itself, with single blanks and the given name first.
 */
export function canonicalName({ kind, line, from, to, key }: Choice, known: Known): string {
  const tokens = line.tokens.slice(from, to);
  const words = nameWords(tokens);
  if (kind === 'person') {
    const [only] = words;
    const full = words.length === 1 && only ? [...(known.personParts.get(only.lower) ?? [])] : [];
    return full.length === 1 && full[0] !== undefined ? full[0] : fullName(words, line, from);
  }
  return (kind === 'organisation' ? known.shortForms.get(key) : undefined) ?? textOf(tokens);
}

/** "Smith, John" is John Smith. */
function fullName(words: Token[], line: Line, from: number): string {
  const end = words.at(-1)?.end ?? 0;
  const tokens = line.tokens.filter((token, index) => index >= from && token.end <= end);
  if (tokens[1]?.text !== ',') return textOf(tokens);
  return `${textOf(tokens.slice(2))} ${tokens[0]?.text ?? ''}`;
}

function textOf(tokens: Token[]): string {
  return tokens.map((token, index) => (index > 0 && token.spaced ? ` ${token.text}` : token.text)).join('');
}

function acronyms(lines: Line[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    for (const { shape, text } of line.tokens)
      if (shape === 'upper') counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

function loweredWords(lines: Line[]): Set<string> {
  const lowered = new Set<string>();
  for (const line of lines) {
    for (const token of line.tokens) if (token.shape === 'lower') lowered.add(token.lower);
  }
  return lowered;
}

/** Keeps what a sure name tells about the rest of the document. */
export function learn({ kind, score, key, line, from, to }: Choice, known: Known): void {
  if (score < 0.5) return;
  const kinds = known.full.get(key) ?? new Map<NameKind, number>();
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  known.full.set(key, kinds);
  const words = nameWords(line.tokens.slice(from, to));
  if (kind === 'person' && words.length > 1 && score >= 1) {
    const full = fullName(words, line, from);
    for (const { lower, text } of words) {
      if (text.length < 3) continue;
      known.personParts.set(lower, (known.personParts.get(lower) ?? new Set<string>()).add(full));
    }
  }
  if (kind !== 'person') learnPlace(key, known);
  if (kind === 'organisation' && words.length > 1) {
    learnAcronym(line, to, words, textOf(line.tokens.slice(from, to)), known);
  }
}

const OF_PLACE =
  /^(\p{L}+) (?:town|city|county|borough|parish|village|district|harbour|harbor|port|airport|railway station|town hall|police department)(?: \p{L}+)*$|^(?:city|town|port|county|university|borough|village|mayor|bishop|diocese) (?:council )?of (\p{L}+)$/u;

/** "Dunmarra Town Council" and "Port of Dunmarra" make Dunmarra a place. */
function learnPlace(key: string, known: Known): void {
  const match = OF_PLACE.exec(key);
  const place = match?.[1] ?? match?.[2];
  if (place !== undefined && !gazetteer().words.has(place)) known.placeParts.add(place);
}

/** "World Health Organization (WHO)": the acronym in brackets stands for the name before it. */
function learnAcronym(line: Line, to: number, words: Token[], name: string, known: Known): void {
  const inside = line.tokens[to + 1];
  if (line.tokens[to]?.text !== '(' || inside === undefined || line.tokens[to + 2]?.text !== ')') return;
  const initials = words.map((word) => word.text[0] ?? '').join('');
  if (inside.text.toUpperCase().replace(/\./g, '') === initials.toUpperCase() || inside.shape === 'upper') {
    known.shortForms.set(nameKey(inside.text), name);
  }
}
