/**
 * Words as the rules of the writer and the verifier compare them: folded (no case, no accents), without the words
 * that carry no meaning, cut to a light stem. The stem serves matching only; nobody reads it.
 */

const STOP_WORDS = new Set(
  `a an and are as at be been being but by can could did do does done for from had has have he her hers him his how
i if in into is it its itself just may me might more most much my of off on once only or other our out over own same
she should so some such than that the their them then there these they this those through to too under until up upon
us very was we were what when where which while who whom whose why will with would you your also about after again
all am any because before both each few further here however s t
der die das und ist sind war im den dem des ein eine einer eines zu mit von auf fur als auch es sich nach bei aus
le la les un une du de et est sont dans sur pour par au aux avec que qui ce cette
el los las y son en para con del al una`.split(/\s+/),
);

const NEGATION =
  /(?<![=\-\w])(?:not|no(?!\.|:)|never|neither|nor|none|nobody|nothing|without|cannot|can['’]?t|won['’]?t|don['’]?t|doesn['’]?t|didn['’]?t|isn['’]?t|aren['’]?t|wasn['’]?t|weren['’]?t|hasn['’]?t|haven['’]?t|hadn['’]?t|shouldn['’]?t|wouldn['’]?t|couldn['’]?t|mustn['’]?t|nicht|kein|keine|keinen|keiner|nie|jamais|aucun|aucune|nunca)\b/giu;

const WORD = /[\p{L}\p{N}]+(?:['’.\-/][\p{L}\p{N}]+)*/gu;

/** A word with its place in the text it was taken from. */
export interface Word {
  text: string;
  start: number;
  end: number;
}

/** Lower case without accents and with plain apostrophes. Changes the length: never for computing positions. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[’‘]/g, "'")
    .replace(/ß/g, 'ss')
    .toLowerCase();
}

/** The words of a text in order. */
export function wordsIn(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    words.push({ text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return words;
}

/** True for words that say nothing of their own ("the", "of", "und"). Takes a folded word. */
export function isStopWord(folded: string): boolean {
  return STOP_WORDS.has(folded);
}

const stems = new Map<string, string>();

/** A light stem of one word: plural, past and -ing endings go; "costs", "costing" and "cost" meet. */
export function stem(word: string): string {
  let known = stems.get(word);
  if (known === undefined) {
    known = cut(fold(word).replace(/'s?$/, ''));
    if (stems.size < 50_000) stems.set(word, known);
  }
  return known;
}

function cut(word: string): string {
  let root = word;
  if (root.length > 4 && /[^s]ies$/.test(root)) root = `${root.slice(0, -3)}y`;
  else if (root.length > 4 && /(?:s|x|z|ch|sh)es$/.test(root)) root = root.slice(0, -2);
  else if (root.length > 3 && /[^su]s$/.test(root)) root = root.slice(0, -1);
  if (root.length > 5 && root.endsWith('ing')) root = root.slice(0, -3);
  else if (root.length > 4 && root.endsWith('ied')) root = `${root.slice(0, -3)}y`;
  else if (root.length > 4 && root.endsWith('ed')) root = root.slice(0, -2);
  if (root.length > 4 && /([bdfgmnprt])\1$/.test(root)) root = root.slice(0, -1);
  return root.length > 3 && root.endsWith('e') ? root.slice(0, -1) : root;
}

/** Stems of the words that carry meaning, in order, without words of denial. Numbers stay as they are. */
export function stemsOf(text: string): string[] {
  const found: string[] = [];
  for (const word of wordsIn(text)) {
    const folded = fold(word.text);
    if (!STOP_WORDS.has(folded) && !isNegation(folded)) found.push(stem(word.text));
  }
  return found;
}

function isNegation(folded: string): boolean {
  return (
    /^(?:no|not|n[eioa]|can|w|d|is|are|has|have|had|should|could|must|k|j|au)/.test(folded) &&
    countNegations(folded) > 0
  );
}

/** How many words of denial the text holds. */
export function countNegations(text: string): number {
  return [...text.matchAll(NEGATION)].length;
}

/** One line of plain text: white space and Markdown signs of emphasis, code and links go. */
export function plainLine(text: string): string {
  return text
    .replace(/!?\[([^\]\n]*)\]\([^)\s]*\)/g, '$1')
    .replace(/(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1/gs, '$2')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The words of a label as data writes it: `delayDamages.perDay` is "delay Damages per Day". */
export function labelWords(label: string): string {
  return label.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replace(/[._]/g, ' ');
}

/** What two sets have in common over their union (Jaccard index), in [0, 1]. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let common = 0;
  for (const item of small) if (large.has(item)) common += 1;
  return common / (a.size + b.size - common);
}

/** Adds to the list under a key. In place: copying lists makes long documents quadratic. */
export function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
