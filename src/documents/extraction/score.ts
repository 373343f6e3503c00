/**
 * How well a stretch of words fits as the name of a person, an organisation or a place: a sum of weights, one line
 * per reason. Above zero it is more likely a name of that kind than not.
 */
import type { Gazetteer } from './gazetteer.ts';
import { nameKey } from './gazetteer.ts';
import type { Line, Token } from './tokens.ts';
import {
  COMPANY_SUFFIXES,
  HONORIFICS,
  ORGANISATION_HEADS,
  PERSON_PARTICLES,
  PLACE_HEADS,
  PLACE_OPENERS,
  PLACE_PREPOSITIONS,
  PLAIN_ACRONYMS,
  SAYING,
  STOP_WORDS,
  TITLES,
  WEAK_ORGANISATION_HEADS,
} from './vocabulary.ts';

export type NameKind = 'person' | 'organisation' | 'place';

/** What the document itself has shown about its names. */
export interface Known {
  /** Surely found names, by key, with their kind and how often. */
  full: Map<string, Map<NameKind, number>>;
  /** Single words of people's full names. */
  personParts: Set<string>;
  /** Acronyms and short forms of organisations. */
  shortForms: Set<string>;
  /** Words the document also writes in lower case. */
  lowered: Set<string>;
}

/** A stretch of a line from token `from` up to, not including, `to`. */
export interface Stretch {
  line: Line;
  from: number;
  to: number;
  /** The words without marks and particles. */
  words: Token[];
  key: string;
  /** Most words of the line are capitalised: a capital says little. */
  shouting: boolean;
  before: Token | undefined;
  after: Token | undefined;
}

/** What naming anything costs; a stretch needs reasons worth more than this. */
const COST = 1;

/** The scores of all three kinds. */
export function scoreStretch(stretch: Stretch, lists: Gazetteer, known: Known): Record<NameKind, number> {
  const common = commonScore(stretch, lists, known);
  const seen = known.full.get(stretch.key);
  const bonus = (kind: NameKind) => Math.min(1.5, (seen?.get(kind) ?? 0) * 0.6);
  return {
    person: common + personScore(stretch, lists, known) + bonus('person') - COST,
    organisation: common + organisationScore(stretch, lists, known) + bonus('organisation') - COST,
    place: common + placeScore(stretch, lists) + bonus('place') - COST,
  };
}

function isListed({ key }: Stretch, lists: Gazetteer): boolean {
  return lists.places.has(key) || lists.cities.has(key) || lists.organisations.has(key) || lists.people.has(key);
}

/** Reasons for or against any name at all. */
function commonScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, line, shouting, before, after } = stretch;
  let score = 0;
  // A name goes as far as its capitals do.
  const introduced = before !== undefined && (HONORIFICS.has(before.lower) || TITLES.has(before.lower));
  if (isNameWord(before) && !introduced && !lists.demonyms.has(before?.lower ?? '')) score -= shouting ? 0.3 : 0.8;
  if (isNameWord(after)) score -= shouting ? 0.3 : 0.8;
  const listed = isListed(stretch, lists);
  for (const word of words) {
    const edge = word === words[0] || word === words.at(-1);
    if (word.shape === 'lower') score -= listed ? 0.4 / words.length : 1.5;
    if (listed) continue;
    if (STOP_WORDS.has(word.lower) && (word.shape !== 'upper' || shouting)) score -= edge ? 3 : 0.8;
    else if (known.lowered.has(word.lower) && lists.words.has(word.lower)) score -= words.length === 1 ? 0.6 : 0.15;
  }
  if (words.length === 1 && words[0]?.opens && lists.words.has(words[0].lower)) score -= 0.7;
  if (words.length === 1 && words[0] && lists.demonyms.has(words[0].lower)) score -= 4;
  if (shouting && line.kind === 'running') score -= 0.2;
  return score;
}

function personScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, before, after, line } = stretch;
  if (words.length === 0 || words.length > 5) return -5;
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return -5;
  let score = 0;
  for (let index = stretch.from; index < stretch.to; index++) {
    const token = line.tokens[index];
    if (token === undefined || words.includes(token)) continue;
    if (!PERSON_PARTICLES.has(token.lower)) score -= 3;
  }
  const isFirst = lists.firstNames.has(first.lower);
  const isSurname = lists.surnames.has(last.lower);
  const plainFirst = lists.words.has(first.lower);
  const plainLast = lists.words.has(last.lower);
  if (lists.people.has(stretch.key)) score += plainFirst && words.length === 1 ? 1.2 : 2;
  else if (words.length === 1) {
    const certain = !first.opens && first.shape === 'capital' && !stretch.shouting;
    if (first.shape === 'lower') score -= 0.6;
    if (isFirst) score += plainFirst ? (certain ? 1.3 : 0.3) : 1.5;
    else if (isSurname) score += plainLast ? 0.1 : 0.85;
    else if (lists.proper.has(first.lower)) score += 0.35;
    else if (!plainFirst && first.shape === 'capital') score += 0.2;
    if (known.personParts.has(first.lower)) score += 1.6;
    if (first.shape === 'upper' && !stretch.shouting) score -= 1;
    if (lists.places.has(stretch.key) || lists.cities.has(stretch.key)) score -= 0.7;
  } else {
    if (isFirst) score += plainFirst ? 1.1 : 2.1;
    else if (/^\p{Lu}\.?$/u.test(first.text)) score += 1.1;
    else if (!plainFirst) score += 0.2;
    if (isSurname) score += plainLast ? 0.5 : 0.9;
    else if (!plainLast && !lists.places.has(last.lower)) score += 0.5;
    if (lists.places.has(last.lower) && !isSurname) score -= 0.8;
    for (const word of words) {
      const named =
        lists.firstNames.has(word.lower) || lists.surnames.has(word.lower) || /^\p{Lu}\.?$/u.test(word.text);
      if (!named && lists.words.has(word.lower)) score -= isFirst && !plainFirst && words.length === 2 ? 0.7 : 1.6;
      if (isHead(word.lower) && !named) score -= 1;
      if (lists.demonyms.has(word.lower) && !isSurname) score -= 1.5;
    }
    if (words.length > 3) score -= 0.5;
    if (stretch.key !== '' && (lists.places.has(stretch.key) || lists.cities.has(stretch.key))) score -= 1.5;
    if (lists.organisations.has(stretch.key)) score -= 2.5;
  }
  if (before) {
    const title = before.lower.replace(/\.$/, '');
    const previous = before.text === '.' ? line.tokens[stretch.from - 2]?.lower : title;
    if (previous && HONORIFICS.has(previous)) score += 2;
    else if (TITLES.has(title)) score += 1.1;
    if (/^(?:by|thanks|dear|regards|sincerely|cheers|love)$/.test(title)) score += 0.6;
    if (
      before.text === ',' &&
      /^(?:thanks|hi|hello|hey|regards|sincerely|cheers)$/.test(line.tokens[stretch.from - 2]?.lower ?? '')
    )
      score += 1.2;
  }
  if (after) {
    if (SAYING.has(after.lower)) score += 0.7;
    if (after.text === ',' && /^\d\d$/.test(line.tokens[stretch.to + 1]?.text ?? '')) score += 0.8;
    if (after.lower === 'jr' || after.lower === 'sr') score += 1;
    if ((after.text === '<' || after.text === '(') && /@/.test(textBetween(line, stretch.to, stretch.to + 5)))
      score += 1.6;
  }
  // A name goes as far as its capitals do.
  const alone = stretch.from === 0 && restIsMarks(line, stretch.to);
  if (alone && words.length <= 3) score += words.length === 1 ? 0.4 : 0.5;
  if (line.kind === 'header') score += 0.4;
  return score;
}

function organisationScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, key, before, after, line } = stretch;
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined || words.length > 9) return -5;
  let score = 0;
  const lastKey = last.lower.replace(/\.$/, '');
  const strong = (word: string) => ORGANISATION_HEADS.has(word) && !WEAK_ORGANISATION_HEADS.has(word);
  if (lists.organisations.has(key)) score += words.every((word) => word.shape === 'lower') ? 1.2 : 2.4;
  if (known.shortForms.has(key)) score += 1.8;
  if (words.length > 1) {
    if (COMPANY_SUFFIXES.has(lastKey))
      score += lastKey.length > 2 || last.shape === 'upper' || last.text === 'Co' ? 2.6 : 0.5;
    else if (strong(lastKey)) score += 1.9;
    else if (ORGANISATION_HEADS.has(lastKey)) score += 1.2;
    const inner = line.tokens.slice(stretch.from, stretch.to);
    const of = inner.findIndex((token) => token.lower === 'of' || token.lower === 'for');
    if (of > 0 && ORGANISATION_HEADS.has(inner[of - 1]?.lower ?? ''))
      score += strong(inner[of - 1]?.lower ?? '') ? 2.2 : 1.5;
    if (inner.some((token) => token.text === '&')) score += 1;
    if (words.some((word) => strong(word.lower))) score += 0.3;
  } else {
    if (first.shape === 'upper' && /^\p{Lu}[\p{Lu}\d.]{1,6}$/u.test(first.text)) {
      if (PLAIN_ACRONYMS.has(key) || lists.words.has(key) || lists.firstNames.has(key)) score -= 2;
      else score += stretch.shouting ? 0.2 : 1.1;
    }
    if (first.shape === 'mixed' && !/\d/.test(first.text)) score += 0.9;
    if (lists.places.has(key) && !lists.organisations.has(key)) score -= 1.5;
  }
  if (before && /^(?:at|for|with|join|joined|by|via)$/.test(before.lower)) score += 0.2;
  if (
    after &&
    /^(?:shares|stock|ceo|spokesman|spokeswoman|executives|employees|customers|officials|lawyers|headquarters|subsidiary)$/.test(
      after.lower,
    )
  )
    score += 0.7;
  return score;
}

function placeScore(stretch: Stretch, lists: Gazetteer): number {
  const { words, key, before, after, line } = stretch;
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined || words.length > 6) return -5;
  let score = 0;
  const lower = words.every((word) => word.shape === 'lower');
  const single = words.length === 1;
  const plain = single && lists.words.has(first.lower);
  if (lists.places.has(key)) score += plain ? 1.5 : 2.4;
  else if (lists.cities.has(key)) score += plain ? 0.7 : 1.6;
  if (single && score > 0) {
    if (key.length <= 2 && first.shape !== 'upper') score -= 3;
    if (lists.firstNames.has(key) || lists.surnames.has(key)) score -= lists.places.has(key) ? 0.1 : 0.5;
  }
  if (lower && plain) score -= 2;
  if (!single) {
    if (PLACE_HEADS.has(last.lower) && !(words.length === 2 && STOP_WORDS.has(first.lower))) score += 1.4;
    if (PLACE_OPENERS.has(first.lower.replace(/\.$/, ''))) {
      const rest = nameKey(
        words
          .slice(1)
          .map((word) => word.text)
          .join(' '),
      );
      score += lists.places.has(rest) || lists.cities.has(rest) ? 1.6 : 0.8;
    }
    const inner = line.tokens.slice(stretch.from, stretch.to);
    if (inner.some((token) => token.lower === 'of') && PLACE_HEADS.has(first.lower)) score += 0.8;
    if (inner.some((token) => token.text === '&' || token.lower === 'and' || token.lower === 'for'))
      score -= 1;
  }
  if (before) {
    const weight = PLACE_PREPOSITIONS[before.lower] ?? 0;
    score += weight;
    const head = line.tokens[stretch.from - 2];
    if (
      before.text === ',' &&
      head &&
      (lists.cities.has(nameKey(head.text)) || lists.places.has(nameKey(head.text)))
    )
      score += 0.6;
  }
  if (after?.text === ',') {
    const next = line.tokens[stretch.to + 1];
    if (next && next.shape !== 'lower' && lists.places.has(nameKey(next.text))) score += 1;
    else if (next && /^[A-Z]{2}$/.test(next.text) && US_STATE_CODES.has(next.text)) score += 1.3;
  }
  if (single && US_STATE_CODES.has(first.text) && before?.text === ',') score += 2.2;
  return score;
}

const US_STATE_CODES = new Set(
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC'.split(
    ' ',
  ),
);

function isNameWord(token: Token | undefined): boolean {
  if (token === undefined || STOP_WORDS.has(token.lower)) return false;
  return token.shape === 'capital' || token.shape === 'upper' || token.shape === 'mixed';
}

function isHead(word: string): boolean {
  return COMPANY_SUFFIXES.has(word) || ORGANISATION_HEADS.has(word) || PLACE_HEADS.has(word);
}

function textBetween(line: Line, from: number, to: number): string {
  return line.tokens
    .slice(from, to + 3)
    .map((token) => token.text)
    .join('');
}

function restIsMarks(line: Line, from: number): boolean {
  return line.tokens.slice(from).every((token) => token.shape === 'mark');
}
