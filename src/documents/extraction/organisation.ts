/** Reasons for the name of a firm, a public body, a party, a club. */
import { type Gazetteer, nameKey } from './gazetteer.ts';
import { isOrdinary, isWritten, type Known, type Stretch } from './stretch.ts';
import type { Token } from './tokens.ts';
import {
  COMPANY_SUFFIXES,
  ORGANISATION_HEADS,
  PLAIN_ACRONYMS,
  SAYING,
  WEAK_ORGANISATION_HEADS,
} from './vocabulary.ts';

const NEVER = -5;
/** A word that is none of the language makes an ordinary head the name of one body: Dunmarra Harbour Trust. */
const NAMED_HEAD = 0.6;
/** Capitals alone are a body about as often as a thing. */
const ACRONYM = 0.8;

const COMPANY =
  /^(?:shares|stock|ceo|spokesman|spokeswoman|executives|employees|customers|officials|lawyers|headquarters|subsidiary)$/;

/** Heads beside those of ORGANISATION_HEADS that may be followed by "of" or "for". */
const OF_HEADS = new Set(
  'city port house state county town people friend daughter son order knight bureau center centre campaign citizen doctor republic chamber board body panel group network conference forum register program programme unit section branch scholar student'.split(
    ' ',
  ),
);

/** Weights for an organisation; 1 and more is a name. */
export function organisationScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, key, before, after } = stretch;
  if (words.length > 9) return NEVER;
  const listed = lists.organisations.has(key);
  let score = words.length > 1 ? phraseScore(stretch, listed, lists) : wordScore(stretch, lists, known);
  if (listed && isWritten(stretch, lists)) score += listedScore(stretch, lists);
  if (known.shortForms.has(key)) score += 1.8;
  if (before && /^(?:at|for|with|join|joined|by|via)$/.test(before.lower)) score += 0.2;
  if (after && COMPANY.test(after.lower)) score += 0.7;
  return score;
}

function isStrong(word: string): boolean {
  return ORGANISATION_HEADS.has(word) && !WEAK_ORGANISATION_HEADS.has(word);
}

/** Names of several words: by their last word, by "of", by "&". */
function phraseScore({ words, line, from, to }: Stretch, listed: boolean, lists: Gazetteer): number {
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return NEVER;
  const head = last.lower.replace(/\.$/, '');
  const isHead = ORGANISATION_HEADS.has(head);
  const tokens = line.tokens.slice(from, to);
  let score = 0;
  if (COMPANY_SUFFIXES.has(head))
    score += head.length > 2 || last.shape === 'upper' || last.text === 'Co' ? 2.6 : 0.5;
  else if (listed) score += 0.2;
  else if (isHead) score += isStrong(head) ? 1.9 : 1.2;
  const named = words
    .slice(0, -1)
    .some((word) => word.shape !== 'lower' && !isOrdinary(word, lists) && !lists.firstNames.has(word.lower));
  if (!listed && isHead && named) score += NAMED_HEAD;
  const of = tokens.findIndex((token) => token.lower === 'of' || token.lower === 'for');
  const ofHead = tokens[of - 1]?.lower ?? '';
  if (of > 0 && ORGANISATION_HEADS.has(ofHead)) score += isStrong(ofHead) ? 2.2 : 1.5;
  else if (of > 0 && isHead && OF_HEADS.has(ofHead)) score += 0.8;
  score -= looseJoints(tokens, isHead, lists);
  if (tokens.some((token) => token.text === '&')) score += 1;
  if (words.some((word) => isStrong(word.lower))) score += 0.3;
  // US National Hurricane Center, British Medical Association
  const national = lists.places.has(nameKey(first.text)) || lists.demonyms.has(first.lower);
  if (isHead && words.length > 2 && national) score += 0.7;
  return score;
}

/** Names of one word: acronyms and words with capitals inside. */
function wordScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, key, shouting, capitals } = stretch;
  const [word] = words;
  if (word === undefined) return NEVER;
  let score = 0;
  if (word.shape === 'upper' && /^\p{Lu}[\p{Lu}\d.]{1,6}$/u.test(word.text)) {
    const often = (known.acronyms.get(word.text) ?? 0) > 2 ? 0.3 : 0;
    if (lists.organisations.has(key)) score += 0.2;
    else if (PLAIN_ACRONYMS.has(key) || lists.words.has(key) || lists.firstNames.has(key)) score -= 2;
    else score += shouting || capitals ? 0.2 : ACRONYM + acronymContext(stretch) + often;
  }
  if (word.shape === 'mixed' && !/\d/.test(word.text)) score += 0.9;
  if (lists.places.has(key) && !lists.organisations.has(key)) score -= 1.5;
  return score;
}

/** Firms called like a word (Target, Shell, Salon) need the capital inside a sentence to be meant. */
function listedScore({ words, key, shouting }: Stretch, lists: Gazetteer): number {
  const [first] = words;
  const plain = lists.words.has(key);
  if (words.every((word) => word.shape === 'lower')) return words.length > 1 ? 1.7 : plain ? 0 : 1;
  if (words.length > 1 || first?.shape !== 'capital' || !plain) return 2.4;
  return first.opens || shouting ? 0.8 : 1.7;
}

/** "Bank of America" and "Department of Housing and Urban Development" hold together; "Hartley of Smith" does not. */
function looseJoints(tokens: Token[], ended: boolean, lists: Gazetteer): number {
  let cost = 0;
  let headed = false;
  tokens.forEach((token, index) => {
    const before = tokens[index - 1]?.lower.replace(/s$/, '') ?? '';
    const isHead =
      ORGANISATION_HEADS.has(before) || OF_HEADS.has(before) || ORGANISATION_HEADS.has(`${before}s`);
    headed ||= isHead;
    if (token.shape !== 'lower') return;
    if (/^(?:of|for|on)$/.test(token.lower) && !isHead) cost += 1.5;
    else if (token.lower === 'and' && !headed) {
      // National Oceanic and Atmospheric Administration
      const common = [tokens[index - 1], tokens[index + 1]].every((word) => word && isOrdinary(word, lists));
      cost += common && ended ? 0 : 1;
    } else if (/^(?:in|at|on)$/.test(token.lower) && !isHead) cost += 1.5;
    else if (/^(?:in|at)$/.test(token.lower)) cost += 3;
  });
  return cost;
}

/** An acronym that acts or owns is somebody rather than something. */
function acronymContext({ before, after }: Stretch): number {
  let score = 0;
  if (before && /^(?:at|by|from|join|joined|with|of)$/.test(before.lower)) score += 0.25;
  if (after && (SAYING.has(after.lower) || after.pos === 'AUX' || /^['’]s$/.test(after.lower))) score += 0.3;
  return score;
}
