import type { Question } from './question.ts';
import { cite, signsOf } from './reading.ts';
import type { Hit } from './retrieval.ts';
import type { Citation } from './skill.ts';
import { authorOf, plainName } from './speech.ts';
import { contentRoots, root, sameNotion } from './vocabulary.ts';
import { fold, wordsIn } from './words.ts';

/** The exact words that may answer a question, by what it asks for. */

/** Words of a passage, and how well their form fits the question (1 is usual). */
export interface Span {
  span: Citation;
  fitness: number;
}

/** The words of a passage that are of the kind asked for and not in the question itself. */
export function spansOf(hit: Hit, question: Question): Span[] {
  const { passage, material } = hit;
  const asked = new Set(question.names.map((name) => fold(name)));
  const inQuestion = (text: string) =>
    wordsIn(plainName(text)).every(
      (word) => asked.has(fold(word.text)) || question.roots.includes(root(word.text)),
    );
  const found: Span[] = [];
  for (const mention of passage.mentions) {
    const rank = question.kinds.indexOf(mention.kind);
    if (rank < 0 || inQuestion(mention.text)) continue;
    found.push({
      span: cite(material, mention.start, mention.end, mention.page),
      fitness: (rank === 0 ? 1 : 0.7) * amountFitness(mention.text, mention.value, question),
    });
  }
  if (passage.row) found.push(...cellsIn(hit, question, inQuestion));
  if (question.kinds[0] === 'person') {
    for (const one of found) one.fitness *= definedAs(one.span, hit, question);
    if (found.length === 0 && question.thing !== 'name') found.push(...rolesIn(hit, inQuestion));
  }
  if (question.clock)
    found.push(
      ...timesIn(hit).map((one) => ({
        ...one,
        fitness: /\d\s?(?:a|p)\.?m|\d:\d\d|o'clock|uhr|noon|midnight/i.test(one.span.quote) ? 1.5 : 0.3,
      })),
    );
  if (question.kinds[0] === 'date' && /\b(?:until|till|by) when\b/i.test(question.text)) {
    const ends =
      /\b(?:until|till|ends? on|ended on|expires? on|up to|to|by|before|no later than)\s+(?:the )?$/i;
    for (const one of found)
      one.fitness *= ends.test(passage.raw.slice(0, one.span.start - passage.start)) ? 2.6 : 0.5;
  }
  if (question.kinds[0] === 'amount') found.push(...numbersOf(hit, question, found));
  if (question.type === 'where' && found.length === 0) found.push(...placesIn(hit, inQuestion));
  if (question.noun) found.push(...marksIn(hit, question.noun));
  if (question.kinds[0] === 'date' && found.length === 0) {
    found.push(...timesIn(hit));
    for (const date of signsOf(passage).dates)
      found.push({
        span: cite(material, passage.start + date.start, passage.start + date.end, passage.page),
        fitness: 0.9,
      });
  }
  // A letter or mail says "I": its writer is who acts.
  if (question.kinds[0] === 'person' && found.length === 0 && /\b(?:I|we)\b/.test(passage.text)) {
    const author = authorOf(material);
    if (author?.named && !inQuestion(author.name)) found.push({ span: author.named, fitness: 1 });
  }
  return found;
}

