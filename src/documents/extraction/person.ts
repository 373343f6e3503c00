/** Reasons for a person's name. */
import type { Gazetteer } from './gazetteer.ts';
import { beginsName, isHead, isInitial, isOrdinary, isUnknown, type Known, type Stretch } from './stretch.ts';
import type { Line, Token } from './tokens.ts';
import { HONORIFICS, NAMES_RATHER, PERSON_PARTICLES, SAYING, TITLES } from './vocabulary.ts';

/** What cannot be. */
const NEVER = -5;
/** A capitalised word of no list inside a sentence. */
const UNKNOWN_PERSON = 0.3;
/** Two capitalised words that are no words of the language. */
const UNKNOWN_PAIR = 0.5;

/** Nobody is "the Bill" or "every Grace". */
const DETERMINERS = /^(?:the|a|an|every|each|any|such|this|that|these|those|no|some|another)$/;

/** The parts of a name that decide: given name and family name with what the lists say of them. */
interface Parts {
  first: Token;
  last: Token;
  isFirst: boolean;
  isSurname: boolean;
  /** The first word is an ordinary word that is not used for people above all. */
  plainFirst: boolean;
  plainLast: boolean;
}

/** Weights for a person; 1 and more is a name. */
export function personScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, key } = stretch;
  if (words.length > 5 || words.some((word) => /\d/.test(word.text))) return NEVER;
  if (words.every((word) => word.text.length < 3 && !lists.firstNames.has(word.lower))) return NEVER;
  const parts = partsOf(stretch, lists);
  if (parts === undefined || hasForeignTokens(stretch)) return NEVER;
  const single = words.length === 1;
  const inner = lists.people.has(key)
    ? single && parts.plainFirst
      ? 1.2
      : 2
    : single
      ? singleScore(stretch, parts, lists, known)
      : fullScore(stretch, parts, lists);
  return inner + contextScore(stretch, parts);
}

function partsOf({ words, line, from, to }: Stretch, lists: Gazetteer): Parts | undefined {
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return undefined;
  // "Smith, John" has the given name behind the comma.
  const reversed = line.tokens[from + 1]?.text === ',' && to > from + 1;
  return {
    first,
    last,
    isFirst: lists.firstNames.has(reversed ? last.lower : first.lower),
    isSurname: lists.surnames.has(reversed ? first.lower : last.lower),
    plainFirst: lists.words.has(first.lower) && !(NAMES_RATHER.has(first.lower) && first.shape !== 'lower'),
    plainLast: lists.words.has(last.lower),
  };
}

/** Words and marks between the parts of a name that no person's name has. */
function hasForeignTokens({ line, from, to, words }: Stretch): boolean {
  return line.tokens
    .slice(from, to)
    .some((token) => !words.includes(token) && !PERSON_PARTICLES.has(token.lower) && token.text !== ',');
}

function singleScore(stretch: Stretch, parts: Parts, lists: Gazetteer, known: Known): number {
  const { before, key, shouting } = stretch;
  const { first, isFirst, isSurname, plainFirst, plainLast } = parts;
  const certain = !first.opens && first.shape === 'capital' && !shouting;
  let score = 0;
  if (isFirst) score += plainFirst ? (certain ? 1.3 : 0.3) : 1.5;
  else if (isSurname) score += plainLast ? 0.1 : 0.85;
  else if (lists.proper.has(first.lower)) score += 0.35;
  else if (!plainFirst && first.shape === 'capital') score += certain ? UNKNOWN_PERSON : 0.2;
  if (plainFirst && !isFirst && !isSurname) score -= 1.2;
  if (known.personParts.has(first.lower)) score += 1.6;
  if (first.shape === 'lower') score -= 0.6;
  if (first.shape === 'mixed') score -= 0.8;
  if (first.shape === 'upper' && !shouting) score -= 1;
  if (before && DETERMINERS.test(before.lower)) score -= 1.2;
  if (lists.places.has(key) || lists.cities.has(key)) score -= 0.7;
  return score;
}

