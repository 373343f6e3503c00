import type { Draft } from './draft.ts';
import { OPPOSITES } from './opposites.ts';
import { findingOf } from './passages.ts';
import { type Question, readQuestion } from './question.ts';
import { cite, citePassage, type Passage, signsOf } from './reading.ts';
import { type Hit, type Index, indexPassages, rarity, search } from './retrieval.ts';
import type { Citation, Finding, Skill } from './skill.ts';
import { authorOf, plainName } from './speech.ts';
import { root, sameNotion } from './vocabulary.ts';
import { countNegations, fold, stemsOf, wordsIn } from './words.ts';

/**
 * `question.answer`: the passage of the documents that answers, with the exact words in it. The type of the question
 * says what may be the answer; BM25 finds the passages; what is not covered well enough is not answered: "The
 * documents do not say". Input: `question`, the goal when absent.
 */
export const answerQuestion: Skill = (request) => {
  const text = typeof request.input.question === 'string' ? request.input.question : request.goal;
  const { materials } = request;
  if (materials.length === 0) return silent(text, 'No document was given, so nothing can be answered.', []);
  const question = readQuestion(text);
  const index = indexPassages(materials);
  const absent = absentNames(question, index);
  const hits = search(index, question.roots);
  if (absent.length > 0)
    return silent(
      text,
      `The documents do not say: they do not name ${absent.map((name) => `“${name}”`).join(', ')}.`,
      hits,
    );
  const candidates = hits
    .flatMap((hit) => candidatesOf(hit, question, index))
    .filter(
      (one) => one.hit.own >= LEAST_INSIDE && one.coverage >= leastCoverage(question, one.hit.missing, index),
    )
    .sort((a, b) => b.score - a.score);
  const best = candidates[0];
  if (!best) return silent(text, 'The documents do not say.', hits);
  return answered(text, question, best, candidates);
};

/** What the title of a document says of all its sentences is not enough for one of them to be the answer. */
const LEAST_INSIDE = 0.25;

/** An answer that a passage may give. */
interface Candidate {
  hit: Hit;
  score: number;
  coverage: number;
  /** The exact words, when the type of the question picks them out. */
  span?: Citation;
}

/**
 * Typed questions are held by their type, open ones need more of their words in one place. The rarest word is what
 * the question is about: a passage without it, or a word that no document has, must make up for it.
 */
function leastCoverage(question: Question, missing: string[], index: Index): number {
  const foreign = missing.some(
    (one) => !index.frequency.has(one) && !sameNotion(one).some((other) => index.frequency.has(other)),
  );
  const [rarest] = [...question.roots].sort((a, b) => rarity(index, b) - rarity(index, a));
  if (foreign || (rarest !== undefined && question.roots.length > 2 && missing.includes(rarest))) return 0.7;
  return question.type === 'what' || question.type === 'how' || question.type === 'yes-no' ? 0.6 : 0.5;
}

/** Names of the question that no document holds. "A" counts only as part of "Offer A". */
function absentNames(question: Question, index: Index): string[] {
  const around = new Set(index.entries.flatMap((entry) => [...entry.around]));
  const held = (one: string) =>
    index.frequency.has(one) ||
    around.has(one) ||
    sameNotion(one).some((other) => index.frequency.has(other));
  const marks = question.roots
    .filter((one) => one.includes('~') && !held(one))
    .map((one) => one.replace('~', ' '));
  return [
    ...question.names.filter(
      (name) => name.length > 1 && wordsIn(name).some((word) => !held(root(word.text))),
    ),
    ...marks,
  ];
}