const PLACE =
  /\b(?:in|at|near|outside|inside|from|behind|beside|opposite) ((?:(?:the|a|an|our|its|their) )?(?:[\p{L}’'-]+ ?){1,5})/giu;
const NO_PLACE =
  /\b(?:january|february|march|april|may|june|july|august|september|october|november|december|time|order|case|fact|full|total|addition|general|advance|writing|detail|common|all|least|most|first|last|once|years?|months?|weeks?|days?|hours?|monday|tuesday|wednesday|thursday|friday|saturday|sunday|morning|afternoon|evening|noon)\b/i;

/** "in the town hall": a place that is no name. */
function placesIn({ passage, material }: Hit, inQuestion: (text: string) => boolean): Span[] {
  return [...passage.raw.matchAll(PLACE)].flatMap((match) => {
    const words =
      (match[1] ?? '')
        .split(
          / (?:on|at|for|until|by|with|and|is|are|was|were|that|which|during|after|before|to|of the|has|have)\b/,
        )[0]
        ?.trim() ?? '';
    const start = passage.start + match.index + match[0].indexOf(match[1] ?? '');
    return words.length < 3 || NO_PLACE.test(words) || inQuestion(words)
      ? []
      : [{ span: cite(material, start, start + words.length, passage.page), fitness: 0.7 }];
  });
}

const TIME =
  /\b(?:(?:early |late |mid-)?(?:january|february|march|april|june|july|august|september|october|november|december)(?: \d{4})?|May(?= |\.|,)(?: \d{4})?|monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|yesterday|next (?:week|month|year)|(?:spring|summer|autumn|winter)(?: (?:of )?\d{4})?|noon|midnight|\d{1,2}(?:[:.]\d{2})? ?(?:a\.?m\.?|p\.?m\.?|o'clock|uhr))/gi;

/** Times that are no date: "until September", "at 6 p.m.", "on Tuesday". */
function timesIn({ passage, material }: Hit): Span[] {
  return [...passage.raw.matchAll(TIME)]
    .filter((match) =>
      /^[\p{Lu}\d]|next|noon|midnight|tomorrow|yesterday|summer|winter|spring|autumn|early|late|mid/u.test(
        match[0],
      ),
    )
    .map((match) => ({
      span: cite(
        material,
        passage.start + match.index,
        passage.start + match.index + match[0].length,
        passage.page,
      ),
      fitness: 0.7,
    }));
}

/** "Which offer …": Offer A, Option B. */
function marksIn({ passage, material }: Hit, noun: string): Span[] {
  return [...passage.raw.matchAll(/\b(\p{L}{3,})[ -](\p{Lu}|\d{1,3})\b/gu)]
    .filter((match) => root(match[1] ?? '') === root(noun))
    .map((match) => ({
      span: cite(
        material,
        passage.start + match.index,
        passage.start + match.index + match[0].length,
        passage.page,
      ),
      fitness: 1,
    }));
}

const TIMES = /^(?:years?|months?|weeks?|days?|h|hours?|min(?:utes?)?|s|seconds?)$/i;
const SIZES =
  /^(?:m|km|cm|mm|mi|miles?|ft|feet|inch(?:es)?|yd|yards?|m²|m2|ha|hectares?|acres?|square \w+|km²|m³|metres?|meters?|kilometres?|kilometers?|l|litres?)$/i;
/** Units in which "how …" is answered. */
const LENGTHS: Record<string, RegExp> = {
  old: /^(?:years?|months?|weeks?|days?)$/i,
  long: new RegExp(`${TIMES.source}|${SIZES.source}`, 'i'),
  far: SIZES,
  wide: SIZES,
  deep: SIZES,
  high: SIZES,
  tall: SIZES,
  thick: SIZES,
  big: SIZES,
  large: SIZES,
  steep: /./,
  fast: /./,
  heavy: /^(?:kg|g|t|tonnes?|tons?|lb|pounds?)$/i,
};

function amountFitness(text: string, value: unknown, question: Question): number {
  const unit = typeof value === 'object' && value !== null && 'unit' in value ? String(value.unit) : '';
  const money = /^[A-Z]{3}$/.test(unit);
  if (question.type === 'how-much') {
    const percent = question.roots.some((one) => /^(?:percent|percentag|share|rat)$/.test(one));
    return percent ? (unit === '%' ? 1.3 : 0.6) : money ? 1.3 : 0.5;
  }
  if (question.type === 'how-long') return LENGTHS[question.thing]?.test(unit) ? 1.1 : 0;
  if (question.type === 'how-many')
    return money || unit === '%'
      ? 0.2
      : wordsIn(text).some((word) => root(word.text) === root(question.thing))
        ? 1.5
        : 0.7;
  return 1;
}

/** Numbers that the reader did not mark: "412,000", "46 households", "two lifts". */
function numbersOf(hit: Hit, question: Question, known: Array<{ span: Citation }>): Span[] {
  const { passage, material } = hit;
  return signsOf(passage).quantities.flatMap((quantity) => {
    const start = passage.start + quantity.start;
    const end = passage.start + quantity.end;
    if (
      passage.kind === 'row' ||
      quantity.unit === 'time' ||
      known.some(({ span }) => span.start < end && start < span.end)
    )
      return [];
    const after = wordsIn(passage.raw.slice(quantity.end, quantity.end + 60))
      .slice(0, 3)
      .map((word) => root(word.text));
    const counts =
      question.type === 'how-many' &&
      (after.includes(root(question.thing)) ||
        sameNotion(root(question.thing)).some((other) => after.includes(other)));
    const fitness =
      question.type === 'how-many'
        ? counts
          ? 1.4
          : 0.35
        : amountFitness('', { unit: quantity.unit }, question) * 0.8;
    return [{ span: cite(material, start, end, passage.page), fitness }];
  });
}

/** A row answers with the cell under the header that the question names: the salary of Ali Demir. */
function cellsIn(
  { passage, material }: Hit,
  question: Question,
  inQuestion: (text: string) => boolean,
): Span[] {
  return (passage.row ?? []).flatMap((cell) => {
    const own = contentRoots(cell.column.replace(/[_()./-]/g, ' '));
    const named = own.length > 0 && own.some((one) => question.roots.includes(one));
    return named && !inQuestion(cell.text)
      ? [{ span: cite(material, cell.start, cell.end, passage.page), fitness: 1.4 }]
      : [];
  });
}

/** "Marlow Estates Ltd, … (the "Landlord")", "Mayor Peter Brandt", "Anna Keller, chair of …": the source defines it. */
function definedAs(span: Citation, { passage }: Hit, question: Question): number {
  const own = question.roots.filter((one) => !question.names.some((name) => root(name) === one));
  if (own.length === 0) return 1;
  const from = span.start - passage.start;
  const after = passage.raw.slice(from + span.quote.length);
  const bracket = /^[^.;]{0,120}?\((?:the|“|"|hereinafter|”|,|\s)*([\p{L} -]{3,40})[”"]?\)/u.exec(after);
  const others = passage.mentions.some(
    ({ kind, start, end }) =>
      (kind === 'person' || kind === 'organisation') &&
      start >= span.end &&
      end - passage.start <= from + span.quote.length + (bracket?.index ?? 0) + (bracket?.[0].length ?? 0),
  );
  if (bracket?.[1] && !others && holds(bracket[1], own)) return 4;
  const beside = [
    /^(?:,| is| was|:| –| -)\s+(?:the |our |an? )?([^,.;:]{3,60})/u.exec(after)?.[1],
    /((?:(?!(?:and|by|for|of|to|with|from|the)\b)\p{L}+[ -]){1,3}|(?:the |our )[\p{L} -]{3,30}(?:,|:| is| was) )$/u.exec(
      passage.raw.slice(Math.max(0, from - 42), from),
    )?.[1],
  ];
  return beside.some((words) => words && holds(words, own)) ? 1.6 : 1;
}

function holds(words: string, roots: readonly string[]): boolean {
  const own = new Set(contentRoots(words));
  return roots.every((one) => own.has(one) || sameNotion(one).some((other) => own.has(other)));
}

const ROLE =
  /(?:^|[,;:] )((?:The|An?|Our|Each|Every|Either|the) (?:\p{L}+ ){0,2}\p{L}+)(?= (?:is|are|was|were|will|shall|must|has|have|had|may|can|pays?|bears?|owns?|decides?|appoints?)\b)/gu;

/** "The Landlord is responsible …": whoever acts, where no name stands. */
function rolesIn({ passage, material }: Hit, inQuestion: (text: string) => boolean): Span[] {
  return [...passage.raw.matchAll(ROLE)].flatMap((match) => {
    const words = match[1] ?? '';
    const start = passage.start + match.index + match[0].length - words.length;
    return inQuestion(words)
      ? []
      : [{ span: cite(material, start, start + words.length, passage.page), fitness: 0.45 }];
  });
}
