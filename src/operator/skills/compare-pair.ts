import { compareTables } from './compare-tables.ts';
import { findContradictions } from './contradictions.ts';
import { sameNumber } from './numbers.ts';
import { findingOf } from './passages.ts';
import { isGreeting } from './rank.ts';
import { type Passage, type Reading, signsOf } from './reading.ts';
import type { Citation, Finding, Material } from './skill.ts';
import { plainName } from './speech.ts';
import { rootSet } from './topic.ts';
import { sameNotion } from './vocabulary.ts';
import { fold } from './words.ts';

/** Two documents laid side by side: statements aligned by the rare words they share, then judged pair by pair. */
export interface Aligned {
  left: Passage;
  right: Passage;
  likeness: number;
}

export interface Pair {
  left: Material;
  right: Material;
  same: Aligned[];
  /** The same thing in other words, where the words may matter: slate here, clay tiles there. */
  otherwise: Aligned[];
  differ: Array<{ finding: Finding; cells: [string, string]; topic: string }>;
  onlyLeft: Passage[];
  onlyRight: Passage[];
}

/** Below this two statements are about different things. */
const LEAST_LIKENESS = 0.34;

/** Aligns and judges the passages that are wanted. */
export function comparePair(left: Reading, right: Reading, wanted: (passage: Passage) => boolean): Pair {
  const own = (reading: Reading) =>
    reading.passages.filter(
      (passage) =>
        passage.kind !== 'heading' &&
        !isGreeting(passage.text) &&
        rootSet(passage.text).size >= 2 &&
        wanted(passage),
    );
  const [first, second] = [own(left), own(right)];
  const tables = compareTables(left.material, right.material);
  const inTables = (passage: Passage) => tables !== undefined && passage.kind === 'row';
  const aligned = align(
    first.filter((passage) => !inTables(passage)),
    second.filter((passage) => !inTables(passage)),
  );
  const pair: Pair = {
    left: left.material,
    right: right.material,
    same: [],
    otherwise: [],
    differ: [...(tables ?? [])],
    onlyLeft: [],
    onlyRight: [],
  };
  // Too unlike to be said to say the same: each then stands for itself.
  const loose: Aligned[] = [];
  for (const one of aligned) {
    const difference = differenceOf(one);
    if (difference)
      pair.differ.push({
        finding: { sentence: bothWords(pair, one), citations: citationsOf(pair, one) },
        cells: [one.left.text, one.right.text],
        topic: difference,
      });
    else if (!saysOtherwise(one)) pair.same.push(one);
    else if (sharedMatter(one) >= 2) pair.otherwise.push(one);
    else loose.push(one);
  }
  for (const contradiction of findContradictions([left, right])) {
    const files = new Set(contradiction.citations.map(({ fileId }) => fileId));
    const known = pair.differ.some(({ finding }) =>
      finding.citations.every((citation) =>
        contradiction.citations.some((other) => touches(citation, other)),
      ),
    );
    if (files.size < 2 || known) continue;
    const settled = (one: Aligned) =>
      citationsOf(pair, one).every((citation) =>
        contradiction.citations.some((other) => touches(citation, other)),
      );
    pair.otherwise = pair.otherwise.filter((one) => !settled(one));
    pair.same = pair.same.filter((one) => !settled(one));
    const cell = (material: Material) =>
      contradiction.citations
        .filter(({ fileId }) => fileId === material.fileId)
        .map(({ quote }) => quote.replace(/\s+/g, ' '))
        .join(' … ');
    pair.differ.unshift({
      finding: { sentence: contradiction.sentence, citations: contradiction.citations },
      cells: [cell(pair.left), cell(pair.right)],
      topic: contradiction.subject,
    });
  }
  pair.differ.sort((a, b) => urgency(b.topic, b.cells[0]) - urgency(a.topic, a.cells[0]));
  const used = new Set(aligned.filter((one) => !loose.includes(one)).flatMap((one) => [one.left, one.right]));
  const alone = (passage: Passage) => !used.has(passage) && !inTables(passage) && weightOf(passage) > 0;
  pair.onlyLeft = first.filter(alone);
  pair.onlyRight = second.filter(alone);
  return pair;
}

/** What a reader wants to know first: contradictions and money; the dates of the papers themselves last. */
function urgency(topic: string, cell: string): number {
  if (/^(?:date|datum|version|page|printed|ref)\b/i.test(cell)) return 0;
  return /^amount in [A-Z]{3}$/.test(topic)
    ? 3
    : /^(?:amount|number|date|person|organisation|place)\b/.test(topic)
      ? 2
      : 4;
}

function touches(left: Citation, right: Citation): boolean {
  return left.fileId === right.fileId && left.start < right.end && right.start < left.end;
}