function candidatesOf(hit: Hit, question: Question, index: Index): Candidate[] {
  const { passage } = hit;
  if (passage.kind === 'heading' || passage.text.endsWith('?')) return [];
  // A fragment (an address, a signature) names things and says nothing of them.
  const fragment = passage.kind === 'sentence' && !/[.!:;”"')]$/.test(passage.text);
  const base = hit.score * (0.4 + hit.coverage) * (fragment ? 0.5 : 1);
  if (question.type === 'why') {
    const reason =
      /\b(?:because|since|due to|owing to|as a result|so that|in order to|therefore|reason|caused|until|to avoid|for fear)\b/i.test(
        passage.text,
      )
        ? 1.5
        : 0.8;
    return [{ hit, score: base * reason, coverage: hit.coverage }];
  }
  if (question.kinds.length === 0)
    return [{ hit, score: base * sentenceFitness(passage, question), coverage: hit.coverage }];
  const spans = spansOf(hit, question).filter(({ fitness }) => fitness > 0.1);
  if (spans.length === 0 && question.kinds.length === 0)
    return [{ hit, score: base * 0.8, coverage: hit.coverage }];
  return spans.map(({ span, fitness }) => ({
    hit,
    span,
    score: base * fitness * nearness(span, hit, question, index),
    coverage: hit.coverage,
  }));
}

/** "What is X": a sentence that defines; sentences before rows. */
function sentenceFitness(passage: Passage, question: Question): number {
  const defines =
    question.type === 'what' &&
    /\b(?:is|are|was|means|recommend|recommends|decided|agreed|approved)\b/i.test(passage.text)
      ? 1.1
      : 1;
  return defines * (passage.kind === 'sentence' || passage.kind === 'field' ? 1 : 0.8);
}

/** The words of a passage that are of the kind asked for and not in the question itself. */
function spansOf(hit: Hit, question: Question): Array<{ span: Citation; fitness: number }> {
  const { passage, material } = hit;
  const asked = new Set(question.names.map((name) => fold(name)));
  const inQuestion = (text: string) =>
    wordsIn(plainName(text)).every(
      (word) => asked.has(fold(word.text)) || question.roots.includes(root(word.text)),
    );
  const found: Array<{ span: Citation; fitness: number }> = [];
  for (const mention of passage.mentions) {
    const rank = question.kinds.indexOf(mention.kind);
    if (rank < 0 || inQuestion(mention.text)) continue;
    found.push({
      span: cite(material, mention.start, mention.end, mention.page),
      fitness: (rank === 0 ? 1 : 0.7) * amountFitness(mention.text, mention.value, question),
    });
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
function placesIn(
  { passage, material }: Hit,
  inQuestion: (text: string) => boolean,
): Array<{ span: Citation; fitness: number }> {
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
function timesIn({ passage, material }: Hit): Array<{ span: Citation; fitness: number }> {
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
function marksIn({ passage, material }: Hit, noun: string): Array<{ span: Citation; fitness: number }> {
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
function numbersOf(
  hit: Hit,
  question: Question,
  known: Array<{ span: Citation }>,
): Array<{ span: Citation; fitness: number }> {
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

/** Words of the question that stand close to the answer make it more likely; rare words count more. */
function nearness(span: Citation, hit: Hit, question: Question, index: Index): number {
  const { passage } = hit;
  const from = span.start - passage.start;
  let near = 0;
  let all = 0;
  for (const one of question.roots) {
    const weight = rarity(index, one);
    all += weight;
    const places = wordsIn(passage.raw).filter(
      (word) => root(word.text) === one || sameNotion(one).includes(root(word.text)),
    );
    const distance = Math.min(
      ...places.map((word) =>
        Math.min(Math.abs(word.end - from), Math.abs(word.start - (from + span.quote.length))),
      ),
    );
    if (Number.isFinite(distance)) near += weight / (1 + distance / 40);
  }
  return 0.5 + (all > 0 ? near / all : 0);
}

function answered(text: string, question: Question, best: Candidate, candidates: Candidate[]): Draft {
  const { passage, material } = best.hit;
  const citations = [citePassage(material, passage), ...(best.span ? [best.span] : [])];
  const said = best.span
    ? `${best.span.quote.replace(/\s+/g, ' ')}: ${passage.text}`
    : `${yesNo(question, passage)}${passage.text}`;
  const others = candidates.filter((one) => one.hit.passage !== passage && one.score >= best.score * 0.45);
  const findings = uniqueHits([best, ...others])
    .slice(0, 6)
    .map(({ hit }): Finding => findingOf(hit.material, hit.passage));
  return {
    kind: 'answer',
    title: text.length > 120 ? `${text.slice(0, 117)}…` : text,
    answered: true,
    answer: { sentence: said, citations },
    findings,
    gaps: disagreement(best, others),
    notUnderstood:
      best.coverage < 0.65
        ? ['Not every word of the question stands near the answer; check the passage.']
        : [],
  };
}

function uniqueHits(candidates: Candidate[]): Candidate[] {
  const seen = new Set<Passage>();
  return candidates.filter(({ hit }) => !seen.has(hit.passage) && seen.add(hit.passage));
}

/** Other passages that fit nearly as well and give another value: said, not hidden. */
function disagreement(best: Candidate, others: Candidate[]): string[] {
  const value = (one: Candidate) => fold(one.span?.quote ?? '').replace(/\s+/g, ' ');
  const rivals = others.filter(
    (one) =>
      best.span &&
      one.span &&
      one.score >= best.score * 0.8 &&
      one.coverage >= best.coverage * 0.9 &&
      !value(one).includes(value(best)) &&
      !value(best).includes(value(one)),
  );
  return [
    ...new Set(
      rivals.map(
        (one) => `${one.hit.material.document.name} says “${one.span?.quote.replace(/\s+/g, ' ')}”.`,
      ),
    ),
  ].slice(0, 3);
}

function yesNo(question: Question, passage: Passage): string {
  if (question.type !== 'yes-no') return '';
  const own = new Set(stemsOf(passage.text));
  const asked = stemsOf(question.text);
  // "Was it approved?" meets "It was rejected".
  const opposed = asked.some(
    (one) =>
      !own.has(one) &&
      Object.entries(OPPOSITES).some(
        ([left, right]) => (left === one && own.has(right)) || (right === one && own.has(left)),
      ),
  );
  const denied = countNegations(passage.text) + countNegations(question.text) + Number(opposed);
  return denied % 2 === 1 ? 'It seems not: ' : 'It seems so: ';
}

function silent(text: string, sentence: string, hits: Hit[]): Draft {
  const near = hits.filter((hit) => hit.passage.kind !== 'heading').slice(0, 3);
  return {
    kind: 'answer',
    title: text.length > 120 ? `${text.slice(0, 117)}…` : text,
    answered: false,
    answer: { sentence, citations: [] },
    findings: near.filter((hit) => hit.coverage >= 0.35).map((hit) => findingOf(hit.material, hit.passage)),
    gaps: [sentence],
    notUnderstood: [],
  };
}
