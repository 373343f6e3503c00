import { type DateFound, dateBearsOut, datesIn } from './dates.ts';
import { type Quantity, quantitiesIn, sameNumber } from './numbers.ts';
import { countNegations, fold, isStopWord, plainLine, stem, wordsIn } from './words.ts';

/**
 * Does the evidence bear out the sentence? Numbers, dates and names first (each must stand in the evidence), then
 * the words, their order and the denials. Strict on purpose: a sentence the rules cannot follow is not believed.
 */
export interface Evidence {
  /** The quotes, each as the source has it. */
  quotes: Array<{ fileName: string; text: string }>;
  /** Numbers that a checked computation bears out. */
  computed: number[];
  unit: string;
  /** Words that need no evidence: of the question, of file names, of the headers of cited tables, of full names. */
  granted: Set<string>;
  /** Headers of cited tables and the words of the question: they may be repeated, and name units. */
  context: string;
  /** The result claims to consist of the sources' own sentences: then nothing else is let through. */
  extractive: boolean;
  ofBrief: boolean;
  fileNames: string[];
}

export type Reason = 'number-not-in-source' | 'name-not-in-source' | 'sentence-not-supported';
export interface Objection {
  reason: Reason;
  detail: string;
}

/** Words a report puts round what it found; they claim nothing of their own. */
const FRAME = new Set(
  `total sum average minimum maximum mean median count difference ratio row rows column columns table document documents
file files source sources say says said state states stated according add adds up found find finds contradiction
contradictions value values amount number numbers entry entries mention mentions mentioned name names named answer
largest smallest highest lowest most least first last earliest latest between both only same different differ differs
agree agrees item items person persons people organisation organisations place places date dates line sheet page over
altogether two three four five six seven eight nine ten one group groups equal equals percent question statement
statements event events make makes none nothing given gives where match matches matching counted totalled averaged
itself its per each empty run runs fact facts thing things figure figures kind kinds reported listed lists list compared comparison missing present change changed unchanged added removed
more less fewer than higher lower above below out oldest newest results result yes`
    .split(/\s+/)
    .map(stem),
);

/** The first objection to the sentence, or undefined when the evidence bears it out. */
export function objectionTo(sentence: string, evidence: Evidence): Objection | undefined {
  const quotes = evidence.quotes.map(({ text }) => normal(text));
  const pieces = splitQuoted(sentence);
  const quoted = pieces.filter((piece) => piece.quoted && !evidence.fileNames.includes(piece.text));
  for (const piece of quoted) {
    const own = evidence.quotes.filter(({ fileName }) => !piece.sayer || fileName === piece.sayer);
    if (piece.sayer && own.length === 0) {
      return { reason: 'sentence-not-supported', detail: `nothing of ${piece.sayer} is cited` };
    }
    const objection = objectionToPart(
      piece.text,
      { ...evidence, quotes: own },
      own.map(({ text }) => normal(text)),
    );
    if (objection) return objection;
  }
  const rest = pieces
    .filter((piece) => !quoted.includes(piece))
    .map(({ text }) => text)
    .join(' ');
  // a file may be called like a word of the text ("copyright"): the sentence as it stands comes first
  const asItStands = objectionToPart(rest, evidence, quotes);
  const objection =
    asItStands && objectionToPart(withoutFileNames(rest, evidence.fileNames), evidence, quotes);
  return objection ?? strangeFile(sentence, evidence);
}

function objectionToPart(part: string, evidence: Evidence, quotes: string[]): Objection | undefined {
  if (!/[\p{L}\p{N}]/u.test(part)) return undefined;
  const plain = normal(part).replace(/[.;,:]+$/, '');
  const literal = quotes.find((quote) => quote.includes(plain) && plain.length > 12);
  if (literal !== undefined) return cutOff(plain, literal);
  const whole = evidence.quotes.map(({ text }) => plainLine(text)).join(' \n ');
  return (
    wrongNumber(part, whole, evidence) ??
    wrongWord(part, whole, evidence) ??
    flippedDenial(part, evidence) ??
    swapped(part, evidence) ??
    changedCopy(part, evidence, quotes)
  );
}

/** From this many words on, a sentence that is mostly one quote's is a copy, and a copy must be exact. */
const COPY_WORDS = 7;