function fullScore(stretch: Stretch, parts: Parts, lists: Gazetteer): number {
  const { words, key, shouting } = stretch;
  const { first, last, isFirst, isSurname, plainFirst, plainLast } = parts;
  let score = 0;
  if (isFirst) score += plainFirst ? 1.1 : 2.1;
  else if (isInitial(first)) score += 1.1;
  else if (!plainFirst) score += 0.2;
  if (isSurname) score += plainLast ? 0.5 : 0.9;
  else if (!plainLast && !lists.places.has(last.lower)) score += 0.5;
  if (lists.places.has(last.lower) && !isSurname) score -= 0.8;
  const mild = isFirst && !plainFirst && words.length === 2;
  for (const word of words) score -= strangeness(word, mild, isSurname, lists);
  const pair =
    words.length === 2 && words.every((word) => word.shape === 'capital' && isUnknown(word, lists));
  if (pair) score += UNKNOWN_PAIR;
  if (words.some((word, index) => index > 1 && beginsName(words[index - 1], word, lists))) score -= 2;
  if (words.length > 3) score -= 0.5;
  if (lists.places.has(key) || lists.cities.has(key)) score -= 1.5;
  if (lists.organisations.has(key)) score -= 2.5;
  if (!shouting && words.every((word) => word.shape === 'upper' && word.text.length > 2)) score -= 0.8;
  return score;
}

/** How much a word speaks against the name of a person it stands in. */
function strangeness(word: Token, mild: boolean, isSurname: boolean, lists: Gazetteer): number {
  const { lower } = word;
  let cost = lists.demonyms.has(lower) && !isSurname ? 1.5 : 0;
  if (lists.firstNames.has(lower) || lists.surnames.has(lower) || isInitial(word)) return cost;
  if (isOrdinary(word, lists)) cost += mild ? 0.7 : 1.6;
  if (isHead(lower)) cost += 1;
  if (lists.organisations.has(lower)) cost += 1.2;
  return cost;
}

/** Titles before, verbs behind, an address beside, a line of its own. */
function contextScore(stretch: Stretch, { first, isFirst, plainFirst }: Parts): number {
  const { words, before, after, line, from, to } = stretch;
  const second = line.tokens[from - 2]?.lower ?? '';
  let score = 0;
  if (before) {
    const title = before.text === '.' ? second : before.lower.replace(/\.$/, '');
    if (HONORIFICS.has(title)) score += 2;
    else if (TITLES.has(title) && before.text !== '.')
      score += before.shape === 'lower' && words.length > 1 ? 1.8 : 1.1;
    if (/^(?:hurricane|storm|typhoon|cyclone|operation|mount|lake|planet)$/.test(title)) score -= 2;
    if (/^(?:by|thanks|dear|regards|sincerely|cheers|love)$/.test(title)) score += 0.6;
    if (before.text === ',' && /^(?:thanks|hi|hello|hey|regards|sincerely|cheers)$/.test(second))
      score += 1.2;
  }
  if (after) {
    if (SAYING.has(after.lower)) score += 0.7;
    if (after.text === ',' && /^\d\d$/.test(line.tokens[to + 1]?.text ?? '')) score += 0.8;
    if (after.lower === 'to' && first.opens && words.length === 1) score -= 1.2;
    if (after.lower === 'jr' || after.lower === 'sr') score += 1;
    if (/^[<(]$/.test(after.text) && /@/.test(textBetween(line, to, to + 8))) score += 1.6;
  }
  const alone = first.shape !== 'lower' && from === 0 && restIsMarks(line, to);
  if (alone && words.length === 1) score += isFirst && plainFirst ? 1.2 : 0.4;
  else if (alone && words.length <= 3) score += 0.5;
  if (line.kind === 'header') score += 0.4;
  return score;
}

function textBetween(line: Line, from: number, to: number): string {
  const tokens = line.tokens.slice(from, to);
  return tokens.map((token) => token.text).join('');
}

function restIsMarks(line: Line, from: number): boolean {
  return line.tokens.slice(from).every((token) => token.shape === 'mark');
}
