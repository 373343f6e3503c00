/** A stretch of words that could be a name, and what is known of the document and of words. */
import { type Gazetteer, nameKey } from './gazetteer.ts';
import type { Line, Token } from './tokens.ts';
import { COMPANY_SUFFIXES, CONNECTORS, ORGANISATION_HEADS, PLACE_HEADS, STOP_WORDS } from './vocabulary.ts';

export type NameKind = 'person' | 'organisation' | 'place';

/** What the document itself has shown about its names. */
export interface Known {
  /** Surely found names, by key, with their kind and how often. */
  full: Map<string, Map<NameKind, number>>;
  /** Single words of people's full names, with the full names they occur in. */
  personParts: Map<string, Set<string>>;
  /** Words that the names of bodies show to be places: Dunmarra Town Council, Port of Dunmarra. */
  placeParts: Set<string>;
  /** Acronyms of organisations, by key, with the name they stand for. */
  shortForms: Map<string, string>;
  /** How often each word in capitals occurs. */
  acronyms: Map<string, number>;
  /** Words the document also writes in lower case. */
  lowered: Set<string>;
}

/** How a line is written. */
export interface LineStyle {
  /** Most words are capitalised, ordinary ones too: a capital says little. */
  shouting: boolean;
  /** Most words are in capitals only: they are no acronyms. */
  capitals: boolean;
  /** The text is not English: the lists of its words say nothing, and capitals may mean nouns. */
  foreign: boolean;
}

/** A stretch of a line from token `from` up to, not including, `to`. */
export interface Stretch extends LineStyle {
  line: Line;
  from: number;
  to: number;
  /** The words without marks and particles. */
  words: Token[];
  /** As by `nameKey`. */
  key: string;
  before: Token | undefined;
  after: Token | undefined;
}

/** The stretch of a line between two tokens. */
export function stretchOf(line: Line, from: number, to: number, style: LineStyle): Stretch {
  const tokens = line.tokens.slice(from, to);
  const text = tokens
    .map((token, index) => (index > 0 && token.spaced ? ` ${token.text}` : token.text))
    .join('');
  return {
    ...style,
    line,
    from,
    to,
    words: nameWords(tokens),
    key: nameKey(text),
    before: line.tokens[from - 1],
    after: line.tokens[to],
  };
}

/** The words of a name without marks and small connecting words. */
export function nameWords(tokens: Token[]): Token[] {
  return tokens.filter(
    (token) => token.shape !== 'mark' && !(token.shape === 'lower' && CONNECTORS.has(token.lower)),
  );
}

/** A word of the language, singular or plural. */
export function isOrdinary({ lower }: Token, lists: Gazetteer): boolean {
  return lists.words.has(lower) || (lower.endsWith('s') && lists.words.has(lower.slice(0, -1)));
}

/** A word of none of the lists of words and people's names. */
export function isUnknown({ lower }: Token, lists: Gazetteer): boolean {
  return !(lists.words.has(lower) || lists.firstNames.has(lower) || lists.surnames.has(lower));
}

/** A single letter, with or without a full stop. */
export function isInitial({ text }: Token): boolean {
  return /^\p{Lu}\.?$/u.test(text);
}

/** A word that may belong to a name by its capital. */
export function isNameWord(token: Token | undefined): boolean {
  if (token === undefined || STOP_WORDS.has(token.lower)) return false;
  return token.shape === 'capital' || token.shape === 'upper' || token.shape === 'mixed';
}

/** The last word of names of firms, bodies and places. */
export function isHead(word: string): boolean {
  return COMPANY_SUFFIXES.has(word) || ORGANISATION_HEADS.has(word) || PLACE_HEADS.has(word);
}

/** True when the words are written as the list writes them: WHO is a body, who is not. */
export function isWritten({ key, words }: Stretch, lists: Gazetteer): boolean {
  return !lists.capitals.has(key) || words.every((word) => word.shape === 'upper' || word.text.includes('.'));
}

/** True when one of the lists has the whole name. */
export function isListed(stretch: Stretch, lists: Gazetteer): boolean {
  const { key } = stretch;
  const { places, cities, organisations, people } = lists;
  return (
    isWritten(stretch, lists) &&
    (places.has(key) || cities.has(key) || organisations.has(key) || people.has(key))
  );
}

/** "Smith Mary" in "John Smith Mary Jones": behind a family name, a given name begins the next person. */
export function beginsName(previous: Token | undefined, next: Token | undefined, lists: Gazetteer): boolean {
  if (previous === undefined || next === undefined) return false;
  const given = lists.firstNames.has(previous.lower) || isInitial(previous);
  return lists.firstNames.has(next.lower) && !lists.surnames.has(next.lower) && !given;
}
