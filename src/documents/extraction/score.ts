/**
 * How well a stretch of words fits as the name of a person, an organisation or a place: a sum of weights, one line
 * per reason. Above zero it is more likely a name of that kind than not.
 */
import type { Gazetteer } from './gazetteer.ts';
import { organisationScore } from './organisation.ts';
import { personScore } from './person.ts';
import { placeScore } from './place.ts';
import {
  beginsName,
  isListed,
  isNameWord,
  isOrdinary,
  type Known,
  type NameKind,
  type Stretch,
} from './stretch.ts';
import type { Token } from './tokens.ts';
import {
  COMPANY_SUFFIXES,
  FOREIGN_STOP_WORDS,
  HONORIFICS,
  NAMES_RATHER,
  STOP_WORDS,
  TITLES,
} from './vocabulary.ts';

/** What naming anything costs; a stretch needs reasons worth more than this. */
const COST = 1;
/** What a name gains by each sure finding of the same in the document, and the most it can gain. */
const SEEN = 0.6;
const SEEN_MOST = 1.5;

/** Written in lower case in names too: Acme Holdings plc. */
const LEGAL_FORMS = new Set([
  'plc',
  'gmbh',
  'mbh',
  'inc',
  'ltd',
  'llc',
  'llp',
  'kg',
  'bv',
  'nv',
  'srl',
  'spa',
  'pty',
  'oyj',
  'asa',
]);

/** The scores of all three kinds. */
export function scoreStretch(stretch: Stretch, lists: Gazetteer, known: Known): Record<NameKind, number> {
  const common = commonScore(stretch, lists, known) - COST;
  const seen = known.full.get(stretch.key);
  const bonus = (kind: NameKind) => Math.min(SEEN_MOST, (seen?.get(kind) ?? 0) * SEEN);
  return {
    person: common + personScore(stretch, lists, known) + bonus('person'),
    organisation: common + organisationScore(stretch, lists, known) + bonus('organisation'),
    place: common + placeScore(stretch, lists, known) + bonus('place'),
  };
}

/** Reasons for or against any name at all. */
function commonScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, line, shouting } = stretch;
  let score = neighbourScore(stretch, lists) + wordScore(stretch, lists, known);
  if (touchesCode(stretch)) score -= 2;
  if (shouting && line.kind === 'running') score -= 0.2;
  if (stretch.foreign) score -= foreignCost(stretch, lists);
  const [only] = words;
  if (words.length === 1 && only !== undefined) {
    const person = NAMES_RATHER.has(only.lower) || known.personParts.has(only.lower);
    if (only.opens && lists.words.has(only.lower) && !person) score -= 0.7;
    if (lists.demonyms.has(only.lower)) score -= 4;
  }
  return score;
}

/** In other languages only names that a list or a legal form vouches for; their small words end no name. */
function foreignCost(stretch: Stretch, lists: Gazetteer): number {
  const { words, line, from, to } = stretch;
  const small = words.filter((word) => FOREIGN_STOP_WORDS.has(word.lower)).length;
  const joints = line.tokens
    .slice(from, to)
    .filter((token) => token.shape === 'lower' && FOREIGN_STOP_WORDS.has(token.lower));
  const first = words[0]?.lower ?? '';
  const last = words.at(-1)?.lower.replace(/\.$/, '') ?? '';
  const given = words.length > 1 ? lists.firstNames.has(first) : lists.surnames.has(first);
  const vouched =
    given || isListed(stretch, lists) || COMPANY_SUFFIXES.has(last) || words[0]?.shape === 'upper';
  return small * 3 + joints.length + (vouched ? 0 : 1.5);
}

/** A name goes as far as its capitals do. */
function neighbourScore({ words, before, after, shouting }: Stretch, lists: Gazetteer): number {
  const introduced = before !== undefined && (HONORIFICS.has(before.lower) || TITLES.has(before.lower));
  const cost = shouting ? 0.3 : 0.8;
  let score = 0;
  if (isNameWord(before) && !introduced && !lists.demonyms.has(before?.lower ?? '')) {
    score -= standsAlone(before, lists) || beginsName(before, words[0], lists) ? 0.3 : cost;
  }
  if (isNameWord(after)) {
    score -= standsAlone(after, lists) || beginsName(words.at(-1), after, lists) ? 0.3 : cost;
  }
  return score;
}

/** Words in lower case, small words and ordinary words speak against a name. */
function wordScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, shouting, capitals } = stretch;
  const listed = isListed(stretch, lists);
  let score = 0;
  if (capitals && !listed) score -= words.filter((word) => isOrdinary(word, lists)).length;
  for (const word of words) {
    if (word.shape === 'lower' && !LEGAL_FORMS.has(word.lower)) score -= listed ? 0.4 / words.length : 2.5;
    if (listed) continue;
    const small = STOP_WORDS.has(word.lower) && (word.shape !== 'upper' || shouting || capitals);
    // May Chen, Will Smith
    const given =
      word === words[0] && lists.firstNames.has(word.lower) && lists.surnames.has(words[1]?.lower ?? '');
    if (small && given) continue;
    if (small) score -= word === words[0] || word === words.at(-1) ? 3 : 0.8;
    else if (known.lowered.has(word.lower) && lists.words.has(word.lower))
      score -= words.length === 1 ? 0.6 : 0.15;
  }
  return score;
}

/** Part of an identifier, an assignment or a call: DHAVE_TZNAME=1, parse(x). */
function touchesCode({ words, before, after }: Stretch): boolean {
  const left = before !== undefined && words[0]?.spaced === false && /^[_=\\#$~^*+|{]$/.test(before.text);
  const right = after !== undefined && !after.spaced && /^[_=\\#$~^+|{(]$/.test(after.text);
  return left || right;
}

/** A neighbour that is a name by itself: "Jane Doe Accenture" in a signature is two names. */
function standsAlone(token: Token | undefined, lists: Gazetteer): boolean {
  return token !== undefined && lists.organisations.has(token.lower) && !lists.words.has(token.lower);
}
