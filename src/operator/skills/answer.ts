import { aboutEntity } from './about.ts';
import { spansOf } from './answer-spans.ts';
import type { Draft } from './draft.ts';
import { mergeEntities } from './entities.ts';
import { OPPOSITES } from './opposites.ts';
import { findingOf, readingOf } from './passages.ts';
import { type Question, readQuestion } from './question.ts';
import { citePassage, type Passage } from './reading.ts';
import { type Hit, type Index, indexPassages, rarity, search } from './retrieval.ts';
import type { Citation, Finding, Material, Skill } from './skill.ts';
import { contentRoots, root, sameNotion } from './vocabulary.ts';
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
  const question = readQuestion(withoutNames(text, materials));
  const known = whoIs(question, materials);
  if (known) return { ...silent(text, '', []), answered: true, answer: known, findings: [known], gaps: [] };
  const decided = decisionsIn(question, materials);
  if (decided[0])
    return { ...silent(text, '', []), answered: true, answer: decided[0], findings: decided, gaps: [] };
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

/** The question without names of files: they say where to look, not what for. */
function withoutNames(text: string, materials: readonly Material[]): string {
  const names = materials.map(({ document }) => document.name).sort((a, b) => b.length - a.length);
  return names.reduce(
    (rest, name) =>
      rest.replaceAll(
        new RegExp(
          `\\s*\\b(?:in|of|from|according to)?\\s*${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`,
          'gi',
        ),
        ' ',
      ),
    text,
  );
}

/** "Who is Erik Dahl?": what the sources say of the person, nothing when they only name him. */
function whoIs(question: Question, materials: Material[]): Finding | undefined {
  if (question.type !== 'who' || question.names.length === 0) return undefined;
  const names = question.names.map((name) => root(name));
  if (!question.roots.every((one) => names.includes(one))) return undefined;
  const entities = mergeEntities(materials.map(readingOf)).filter(
    ({ kind }) => kind === 'person' || kind === 'organisation',
  );
  const entity = entities.find(({ name }) =>
    names.every((one) => wordsIn(name).some((word) => root(word.text) === one)),
  );
  return entity && aboutEntity(entity, new Map(materials.map((material) => [material.fileId, material])));
}

const DECIDING = new Set(
  contentRoots(
    'decide decided decision agree agreed approve approved resolve resolved rejected adopted take taken make made reach minutes meeting committee group board council',
  ),
);

/** "What was decided?": every sentence in which somebody decides, and what stands under a heading of decisions. */
function decisionsIn(question: Question, materials: readonly Material[]): Finding[] {
  const asks = /\b(?:decisions?|decided?|agreed|resolved|approved|rejected|adopted)\b/i.test(question.text);
  if (
    !asks ||
    question.type !== 'what' ||
    question.roots.length === 0 ||
    !question.roots.every((one) => DECIDING.has(one))
  )
    return [];
  return materials.flatMap((material) =>
    readingOf(material)
      .passages.filter(({ kind, text, heading }) => {
        if (kind === 'heading' || kind === 'row' || /^no decision\b/i.test(text) || text.endsWith('?'))
          return false;
        return (
          /\b(?:approved|agreed|rejected|resolved|decided|adopted)\b/i.test(text) ||
          /\b(?:decisions?|resolutions?)\b/i.test(heading) ||
          /^decisions?:/i.test(text)
        );
      })
      .toSorted(
        (a, b) => Number(/\bdecisions?\b/i.test(b.heading)) - Number(/\bdecisions?\b/i.test(a.heading)),
      )
      .map((passage) => findingOf(material, passage)),
  );
}

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
  if (question.type === 'what' || question.type === 'how')
    return rarest !== undefined && missing.includes(rarest) ? 0.6 : 0.52;
  return question.type === 'yes-no' ? 0.6 : 0.5;
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
  const { passage, material } = hit;
  if (passage.kind === 'heading') return [];
  if (passage.text.endsWith('?')) {
    // A question in the text is answered by what follows it.
    const { passages } = readingOf(material);
    const next = passages[passages.indexOf(passage) + 1];
    return next && next.kind !== 'heading' && !next.text.endsWith('?') && hit.own >= 0.6
      ? candidatesOf({ ...hit, passage: next, score: hit.score * 0.9 }, question, index)
      : [];
  }
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
    gaps: disagreement(question, best, others),
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
function disagreement(question: Question, best: Candidate, others: Candidate[]): string[] {
  const value = (one: Candidate) => fold(one.span?.quote ?? '').replace(/\s+/g, ' ');
  if (question.type === 'yes-no') {
    const against = others.filter(
      (one) =>
        one.coverage >= best.coverage * 0.9 &&
        yesNo(question, one.hit.passage) !== yesNo(question, best.hit.passage),
    );
    return against
      .slice(0, 3)
      .map((one) => `${one.hit.material.document.name} says otherwise: ${one.hit.passage.text}`);
  }
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
  return denied % 2 === 1 ? 'No: ' : 'Yes: ';
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