/** Best pairs first; every passage is used once. Likeness is the cosine over rare words, numbers left out. */
function align(left: Passage[], right: Passage[]): Aligned[] {
  const counts = new Map<string, number>();
  const roots = new Map<Passage, Set<string>>();
  for (const passage of [...left, ...right]) {
    const own = new Set([...rootSet(passage.text)].filter((root) => !/\d/.test(root)));
    roots.set(passage, own);
    for (const root of own) counts.set(root, (counts.get(root) ?? 0) + 1);
  }
  const total = left.length + right.length;
  // A name of four words would outweigh what is said of it.
  const names = new Set(
    [...left, ...right].flatMap(({ mentions }) =>
      mentions
        .filter(({ kind }) => kind === 'person' || kind === 'organisation' || kind === 'place')
        .flatMap(({ text }) => [...rootSet(text)]),
    ),
  );
  const weight = (root: string) =>
    Math.log(1 + total / (counts.get(root) ?? 1)) ** 2 * (names.has(root) ? 0.3 : 1);
  const norm = new Map(
    [...roots].map(([passage, own]) => [
      passage,
      Math.sqrt([...own].reduce((sum, root) => sum + weight(root), 0)),
    ]),
  );
  const index = Map.groupBy(
    right.flatMap((passage) => [...(roots.get(passage) ?? [])].map((root) => ({ root, passage }))),
    ({ root }) => root,
  );
  const candidates: Aligned[] = [];
  for (const one of left) {
    const shared = new Map<Passage, number>();
    for (const root of roots.get(one) ?? []) {
      for (const { passage } of index.get(root) ?? [])
        shared.set(passage, (shared.get(passage) ?? 0) + weight(root));
    }
    for (const [other, sum] of shared) {
      const heading =
        one.heading !== '' &&
        fold(one.heading.replace(/^[\d. ]+/, '')) === fold(other.heading.replace(/^[\d. ]+/, ''));
      const likeness = sum / ((norm.get(one) ?? 1) * (norm.get(other) ?? 1)) + (heading ? 0.08 : 0);
      if (likeness >= LEAST_LIKENESS) candidates.push({ left: one, right: other, likeness });
    }
  }
  const used = new Set<Passage>();
  return candidates
    .sort((a, b) => b.likeness - a.likeness)
    .filter((one) => {
      if (used.has(one.left) || used.has(one.right)) return false;
      used.add(one.left);
      used.add(one.right);
      return true;
    });
}

/** True when each statement has words of its own beside those they share. */
function saysOtherwise({ left, right }: Aligned): boolean {
  const [own, other] = [rootSet(left.text), rootSet(right.text)];
  const only = (here: Set<string>, there: Set<string>) =>
    [...here].filter((one) => !there.has(one) && !sameNotion(one).some((near) => there.has(near)));
  return only(own, other).length > 0 && only(other, own).length > 0;
}

/** How many words both statements share that are no names and no numbers: what they are about. */
function sharedMatter({ left, right }: Aligned): number {
  const named = rootSet([left, right].flatMap(({ mentions }) => mentions.map(({ text }) => text)).join(' '));
  const other = rootSet(right.text);
  return [...rootSet(left.text)].filter((one) => other.has(one) && !named.has(one) && !/\d/.test(one)).length;
}

/** What differs between two statements on the same thing: a kind of fact that both give, with other values. */
function differenceOf(aligned: Aligned): string | undefined {
  const { left, right, likeness } = aligned;
  if (sharedMatter(aligned) < 2) return undefined;
  const [first, second] = [signsOf(left), signsOf(right)];
  const units = (signs: typeof first) =>
    Map.groupBy(
      signs.quantities.filter(({ unit }) => unit !== 'time'),
      ({ unit }) => unit,
    );
  const [own, other] = [units(first), units(second)];
  for (const [unit, quantities] of own) {
    const there = other.get(unit);
    if (!there || (unit === '' && likeness < 0.6)) continue;
    const unmatched = quantities.filter(
      (one) =>
        !there.some(
          (two) =>
            sameNumber(one.readings, two.readings) ||
            Math.abs(one.number - two.number) <=
              Math.max(one.tolerance, two.tolerance) * Number(one.approximate || two.approximate),
        ),
    );
    const unmatchedThere = there.filter(
      (one) => !quantities.some((two) => sameNumber(one.readings, two.readings)),
    );
    if (unmatched.length > 0 && unmatchedThere.length > 0)
      return unit === '' ? 'number' : `amount in ${unit}`;
  }
  const dates = [first, second].map((signs) => signs.dates.flatMap(({ readings }) => readings));
  const [here = [], there = []] = dates;
  if (
    here.length > 0 &&
    there.length > 0 &&
    !here.some((iso) =>
      there.some((two) => iso.startsWith(two) || two.startsWith(iso) || iso.slice(-6) === two.slice(-6)),
    )
  )
    return 'date';
  if (likeness < 0.55) return undefined;
  for (const kind of ['person', 'organisation', 'place'] as const) {
    const names = [left, right].map((passage) =>
      passage.mentions
        .filter((mention) => mention.kind === kind)
        .map((mention) => fold(plainName(mention.text))),
    );
    const [one = [], two = []] = names;
    if (
      one.length > 0 &&
      two.length > 0 &&
      !one.some((name) => two.some((same) => name.includes(same) || same.includes(name)))
    )
      return kind;
  }
  return undefined;
}

/** Both statements in one sentence, each under the name of its document. */
export function bothWords(pair: Pair, { left, right }: Aligned): string {
  return `${pair.left.document.name}: “${left.text}” — ${pair.right.document.name}: “${right.text}”`;
}

/** Both places of two aligned statements. */
export function citationsOf(pair: Pair, { left, right }: Aligned): Citation[] {
  return [...findingOf(pair.left, left).citations, ...findingOf(pair.right, right).citations];
}

/** Statements worth telling when only one document has them: with a name, a date, an amount or a decision. */
export function weightOf(passage: Passage): number {
  if (passage.text.length < 25 || passage.kind === 'row') return passage.kind === 'row' ? 0.5 : 0;
  const kinds = new Set(passage.mentions.map((mention) => mention.kind));
  const numbers = signsOf(passage).quantities.some(({ unit }) => unit !== '') ? 1 : 0;
  const decided =
    /\b(?:agreed|approved|must|shall|will|decided|requires?|warrants?|liable|terminat|penalt|notice|recommend)/i.test(
      passage.text,
    )
      ? 1
      : 0;
  return kinds.size + numbers + decided;
}
