import type { Entity } from './entities.ts';
import { type Passage, type Reading, signsOf } from './reading.ts';
import { isStopWord, overlap, stem, stemsOf, wordsIn } from './words.ts';

/**
 * Which sentences matter. Salience = how central a sentence is to its document and to all documents (TF-IDF against
 * the centroid) + what it does (decides, obliges, sets a date, names money, warns) + whom it names. Chosen with
 * maximal marginal relevance (Carbonell & Goldstein 1998), so that no two points say the same.
 */
export interface Ranked {
  passage: Passage;
  fileId: string;
  score: number;
  stems: Set<string>;
}

const DECISION =
  /\b(?:decid\w+|decisions?|approv\w+|agreed|resolv\w+|resolution|awarded|reject\w+|refus\w+|elected|appointed|adopted|voted|signed|granted|terminat\w+|cancel\w+|selected|chose|chosen)\b/i;
const EVENT =
  /\b(?:confirm\w*|opens?|opened|opening|starts?|started|begins?|began|ends?|ended|complet\w+|deliver\w*|launch\w*|publish\w*|takes place)\b/i;
const OBLIGATION =
  /\b(?:must|shall|undertakes?|obliged?|obligations?|required to|requires?|responsible for|agrees to|commits? to|has to|have to|is to (?:pay|deliver|provide|submit)|liable|mandatory|prohibited|not permitted)\b/i;
const DEADLINE =
  /\b(?:deadline|due|no later than|not later than|at the latest|by the end of|expires?|until|before|within \d+|by (?:\d|january|february|march|april|may|june|july|august|september|october|november|december|monday|friday))\b/i;
const RISK =
  /\b(?:risks?|delay\w*|fail\w*|breach\w*|penalt\w+|shortage|concern\w*|overrun\w*|unsafe|dispute\w*|warn\w*|danger\w*|damag\w+|problem\w*|defect\w*|shortfall|accident|leak\w*|lawsuit|bankrupt\w*|insolven\w*|not (?:yet )?(?:met|paid|delivered|approved|available)|missing|overdue|critical|vulnerab\w+)\b/i;
const RESULT =
  /\b(?:results?|found that|shows? that|concluded?|therefore|in total|increased|decreased|rose|fell|grew|recommend\w*|propos\w+|purpose|aims? to|goal|main|important|significant|key|first time|largest|new)\b/i;
const BOILERPLATE =
  /\b(?:confidential(?:ity)? notice|unsubscribe|all rights reserved|copyright|©|intended (?:only )?for the (?:addressee|recipient)|page \d+ of \d+|click here|cookies?|privacy policy|terms of use|do not reply|sent from my|table of contents|printed on|this page intentionally|isbn|issn|no warranty|as is)\b/i;
const GREETING =
  /^(?:dear\b|hi\b|hello\b|hey\b|good (?:morning|afternoon|evening|day)|(?:kind|best|warm|many)?\s*regards|yours (?:sincerely|faithfully|truly)|sincerely|cheers|thank(?:s| you)\b|looking forward|we look forward|i hope (?:this|you)|hope (?:this|you)|please (?:find|see) (?:attached|enclosed)|please do not hesitate|sehr geehrte|mit freundlichen|cordialement)/i;
const DANGLING =
  /^(?:it|they|he|she|this|these|those|that|such|both|its|their|his|her|here|there|then|also|in (?:that|this|these|those|both|such)|at that|for this|because of this|to this end|however|moreover|furthermore|therefore|thus|hence|so|but|and|or|nor|yet|instead|otherwise|meanwhile|in addition|for example|for instance|as a result|in this case|the (?:former|latter|same))\b/i;
const VERB =
  /\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|shall|should|must|may|might|can|could|\p{L}{3,}(?:ed|es|izes?|ifies)|said|says|made|met|paid|held|led|began|won|lost|sold|took|gave|sent|built|found|set|put|cut|rose|fell|grew|became|owns?|costs?|needs?|wants?|plans?|works?|runs?|pays?|starts?|ends?|opens?|takes?|gets?|gives?|comes?|goes|makes?|shows?|leads?|holds?|keeps?|means?|ist|sind|wird|werden|wurde|hat|haben|muss|est|sont|sera|avoir|fait|es|son|fue)\b|\b(?:I|we|they|you)\s+\p{Ll}+/iu;

