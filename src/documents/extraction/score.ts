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
  NAMES_RATHER,
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
  /** Words that the names of bodies show to be places: Dunmarra Town Council, Port of Dunmarra. */
  placeParts: Set<string>;
  /** Acronyms and short forms of organisations. */
  shortForms: Set<string>;
  /** How often each word in capitals occurs. */
  acronyms: Map<string, number>;
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
  /** Most words of the line are in capitals only: they are no acronyms. */
  capitals: boolean;
  before: Token | undefined;
  after: Token | undefined;
}

/** What naming anything costs; a stretch needs reasons worth more than this. */
const COST = 1;
/** A capitalised word of no list inside a sentence: most often the name of somebody. */
const NAMED_HEAD = 0.6;
const UNKNOWN_PAIR = 0.5;
const UNKNOWN_PLACE = 0.4;
const UNKNOWN_PERSON = 0.3;

/** The scores of all three kinds. */
export function scoreStretch(stretch: Stretch, lists: Gazetteer, known: Known): Record<NameKind, number> {
  const common = commonScore(stretch, lists, known);
  const seen = known.full.get(stretch.key);
  const bonus = (kind: NameKind) => Math.min(1.5, (seen?.get(kind) ?? 0) * 0.6);
  return {
    person: common + personScore(stretch, lists, known) + bonus('person') - COST,
    organisation: common + organisationScore(stretch, lists, known) + bonus('organisation') - COST,
    place:
      common +
      placeScore(stretch, lists) +
      (known.placeParts.has(stretch.key) ? 1.6 : 0) +
      bonus('place') -
      COST,
  };
}

/** A word of the language, singular or plural. */
function isOrdinary({ lower }: Token, lists: Gazetteer): boolean {
  return lists.words.has(lower) || (lower.endsWith('s') && lists.words.has(lower.slice(0, -1)));
}

/** True when the words are written as the list writes them: WHO is a body, who is not. */
function isWritten({ key, words }: Stretch, lists: Gazetteer): boolean {
  return !lists.capitals.has(key) || words.every((word) => word.shape === 'upper' || word.text.includes('.'));
}

function isListed(stretch: Stretch, lists: Gazetteer): boolean {
  const { key } = stretch;
  if (!isWritten(stretch, lists)) return false;
  return (
    lists.places.has(key) || lists.cities.has(key) || lists.organisations.has(key) || lists.people.has(key)
  );
}

/** Reasons for or against any name at all. */
function commonScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, line, shouting, before, after } = stretch;
  let score = 0;
  // A name goes as far as its capitals do.
  const introduced = before !== undefined && (HONORIFICS.has(before.lower) || TITLES.has(before.lower));
  if (touchesCode(stretch)) score -= 2;
  const edge = shouting ? 0.3 : 0.8;
  if (isNameWord(before) && !introduced && !lists.demonyms.has(before?.lower ?? '')) {
    score -= standsAlone(before, lists) || beginsName(before, words[0], lists) ? 0.3 : edge;
  }
  if (isNameWord(after)) {
    score -= standsAlone(after, lists) || beginsName(words.at(-1), after, lists) ? 0.3 : edge;
  }
  const listed = isListed(stretch, lists);
  if (stretch.capitals && !listed) score -= words.filter((word) => isOrdinary(word, lists)).length;
  for (const word of words) {
    const edge = word === words[0] || word === words.at(-1);
    if (word.shape === 'lower') score -= listed ? 0.4 / words.length : 2.5;
    if (listed) continue;
    if (STOP_WORDS.has(word.lower) && (word.shape !== 'upper' || shouting || stretch.capitals))
      score -= edge ? 3 : 0.8;
    else if (known.lowered.has(word.lower) && lists.words.has(word.lower))
      score -= words.length === 1 ? 0.6 : 0.15;
  }
  if (
    words.length === 1 &&
    words[0]?.opens &&
    lists.words.has(words[0].lower) &&
    !NAMES_RATHER.has(words[0].lower)
  )
    score -= 0.7;
  if (words.length === 1 && words[0] && lists.demonyms.has(words[0].lower)) score -= 4;
  if (shouting && line.kind === 'running') score -= 0.2;
  return score;
}

function personScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, before, after, line } = stretch;
  if (words.length === 0 || words.length > 5 || words.some((word) => /\d/.test(word.text))) return -5;
  if (words.every((word) => word.text.length < 3 && !lists.firstNames.has(word.lower))) return -5;
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return -5;
  let score = 0;
  for (let index = stretch.from; index < stretch.to; index++) {
    const token = line.tokens[index];
    if (token === undefined || words.includes(token)) continue;
    if (!PERSON_PARTICLES.has(token.lower) && token.text !== ',') score -= 3;
  }
  // "Smith, John" has the given name behind the comma.
  const reversed = line.tokens[stretch.from + 1]?.text === ',' && stretch.to > stretch.from + 1;
  const isFirst = lists.firstNames.has(reversed ? last.lower : first.lower);
  const isSurname = lists.surnames.has(reversed ? first.lower : last.lower);
  const plainFirst =
    lists.words.has(first.lower) && !(NAMES_RATHER.has(first.lower) && first.shape !== 'lower');
  const plainLast = lists.words.has(last.lower);
  if (lists.people.has(stretch.key)) score += plainFirst && words.length === 1 ? 1.2 : 2;
  else if (words.length === 1) {
    const certain = !first.opens && first.shape === 'capital' && !stretch.shouting;
    if (first.shape === 'lower') score -= 0.6;
    if (first.shape === 'mixed') score -= 0.8;
    if (plainFirst && !isFirst && !isSurname) score -= 1.2;
    if (before && DETERMINERS.test(before.lower)) score -= 1.2;
    if (isFirst) score += plainFirst ? (certain ? 1.3 : 0.3) : 1.5;
    else if (isSurname) score += plainLast ? 0.1 : 0.85;
    else if (lists.proper.has(first.lower)) score += 0.35;
    else if (!plainFirst && first.shape === 'capital') score += certain ? UNKNOWN_PERSON : 0.2;
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
      if (!named && isOrdinary(word, lists))
        score -= isFirst && !plainFirst && words.length === 2 ? 0.7 : 1.6;
      if (isHead(word.lower) && !named) score -= 1;
      if (!named && lists.organisations.has(word.lower)) score -= 1.2;
      if (lists.demonyms.has(word.lower) && !isSurname) score -= 1.5;
    }
    // Two capitalised words that are no words of the language.
    if (words.length === 2 && words.every((word) => word.shape === 'capital' && isUnknown(word, lists)))
      score += UNKNOWN_PAIR;
    if (words.some((word, index) => index > 1 && beginsName(words[index - 1], word, lists))) score -= 2;
    if (words.length > 3) score -= 0.5;
    if (stretch.key !== '' && (lists.places.has(stretch.key) || lists.cities.has(stretch.key))) score -= 1.5;
    if (!stretch.shouting && words.every((word) => word.shape === 'upper' && word.text.length > 2))
      score -= 0.8;
    if (lists.organisations.has(stretch.key)) score -= 2.5;
  }
  if (before) {
    const title = before.lower.replace(/\.$/, '');
    const previous = before.text === '.' ? line.tokens[stretch.from - 2]?.lower : title;
    if (previous && HONORIFICS.has(previous)) score += 2;
    else if (TITLES.has(title)) score += 1.1;
    if (/^(?:hurricane|storm|typhoon|cyclone|operation|mount|lake|planet)$/.test(title)) score -= 2;
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
  const alone = first.shape !== 'lower' && stretch.from === 0 && restIsMarks(line, stretch.to);
  if (alone && words.length <= 3) score += words.length === 1 ? (isFirst && plainFirst ? 1.2 : 0.4) : 0.5;
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
  if (lists.organisations.has(key) && isWritten(stretch, lists)) score += listedOrganisation(stretch, lists);
  if (known.shortForms.has(key)) score += 1.8;
  const listed = lists.organisations.has(key);
  if (words.length > 1) {
    if (COMPANY_SUFFIXES.has(lastKey))
      score += lastKey.length > 2 || last.shape === 'upper' || last.text === 'Co' ? 2.6 : 0.5;
    else if (listed) score += 0.2;
    else if (strong(lastKey)) score += 1.9;
    else if (ORGANISATION_HEADS.has(lastKey)) score += 1.2;
    // A word that is none of the language makes an ordinary head the name of one body: Dunmarra Harbour Trust.
    const named = words
      .slice(0, -1)
      .some(
        (word) => word.shape !== 'lower' && !isOrdinary(word, lists) && !lists.firstNames.has(word.lower),
      );
    if (!listed && named && ORGANISATION_HEADS.has(lastKey)) score += NAMED_HEAD;
    const inner = line.tokens.slice(stretch.from, stretch.to);
    const of = inner.findIndex((token) => token.lower === 'of' || token.lower === 'for');
    if (of > 0 && ORGANISATION_HEADS.has(inner[of - 1]?.lower ?? ''))
      score += strong(inner[of - 1]?.lower ?? '') ? 2.2 : 1.5;
    score -= looseJoints(inner);
    if (inner.some((token) => token.text === '&')) score += 1;
    if (words.some((word) => strong(word.lower))) score += 0.3;
    // US National Hurricane Center, British Medical Association
    const headed = ORGANISATION_HEADS.has(lastKey) && words.length > 2;
    if (headed && (lists.places.has(nameKey(first.text)) || lists.demonyms.has(first.lower))) score += 0.7;
  } else {
    if (first.shape === 'upper' && /^\p{Lu}[\p{Lu}\d.]{1,6}$/u.test(first.text)) {
      if (PLAIN_ACRONYMS.has(key) || lists.words.has(key) || lists.firstNames.has(key)) score -= 2;
      else
        score += stretch.shouting
          ? 0.2
          : 0.8 + acronymContext(stretch) + ((known.acronyms.get(first.text) ?? 0) > 2 ? 0.3 : 0);
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

/** "Bank of America" and "Department of Housing and Urban Development" hold together; "Hartley of Smith" does not. */
function looseJoints(tokens: Token[]): number {
  let cost = 0;
  let headed = false;
  tokens.forEach((token, index) => {
    const before = tokens[index - 1]?.lower.replace(/s$/, '') ?? '';
    const isHeadWord =
      ORGANISATION_HEADS.has(before) || OFFICE_HEADS.has(before) || ORGANISATION_HEADS.has(`${before}s`);
    if (isHeadWord) headed = true;
    if (token.shape !== 'lower') return;
    if (/^(?:of|for|on)$/.test(token.lower) && !isHeadWord) cost += 1.5;
    else if (token.lower === 'and' && !headed) cost += 1;
    else if (/^(?:in|at)$/.test(token.lower)) cost += 1.5;
  });
  return cost;
}

const OFFICE_HEADS = new Set([
  'city',
  'house',
  'state',
  'county',
  'town',
  'people',
  'friend',
  'daughter',
  'son',
  'order',
  'knight',
  'bureau',
  'center',
  'centre',
  'campaign',
  'citizen',
  'doctor',
  'ministry',
  'republic',
  'law office',
  'chamber',
  'board',
  'body',
  'panel',
  'group',
  'network',
  'conference',
  'forum',
  'college',
  'register',
  'program',
  'programme',
  'unit',
  'section',
  'branch',
  'scholar',
  'student',
]);

/** Firms called like a word (Target, Shell, Salon) need the capital inside a sentence to be meant. */
function listedOrganisation({ words, key, shouting }: Stretch, lists: Gazetteer): number {
  const [first] = words;
  if (words.every((word) => word.shape === 'lower'))
    return words.length > 1 ? 1.7 : lists.words.has(key) ? 0 : 1;
  if (words.length > 1 || first === undefined || first.shape !== 'capital' || !lists.words.has(key))
    return 2.4;
  return first.opens || shouting ? 0.8 : 1.7;
}

/** An acronym that acts or owns is somebody rather than something. */
function acronymContext({ before, after }: Stretch): number {
  let score = 0;
  if (before && /^(?:at|by|from|join|joined|with|of)$/.test(before.lower)) score += 0.25;
  if (
    after &&
    (SAYING.has(after.lower) || after.pos === 'AUX' || after.lower === "'s" || after.lower === '’s')
  )
    score += 0.3;
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
  if (!isWritten(stretch, lists)) return -5;
  if (lists.places.has(key)) score += plain ? 1.5 : 2.4;
  else if (lists.cities.has(key)) score += plain ? 0.7 : 1.6;
  else if (single && !first.opens && first.shape === 'capital' && isUnknown(first, lists))
    score += UNKNOWN_PLACE;
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
    else if (next && !stretch.capitals && US_STATE_CODES.has(next.text)) score += 1.3;
  }
  if (single && !stretch.capitals && US_STATE_CODES.has(first.text) && before?.text === ',') score += 2.2;
  return score;
}

/** Nobody is "the Bill" or "every Grace". */
const DETERMINERS = /^(?:the|a|an|every|each|any|such|this|that|these|those|no|some|another)$/;

const US_STATE_CODES = new Set(
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC'.split(
    ' ',
  ),
);

function isUnknown(word: Token, lists: Gazetteer): boolean {
  const { lower } = word;
  return !(lists.words.has(lower) || lists.firstNames.has(lower) || lists.surnames.has(lower));
}

/** Part of an identifier, an assignment or a call: DHAVE_TZNAME=1, parse(x). */
function touchesCode({ words, before, after }: Stretch): boolean {
  const first = words[0];
  const left = before !== undefined && first?.spaced === false && /^[_=\\#$~^*+|{]$/.test(before.text);
  const right = after !== undefined && !after.spaced && /^[_=\\#$~^+|{(]$/.test(after.text);
  return left || right;
}

/** A neighbour that is a name by itself: "Jane Doe Accenture" in a signature is two names. */
function standsAlone(token: Token | undefined, lists: Gazetteer): boolean {
  return token !== undefined && lists.organisations.has(token.lower) && !lists.words.has(token.lower);
}

/** "Smith Mary" in "John Smith Mary Jones": behind a family name, a given name begins the next person. */
function beginsName(previous: Token | undefined, next: Token | undefined, lists: Gazetteer): boolean {
  if (previous === undefined || next === undefined) return false;
  const given = (word: Token) => lists.firstNames.has(word.lower) || /^\p{Lu}\.?$/u.test(word.text);
  return lists.firstNames.has(next.lower) && !lists.surnames.has(next.lower) && !given(previous);
}

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