/**
 * A sentence in a source's own words must be exactly that: each piece between its punctuation stands in a quote (or
 * is a header or a word of the frame). Catches the verb exchanged for another of the same text and the lost "only".
 */
function changedCopy(part: string, evidence: Evidence, quotes: string[]): Objection | undefined {
  const words = wordsIn(part).map(({ text }) => fold(text));
  const copied = evidence.quotes.some(({ text }) => {
    const known = new Set(wordsIn(plainLine(text)).map(({ text: word }) => fold(word)));
    return words.filter((word) => known.has(word)).length >= 0.75 * words.length;
  });
  if (!evidence.extractive && (!copied || words.length < COPY_WORDS)) return undefined;
  const known = [...quotes, normal(evidence.context)];
  for (const piece of part.split(/(?:[;:,.—–|]|\s-)\s+|\s*[…•“”]\s*/)) {
    const plain = normal(piece)
      .replace(/[.;,:!?)\]]+$/, '')
      .replace(/^[(["]+/, '');
    const framed = wordsIn(piece).every(({ text }) => isFrame(text) || evidence.granted.has(stem(text)));
    if (framed || known.some((text) => text.includes(plain))) continue;
    if (quantitiesIn(piece).length > 0 && wordsIn(piece).length <= 2) continue;
    return {
      reason: 'sentence-not-supported',
      detail: `the cited text does not say “${piece.trim().slice(0, 80)}”`,
    };
  }
  return undefined;
}

function isFrame(word: string): boolean {
  return isStopWord(fold(word)) || FRAME.has(stem(word));
}

function normal(text: string): string {
  return fold(plainLine(text))
    .replace(/[“”"„«»]/g, '"')
    .replace(/[–—−]/g, '-');
}

/** A piece in quotation marks with the file that is said to say it, or what stands between such pieces. */
interface Piece {
  text: string;
  quoted: boolean;
  sayer?: string;
}

function splitQuoted(sentence: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  // the outermost marks: a source that uses quotation marks itself is quoted whole
  for (const match of sentence.matchAll(/“((?:[^“”]|“[^“”]*”)+)”/gu)) {
    const before = sentence.slice(from, match.index);
    const sayer = /(?:^|[;,.]\s+)([^;“”\s][^;“”]*?\.[a-z]{2,5}) (?:says|states) $/i.exec(before)?.[1]?.trim();
    pieces.push({ text: before, quoted: false });
    pieces.push({ text: (match[1] ?? '').trim(), quoted: true, ...(sayer && { sayer }) });
    from = match.index + match[0].length;
  }
  pieces.push({ text: sentence.slice(from), quoted: false });
  return pieces.filter(({ text }) => text.trim() !== '');
}

function withoutFileNames(text: string, fileNames: string[]): string {
  return fileNames.reduce(
    (rest, name) => (rest.includes(name) ? rest.replace(wholeName(name), ' ') : rest),
    text,
  );
}

/** The name of a file as a whole word: a file may be called `a`. */
function wholeName(name: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${literally(name)}(?![\\p{L}\\p{N}])`, 'gu');
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Every file that the sentence names must be cited. */
function strangeFile(sentence: string, evidence: Evidence): Objection | undefined {
  const cited = new Set(evidence.quotes.map(({ fileName }) => fileName));
  const strange = evidence.fileNames.find(
    (name) => sentence.includes(name) && wholeName(name).test(sentence) && !cited.has(name),
  );
  return strange && cited.size > 0
    ? { reason: 'sentence-not-supported', detail: `it speaks of ${strange}, which is not cited` }
    : undefined;
}

/** "It is not true that X" quoted as "X": a denial that governs the quoted words was cut off. */
function cutOff(plain: string, quote: string): Objection | undefined {
  const before = quote.slice(0, quote.indexOf(plain));
  const clause = before.slice(Math.max(before.lastIndexOf('. '), before.lastIndexOf('; ')) + 1);
  return /\b(?:not true|untrue|false|wrong|denie[sd]|no evidence|not the case|doubts?|unlikely|not) (?:that|whether)\s*$|\b(?:not|never)\s*$/.test(
    clause,
  )
    ? { reason: 'sentence-not-supported', detail: 'the words before it in the source deny it' }
    : undefined;
}

function wrongNumber(part: string, whole: string, evidence: Evidence): Objection | undefined {
  const dates = datesIn(part);
  const sourceDates = datesIn(whole);
  for (const date of dates) {
    const text = part.slice(date.start, date.end);
    if (sourceDates.some((source) => bearsOut(source, date)) || contains(whole, text)) continue;
    if (contains(evidence.context, text) || evidence.computed.includes(Number(text))) continue;
    return { reason: 'number-not-in-source', detail: `the date “${text}” is not in the cited text` };
  }
  const known = quantitiesIn(whole, sourceDates);
  for (const quantity of quantitiesIn(part, dates)) {
    const text = part.slice(quantity.start, quantity.end);
    if (contains(whole, text) || known.some((source) => sameQuantity(source, quantity, whole, evidence)))
      continue;
    if (contains(evidence.context, text)) continue;
    const computed = evidence.computed.some(
      (number) => sameNumber([number], quantity.readings) || rounds(number, quantity),
    );
    if (computed && (quantity.unit === '' || evidence.unit === '' || quantity.unit === evidence.unit))
      continue;
    if (sameNumber(sourceYears(sourceDates), quantity.readings) && quantity.unit === '') continue;
    return { reason: 'number-not-in-source', detail: `“${text}” is not in the cited text` };
  }
  return undefined;
}

function bearsOut(source: DateFound, stated: DateFound): boolean {
  return source.readings.some((reading) => stated.readings.some((other) => dateBearsOut(reading, other)));
}

function sourceYears(dates: DateFound[]): number[] {
  return dates
    .flatMap(({ readings }) => readings.map((reading) => Number.parseInt(reading, 10)))
    .filter((year) => year > 0);
}

function sameQuantity(source: Quantity, stated: Quantity, whole: string, evidence: Evidence): boolean {
  if (!sameNumber(source.readings, stated.readings)) return false;
  if (stated.unit === '' || source.unit === stated.unit) return true;
  // a bare number in a cell has its unit in the header
  const around = quantitiesIn(`${evidence.context} ${whole}`.replace(/(EUR|USD|GBP|CHF|[€$£%])/g, '1 $1 1 '));
  return (
    source.unit === '' && (evidence.unit === stated.unit || around.some(({ unit }) => unit === stated.unit))
  );
}

/** A computed 33.3333 may be written 33.3. */
function rounds(number: number, quantity: Quantity): boolean {
  return (
    Math.abs(number - quantity.number) <= quantity.tolerance && quantity.tolerance < Math.abs(number) * 0.05
  );
}

/** Occurs as a whole word, not as part of a longer number or word. */
function contains(whole: string, text: string): boolean {
  const escaped = literally(normal(text));
  return new RegExp(
    `(?<![\\p{L}\\p{N}]|\\d[.,])${escaped}(?![\\p{L}\\p{N}]|[.,]\\d|\\s?(?:million|billion|thousand))`,
    'u',
  ).test(normal(whole));
}

function wrongWord(part: string, whole: string, evidence: Evidence): Objection | undefined {
  const covered = [...datesIn(part), ...quantitiesIn(part)];
  const known = new Set(wordsIn(whole).flatMap(({ text }) => piecesOf(text).map(stem)));
  const strange: string[] = [];
  for (const word of wordsIn(part)) {
    if (covered.some(({ start, end }) => word.start >= start && word.end <= end)) continue;
    for (const piece of piecesOf(word.text)) {
      const folded = fold(piece);
      const root = stem(piece);
      const name = /^\p{Lu}/u.test(piece);
      if (isStopWord(folded) || known.has(root) || evidence.granted.has(root)) continue;
      if (FRAME.has(root) && !name) continue;
      if (/^(?:not|no|never|cannot)$/.test(folded)) continue;
      const followed = /^\s+\p{Lu}/u.test(part.slice(word.end));
      const opens = word.start === 0 || /[.:;!?]\s+["“]?$/.test(part.slice(0, word.start));
      if (FRAME.has(root) && opens) continue;
      if (name && (!opens || followed)) {
        return { reason: 'name-not-in-source', detail: `“${piece}” is not in the cited text` };
      }
      strange.push(piece);
    }
  }
  return strange.length > 0
    ? {
        reason: 'sentence-not-supported',
        detail: `the cited text does not say “${strange.slice(0, 3).join('”, “')}”`,
      }
    : undefined;
}

/** A word and, where it is joined by hyphen or apostrophe, its parts. */
function piecesOf(word: string): string[] {
  const parts = word.split(/['’.\-/]/).filter((piece) => piece.length > 1);
  return parts.length > 1 ? parts : [word];
}

function flippedDenial(part: string, evidence: Evidence): Objection | undefined {
  const stated = countNegations(part);
  const best = evidence.quotes
    .map(({ text }) => windowOf(part, text))
    .filter((window) => window !== undefined)
    .sort((a, b) => b.matched - a.matched)[0];
  if (!best) {
    // a report may say in its own words that something is missing; a brief denies only what a source denies
    const denied = evidence.quotes.some(({ text }) => countNegations(text) > 0);
    return evidence.ofBrief && stated > 0 && !denied
      ? { reason: 'sentence-not-supported', detail: 'nothing that is cited denies it' }
      : undefined;
  }
  const source = countNegations(best.text);
  // where nearly all words are of one stretch, each denial counts; else only whether there is one
  const whole = best.matched >= 0.8 * contentOf(part).length;
  return (whole && stated !== source) || (stated === 0) !== (source === 0)
    ? {
        reason: 'sentence-not-supported',
        detail: stated < source ? 'the source denies it' : 'the source does not deny it',
      }
    : undefined;
}

/** The stretch of a quote that the words of the sentence come from. */
function windowOf(part: string, quote: string): { text: string; matched: number } | undefined {
  const wanted = new Set(contentOf(part));
  const plain = plainLine(quote);
  const hits = wordsIn(plain).filter(({ text }) => !isStopWord(fold(text)) && wanted.has(stem(text)));
  const [first, last] = [hits[0], hits.at(-1)];
  if (!first || !last || hits.length < 3) return undefined;
  // words of denial stand before what they deny, in the same clause
  const lead = plain.slice(0, first.start);
  const from = Math.max(lead.lastIndexOf(', '), lead.lastIndexOf('; '), lead.lastIndexOf('. '), -1) + 1;
  return { text: plain.slice(from, last.end), matched: hits.length };
}

function contentOf(text: string): string[] {
  return wordsIn(text)
    .filter((word) => !isStopWord(fold(word.text)))
    .map((word) => stem(word.text));
}

/** Two names or two numbers that stand the other way round than in every quote that holds both. */
function swapped(sentence: string, evidence: Evidence): Objection | undefined {
  // "9 November 2026: Daniel Okafor reported …": what leads a line may come from anywhere in it
  const part = withoutDates(sentence.replace(/^[^:.]{1,80}: /, ''));
  for (const marks of [namesOf(part), numbersOf(part)]) {
    for (let index = 0; index + 1 < marks.length; index += 1) {
      const [first, second] = [marks[index], marks[index + 1]];
      if (!first || !second || first === second) continue;
      const places = evidence.quotes
        .map(({ text }) => plainLine(text))
        .map((text) => [onlyPlace(text, first), onlyPlace(text, second)] as const)
        .filter(([left, right]) => left >= 0 && right >= 0);
      if (places.length > 0 && places.every(([left, right]) => left > right)) {
        return {
          reason: 'sentence-not-supported',
          detail: `“${first}” and “${second}” stand the other way round in the source`,
        };
      }
    }
  }
  return undefined;
}

/** Where a name or number stands as a whole, when it does so exactly once; else -1. */
function onlyPlace(text: string, part: string): number {
  const whole = new RegExp(`(?<![\\p{L}\\p{N}]|\\d[.,])${literally(part)}(?![\\p{L}\\p{N}]|[.,]\\d)`, 'gu');
  const places = [...text.matchAll(whole)];
  return places.length === 1 ? (places[0]?.index ?? -1) : -1;
}

function withoutDates(text: string): string {
  return datesIn(text).reduce(
    (rest, { start, end }) => rest.slice(0, start) + '•'.repeat(end - start) + rest.slice(end),
    text,
  );
}

function namesOf(part: string): string[] {
  return [...part.matchAll(/\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+)*/gu)]
    .map((match) => match[0])
    .filter((name) => !isStopWord(fold(name)) && !FRAME.has(stem(name)));
}

function numbersOf(part: string): string[] {
  return quantitiesIn(part).map(({ start, end }) => part.slice(start, end));
}
