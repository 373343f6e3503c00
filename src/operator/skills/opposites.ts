import { contradiction } from './contradictions.ts';
import { comparable, qualifiersOf } from './qualifiers.ts';
import { sentenceQuality } from './rank.ts';
import { citePassage, type Passage, type Reading, signsOf } from './reading.ts';
import type { Contradiction, Material } from './skill.ts';
import { addTo, countNegations, overlap, stem, stemsOf } from './words.ts';

/** Pairs of verbs that deny one another; the left one counts as the denied right one. */
export const OPPOSITES: Record<string, string> = Object.fromEntries(
  (
    [
      ['rejected', 'approved'],
      ['disapproved', 'approved'],
      ['refused', 'accepted'],
      ['declined', 'accepted'],
      ['denied', 'confirmed'],
      ['disagreed', 'agreed'],
      ['absent', 'present'],
      ['incomplete', 'complete'],
      ['unpaid', 'paid'],
      ['unsigned', 'signed'],
      ['unsafe', 'safe'],
      ['invalid', 'valid'],
      ['closed', 'open'],
      ['lost', 'won'],
      ['failed', 'passed'],
      ['prohibited', 'allowed'],
      ['forbidden', 'allowed'],
      ['optional', 'mandatory'],
      ['guilty', 'innocent'],
    ] as const
  ).map(([left, right]) => [stem(left), stem(right)]),
);

/** A denial of a word, not of the sentence: "(not a stylesheet)", "not X but Y", "not only". */
const SET_APART =
  /[(,–—]\s*not\b|\bnot\b[^.]*\bbut\b|\bnot only\b|\bor not\b|\bno (?:more|less|later|fewer)\b/i;

interface Statement {
  passage: Passage;
  material: Material;
  stems: Set<string>;
  denied: boolean;
}

/** How alike two sentences must be, apart from the denial, to be about the same thing (Jaccard over stems). */
const ALIKE = 0.7;

/** Pairs of sentences of which one denies what the other says. Looked up by rare words, never pair by pair. */
export function findOpposites(readings: Reading[], names: Map<string, string>): Contradiction[] {
  const statements = readings.flatMap(({ material, passages }) =>
    passages.flatMap((passage) => statementOf(passage, material)),
  );
  const byStem = new Map<string, Statement[]>();
  for (const statement of statements.filter(({ denied }) => !denied)) {
    for (const word of statement.stems) addTo(byStem, word, statement);
  }
  const found: Contradiction[] = [];
  for (const denial of statements.filter(({ denied }) => denied)) {
    const partner = partnerOf(denial, byStem);
    if (!partner) continue;
    const sides = [partner, denial].map(({ passage, material }) => ({
      sentence: passage.text,
      citations: [citePassage(material, passage)],
    }));
    const subject = whether(partner);
    found.push(contradiction(subject, sides, names));
  }
  return found;
}

function statementOf(passage: Passage, material: Material): Statement[] {
  // only whole sentences state something; "An unsigned type." is a label
  if (sentenceQuality(passage) < 0.4 || passage.text.length > 300) return [];
  if (qualifiersOf(passage.raw, passage).loose || SET_APART.test(passage.text)) return [];
  const words = stemsOf(passage.text);
  let flips = countNegations(passage.text) > 0 ? 1 : 0;
  const stems = new Set(
    words.map((word) => {
      const opposite = OPPOSITES[word];
      if (opposite) flips += 1;
      return opposite ?? word;
    }),
  );
  return stems.size >= 3 && stems.size <= 30 ? [{ passage, material, stems, denied: flips % 2 === 1 }] : [];
}

function partnerOf(denial: Statement, byStem: Map<string, Statement[]>): Statement | undefined {
  const rare = [...denial.stems]
    .map((word) => byStem.get(word) ?? [])
    .filter((list) => list.length > 0)
    .sort((a, b) => a.length - b.length)
    .slice(0, 4);
  let best: { statement: Statement; score: number } | undefined;
  for (const statement of new Set(rare.flatMap((list) => list.slice(0, 200)))) {
    if (bothAddWords(denial.stems, statement.stems)) continue;
    const score = overlap(denial.stems, statement.stems);
    if (score >= ALIKE && score > (best?.score ?? 0) && sameCircumstances(denial, statement))
      best = { statement, score };
  }
  return best?.statement;
}

/** "A warning will not stop it", "an error will stop it": each has a word of its own, so they speak of two things. */
function bothAddWords(a: Set<string>, b: Set<string>): boolean {
  return [...a].some((word) => !b.has(word)) && [...b].some((word) => !a.has(word));
}

function sameCircumstances(a: Statement, b: Statement): boolean {
  const left = signsOf(a.passage);
  const right = signsOf(b.passage);
  const numbers = (list: typeof left.quantities) =>
    list.map(({ number, unit }) => `${number} ${unit}`).join();
  if (
    left.quantities.length > 0 &&
    right.quantities.length > 0 &&
    numbers(left.quantities) !== numbers(right.quantities)
  ) {
    return false;
  }
  // names that only one side has make it another matter
  const extra = [...a.stems]
    .filter((word) => !b.stems.has(word))
    .concat([...b.stems].filter((word) => !a.stems.has(word)));
  const proper = new Set(
    [...a.passage.mentions, ...b.passage.mentions]
      .filter(({ kind }) => kind === 'person' || kind === 'organisation' || kind === 'place')
      .flatMap(({ text }) => stemsOf(text)),
  );
  if (extra.some((word) => proper.has(word))) return false;
  return comparable(qualifiersOf(a.passage.raw, a.passage), qualifiersOf(b.passage.raw, b.passage));
}

/** "whether the partners approved the purchase" */
function whether({ passage }: Statement): string {
  const text = passage.text.replace(/[.!]$/, '');
  return `whether ${text.replace(/^(?:The|A|An|Our|Their|Its|We|They)\b/, (word) => word.toLowerCase())}`;
}