/** True for greetings, closings and phrases of courtesy. */
export function isGreeting(text: string): boolean {
  return GREETING.test(text);
}

/**
 * How well a passage stands on its own as a sentence: 0 for fragments, greetings, boilerplate and questions, lower
 * for what leans on the sentence before, 1 for a whole plain statement.
 */
export function sentenceQuality(passage: Passage): number {
  const { text, kind } = passage;
  if (kind !== 'sentence' || text.length < 30 || text.length > 420) return 0;
  if (isGreeting(text) || BOILERPLATE.test(text) || text.endsWith('?') || text.endsWith(':')) return 0;
  const words = wordsIn(text);
  if (words.length < 6 || !VERB.test(text)) return 0;
  const letters = text.replace(/[^\p{L}]/gu, '').length;
  if (letters / text.length < 0.6 || text === text.toUpperCase()) return 0;
  if (!/[.!…”")\]]$/.test(text)) return /^\p{Lu}/u.test(text) && words.length > 8 ? 0.35 : 0;
  if (!/^["“'(]?[\p{Lu}\p{N}€$£]/u.test(text)) return 0.2;
  let quality = 1;
  if (DANGLING.test(text)) quality -= 0.5;
  if (/\b(?:I|my|me|you|your)\b/.test(text)) quality -= 0.3;
  if (text.length > 280) quality -= 0.25;
  if (/\.{4,}|_{3,}|\|/.test(text)) quality -= 0.6;
  if (
    /^(?:minutes|report|notes?|agenda|summary|copy|invoice|letter|prepared|written)\s+(?:of|for|to|on|by)\b/i.test(
      text,
    )
  )
    quality -= 0.8;
  return Math.max(0.05, quality);
}

/** Ranks all sentences that can stand alone, best first. `goal` words count as interest. */
export function rankSentences(readings: Reading[], entities: Entity[], goal: string): Ranked[] {
  const candidates = readings.flatMap(({ material, passages }) =>
    passages.flatMap((passage) => {
      const quality = sentenceQuality(passage);
      return quality > 0
        ? [{ passage, fileId: material.fileId, quality, stems: signsOf(passage).stems }]
        : [];
    }),
  );
  const idf = inverseFrequencies(candidates.map(({ stems }) => stems));
  const overall = centroid(candidates, idf);
  const byFile = new Map(
    [...Map.groupBy(candidates, ({ fileId }) => fileId)].map(([fileId, group]) => [
      fileId,
      centroid(group, idf),
    ]),
  );
  const weights = entityWeights(entities);
  const phrases = phraseStems(readings);
  const wanted = new Set(stemsOf(goal).filter((word) => !GOAL_NOISE.has(word)));
  const ranked = candidates.map(({ passage, fileId, quality, stems }) => {
    const own = cosine(stems, byFile.get(fileId) ?? new Map(), idf);
    const all = cosine(stems, overall, idf);
    const named = passage.mentions.reduce(
      (sum, mention) => sum + (weights.get(mention.start + fileId) ?? 0),
      0,
    );
    const asked = [...stems].filter((word) => wanted.has(word)).length;
    const phrased = [...stems].filter((word) => phrases.get(fileId)?.has(word)).length;
    const score =
      quality *
      (0.9 * own +
        0.7 * all +
        0.35 * Math.min(named, 2) +
        0.12 * Math.min(phrased, 4) +
        0.25 * Math.min(asked, 3) +
        weightOf(passage) +
        0.3);
    return { passage, fileId, score, stems };
  });
  return ranked.sort((a, b) => b.score - a.score || a.passage.start - b.passage.start);
}

const GOAL_NOISE = new Set(
  'brief summarise summarize summary source sources matter document documents file files please give list find tell show'
    .split(' ')
    .map(stem),
);

/** What a sentence does: decide, oblige, set a date, name money, warn. */
function weightOf(passage: Passage): number {
  const { text, position } = passage;
  const { dates, quantities } = signsOf(passage);
  let weight = 0;
  if (DECISION.test(text)) weight += 0.55;
  if (OBLIGATION.test(text)) weight += 0.4;
  if (dates.length > 0) weight += DEADLINE.test(text) ? 0.5 : EVENT.test(text) ? 0.45 : 0.2;
  const money = quantities
    .filter(({ unit }) => /^[A-Z]{3}$/.test(unit))
    .map(({ number }) => Math.abs(number));
  // a contract of millions says more than a fee of hundreds
  if (money.length > 0) weight += 0.25 + 0.06 * Math.log10(Math.max(...money) + 1);
  else if (quantities.some(({ unit }) => unit !== '' && unit !== 'time')) weight += 0.2;
  if (RISK.test(text)) weight += 0.45;
  if (RESULT.test(text)) weight += 0.15;
  if (position < 0.1) weight += 0.15;
  if (/\b(?:summary|conclusion|decision|result|abstract|recommendation|key|action)/i.test(passage.heading))
    weight += 0.25;
  if (
    /\b(?:references|bibliography|acknowledg|licen[cs]e|copyright|contents|index|footnotes)/i.test(
      passage.heading,
    )
  )
    weight -= 0.8;
  return weight;
}

/** Takes `count` sentences: the best first, each as unlike the chosen ones as it is salient; documents share. */
export function chooseDiverse(ranked: Ranked[], count: number): Ranked[] {
  const pool = ranked.slice(0, Math.max(200, count * 12));
  const top = pool[0]?.score ?? 1;
  const chosen: Ranked[] = [];
  const perFile = new Map<string, number>();
  while (chosen.length < count && pool.length > 0) {
    let best = -1;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (const [index, item] of pool.entries()) {
      const alike = chosen.reduce((most, other) => Math.max(most, overlap(item.stems, other.stems)), 0);
      if (alike > 0.55) continue;
      const crowd = perFile.get(item.fileId) ?? 0;
      const score = 0.7 * (item.score / top) - 0.3 * alike - 0.07 * crowd;
      if (score > bestScore) {
        bestScore = score;
        best = index;
      }
    }
    const [item] = best < 0 ? [] : pool.splice(best, 1);
    if (!item) break;
    chosen.push(item);
    perFile.set(item.fileId, (perFile.get(item.fileId) ?? 0) + 1);
  }
  return chosen;
}

function inverseFrequencies(sentences: Array<Set<string>>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const stems of sentences) for (const word of stems) counts.set(word, (counts.get(word) ?? 0) + 1);
  const total = Math.max(1, sentences.length);
  return new Map([...counts].map(([word, count]) => [word, Math.log(1 + total / count)]));
}

function centroid(sentences: Array<{ stems: Set<string> }>, idf: Map<string, number>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { stems } of sentences) {
    for (const word of stems)
      if (!isStopWord(word)) sums.set(word, (sums.get(word) ?? 0) + (idf.get(word) ?? 0));
  }
  // words of a single sentence say nothing about what the whole is about
  const strongest = [...sums].sort((a, b) => b[1] - a[1]).slice(0, 120);
  return new Map(strongest);
}

function cosine(stems: Set<string>, centre: Map<string, number>, idf: Map<string, number>): number {
  let dot = 0;
  let own = 0;
  for (const word of stems) {
    const weight = idf.get(word) ?? 0;
    dot += weight * (centre.get(word) ?? 0);
    own += weight * weight;
  }
  const norm = Math.sqrt(own) * normOf(centre);
  return norm > 0 ? dot / norm : 0;
}

const norms = new WeakMap<Map<string, number>, number>();

function normOf(centre: Map<string, number>): number {
  let norm = norms.get(centre);
  if (norm === undefined) {
    norm = Math.sqrt([...centre.values()].reduce((sum, value) => sum + value * value, 0));
    norms.set(centre, norm);
  }
  return norm;
}

/** Importance of the entity behind each mention (by place), relative to the most important one. */
function entityWeights(entities: Entity[]): Map<string, number> {
  const top = entities[0]?.importance || 1;
  const weights = new Map<string, number>();
  for (const entity of entities) {
    // a date or an amount matters by itself only where several documents name it
    if ((entity.kind === 'date' || entity.kind === 'amount') && entity.documents.size < 2) continue;
    for (const { mention, fileId } of entity.mentions)
      weights.set(mention.start + fileId, entity.importance / top);
  }
  return weights;
}

function phraseStems(readings: Reading[]): Map<string, Set<string>> {
  return new Map(
    readings.map(({ material }) => [
      material.fileId,
      new Set(material.analysis.keyPhrases.slice(0, 10).flatMap(({ phrase }) => stemsOf(phrase))),
    ]),
  );
}
