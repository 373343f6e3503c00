/** A stretch of a sentence; `differs` when the other sides say something else there. */
export interface Word {
  text: string;
  differs: boolean;
}

/** Letters of a side beyond which nothing is compared: no sentence is so long. */
const LONGEST = 2_000;
const UNITS =
  /^(?:%|per ?cent|million|billion|thousand|seconds?|minut(?:es?)?|hours?|days?|weeks?|months?|years?|a\.?m\.?|p\.?m\.?|k?m|kg|tonnes?|eur|usd|gbp)$/i;
const NUMBER = /\p{N}/u;
const NAME = /^\p{Lu}/u;

/**
 * What sides of a contradiction say differently, so that it is seen at once: numbers and dates when all have their
 * own, else names, else words when the rest is much the same. Never more than one of these, and nothing when the
 * sides are of another wording altogether.
 */
export function differencesOf(sides: readonly string[]): Word[][] {
  if (sides.some((side) => side.length > LONGEST)) return sides.map((text) => [{ text, differs: false }]);
  const tokens = sides.map((side) => side.split(/(\s+)/).filter((part) => part !== ''));
  const keys = tokens.map((list) => list.map(keyOf));
  const own = keys.map((list, side) => {
    const elsewhere = new Set(keys.flatMap((other, index) => (index === side ? [] : other)));
    return list.map((key) => key !== '' && !elsewhere.has(key));
  });
  const chosen =
    everySide(
      own.map((flags, side) => flags.map((flag, at) => flag && NUMBER.test(tokens[side]?.[at] ?? ''))),
    )?.map((flags, side) => grow(flags, own[side] ?? [], tokens[side] ?? [])) ??
    everySide(own.map((flags, side) => names(flags, tokens[side] ?? []))) ??
    alike(own, keys);
  return tokens.map((list, side) => join(list, chosen?.[side] ?? []));
}

/** A word without its punctuation, case and ending ("chaired" is "chair"); '' for white space. */
function keyOf(token: string): string {
  return token
    .toLowerCase()
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, '')
    .replace(/['’]s$/, '')
    .replace(/(?<=^\p{L}{4,})(?:ing|e[ds]|s)$/u, '');
}

function everySide(flags: boolean[][]): boolean[][] | undefined {
  return flags.every((side) => side.some(Boolean)) ? flags : undefined;
}

/** The month or unit beside a number that differs belongs to it. */
function grow(flags: boolean[], own: boolean[], tokens: string[]): boolean[] {
  return flags.map((flag, at) => {
    if (flag || !own[at]) return flag;
    const token = tokens[at] ?? '';
    const beside = (flags[at - 2] ?? false) || (flags[at + 2] ?? false);
    return beside && (NAME.test(token) || UNITS.test(keyOf(token)));
  });
}

/** Capital letters inside a sentence; at its beginning only where another follows, as in "Mr Colin Byrne". */
function names(flags: boolean[], tokens: string[]): boolean[] {
  return flags.map(
    (flag, at) =>
      flag &&
      NAME.test(tokens[at] ?? '') &&
      (at > 0 || ((flags[2] ?? false) && NAME.test(tokens[2] ?? ''))) &&
      !MONTH.test(tokens[at] ?? ''),
  );
}

const MONTH = /^(?:January|February|March|April|May|June|July|August|September|October|November|December)\b/;

function alike(own: boolean[][], keys: string[][]): boolean[][] | undefined {
  const isNear = own.every((flags, side) => {
    const words = keys[side]?.filter((key) => key !== '').length ?? 0;
    return flags.filter(Boolean).length <= words / 3;
  });
  return isNear ? own : undefined;
}

/** Neighbours of one kind as one stretch; the blank between two that differ differs with them, a full stop does not. */
function join(tokens: string[], flags: boolean[]): Word[] {
  const words: Word[] = [];
  for (const [at, text] of tokens.entries()) {
    const bridge = text.trim() === '' && flags[at - 1] === true && flags[at + 1] === true;
    const differs = (flags[at] ?? false) || bridge;
    const [, word = text, stop = ''] =
      (differs && flags[at + 2] !== true && /^(.+?)([.,;:!?]+)$/s.exec(text)) || [];
    add(words, { text: word, differs });
    if (stop) add(words, { text: stop, differs: false });
  }
  return words;
}

function add(words: Word[], word: Word): void {
  const last = words.at(-1);
  if (last?.differs === word.differs) last.text += word.text;
  else words.push(word);
}
