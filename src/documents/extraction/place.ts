/** Reasons for the name of a place. */
import { type Gazetteer, nameKey } from './gazetteer.ts';
import { isUnknown, isWritten, type Known, type Stretch } from './stretch.ts';
import { PLACE_HEADS, PLACE_OPENERS, PLACE_PREPOSITIONS, STOP_WORDS } from './vocabulary.ts';

const NEVER = -5;
/** A capitalised word of no list inside a sentence; with a preposition such as "in" before it, a place. */
const UNKNOWN_PLACE = 0.4;

/** What hardly ever begins another name. */
const SURE_OPENERS = /^(?:lake|mount|mt|isle|gulf|loch|lough|inis|inish|strath|fort|ft|são|bally)$/;

const US_STATE_CODES = new Set(
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC'.split(
    ' ',
  ),
);

/** Weights for a place; 1 and more is a name. */
export function placeScore(stretch: Stretch, lists: Gazetteer, known: Known): number {
  const { words, key } = stretch;
  if (words.length > 6 || !isWritten(stretch, lists)) return NEVER;
  let score = words.length === 1 ? wordScore(stretch, lists) : phraseScore(stretch, lists);
  if (known.placeParts.has(key)) score += 1.6;
  // Where Helena Marsh is named in full, Helena alone is she and not the city.
  if (words.length === 1 && known.personParts.has(key)) score -= 1;
  return score + contextScore(stretch, lists);
}

function wordScore({ words, key }: Stretch, lists: Gazetteer): number {
  const [word] = words;
  if (word === undefined) return NEVER;
  const plain = lists.words.has(word.lower);
  let score = 0;
  if (lists.places.has(key)) score += plain ? 1.5 : 2.4;
  else if (lists.cities.has(key)) score += plain ? 0.7 : 1.6;
  else if (!word.opens && word.shape === 'capital' && isUnknown(word, lists)) score += UNKNOWN_PLACE;
  if (score > 0 && key.length <= 2 && word.shape !== 'upper') score -= 3;
  if (score > 0 && (lists.firstNames.has(key) || lists.surnames.has(key)))
    score -= lists.places.has(key) ? 0.1 : 0.5;
  if (plain && word.shape === 'lower') score -= 2;
  return score;
}

function phraseScore({ words, key, line, from, to }: Stretch, lists: Gazetteer): number {
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return NEVER;
  let score = lists.places.has(key) ? 2.4 : lists.cities.has(key) ? 1.6 : 0;
  if (PLACE_HEADS.has(last.lower) && !(words.length === 2 && STOP_WORDS.has(first.lower))) score += 1.4;
  if (PLACE_OPENERS.has(first.lower.replace(/\.$/, ''))) {
    const rest = nameKey(
      words
        .slice(1)
        .map((word) => word.text)
        .join(' '),
    );
    score += isPlace(rest, lists) ? 1.6 : SURE_OPENERS.test(first.lower) ? 1.4 : 0.8;
  }
  const tokens = line.tokens.slice(from, to);
  if (tokens.some((token) => token.lower === 'of') && PLACE_HEADS.has(first.lower)) score += 0.8;
  if (tokens.some((token) => /^(?:&|and|for)$/.test(token.lower))) score -= 1;
  if (tokens.some((token) => /^(?:at|in|on)$/.test(token.lower))) score -= 2;
  return score;
}

/** Prepositions before, a state or country behind the comma. */
function contextScore(stretch: Stretch, lists: Gazetteer): number {
  const { words, before, after, line, from, to, capitals } = stretch;
  const behindComma = before?.text === ',';
  let score = before ? (PLACE_PREPOSITIONS[before.lower] ?? 0) : 0;
  const head = line.tokens[from - 2];
  if (behindComma && head && isPlace(nameKey(head.text), lists)) score += 0.6;
  const next = after?.text === ',' ? line.tokens[to + 1] : undefined;
  if (next && next.shape !== 'lower' && lists.places.has(nameKey(next.text))) score += 1;
  else if (next && !capitals && US_STATE_CODES.has(next.text)) score += 1.3;
  if (behindComma && words.length === 1 && !capitals && US_STATE_CODES.has(words[0]?.text ?? ''))
    score += 2.2;
  return score;
}

function isPlace(key: string, lists: Gazetteer): boolean {
  return lists.places.has(key) || lists.cities.has(key);
}
