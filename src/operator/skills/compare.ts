import { compareTables } from './compare-tables.ts';
import { findContradictions } from './contradictions.ts';
import { counted, type Draft } from './draft.ts';
import { sameNumber } from './numbers.ts';
import { findingOf, readingOf } from './passages.ts';
import { type Passage, type Reading, signsOf } from './reading.ts';
import type { Citation, Finding, Material, Skill } from './skill.ts';
import { plainName } from './speech.ts';
import { isAbout, rootSet, topicOf } from './topic.ts';
import { fold } from './words.ts';

/**
 * `documents.compare`: what two or more documents both say, where they differ (numbers, dates, names), and what only
 * one of them says. Statements are aligned by the rare words they share; more than two documents pair by pair.
 */
export const compareDocuments: Skill = (request) => {
  const { goal, materials } = request;
  const names = materials.map((material) => material.document.name);
  if (materials.length < 2) return tooFew(goal, names[0]);
  const topic =
    /\b(?:about|regarding|concerning|on the (?:subject|topic|question) of|with regard to)\b/i.test(goal)
      ? topicOf(goal, names)
      : { words: '', roots: [] };
  const readings = materials.map(readingOf);
  const pairs = pairsOf(readings).map(([left, right]) =>
    comparePair(left, right, (passage) => isAbout(passage, topic)),
  );
  return draftOf(pairs, readings, topic.words, goal);
};

/** Every pair of up to five documents; of more, each with the first. */
function pairsOf(readings: Reading[]): Array<[Reading, Reading]> {
  const pairs = readings.flatMap((left, index) =>
    readings.slice(index + 1).map((right): [Reading, Reading] => [left, right]),
  );
  return readings.length <= 5 ? pairs : pairs.filter(([left]) => left === readings[0]);
}

interface Aligned {
  left: Passage;
  right: Passage;
  likeness: number;
}

interface Pair {
  left: Material;
  right: Material;
  same: Aligned[];
  differ: Array<{ finding: Finding; cells: [string, string]; topic: string }>;
  onlyLeft: Passage[];
  onlyRight: Passage[];
}

/** Below this two statements are about different things. */
const LEAST_LIKENESS = 0.34;

function comparePair(left: Reading, right: Reading, wanted: (passage: Passage) => boolean): Pair {
  const own = (reading: Reading) =>
    reading.passages.filter(
      (passage) => passage.kind !== 'heading' && rootSet(passage.text).size >= 2 && wanted(passage),
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
    differ: [...(tables ?? [])],
    onlyLeft: [],
    onlyRight: [],
  };
  for (const one of aligned) {
    const difference = differenceOf(one);
    if (difference)
      pair.differ.push({
        finding: { sentence: bothWords(pair, one), citations: citations(pair, one) },
        cells: [one.left.text, one.right.text],
        topic: difference,
      });
    else pair.same.push(one);
  }
  for (const contradiction of findContradictions([left, right])) {
    const files = new Set(contradiction.citations.map(({ fileId }) => fileId));
    const known = pair.differ.some(({ finding }) =>
      finding.citations.every((citation) =>
        contradiction.citations.some((other) => touches(citation, other)),
      ),
    );
    if (files.size < 2 || known) continue;
    pair.same = pair.same.filter(
      (one) =>
        !citations(pair, one).every((citation) =>
          contradiction.citations.some((other) => touches(citation, other)),
        ),
    );
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
  const used = new Set(aligned.flatMap((one) => [one.left, one.right]));
  const alone = (passage: Passage) => !used.has(passage) && !inTables(passage) && weightOf(passage) > 0;
  pair.onlyLeft = first.filter(alone);
  pair.onlyRight = second.filter(alone);
  return pair;
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
  const weight = (root: string) => Math.log(1 + total / (counts.get(root) ?? 1)) ** 2;
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

/** What differs between two statements on the same thing: a kind of fact that both give, with other values. */
function differenceOf({ left, right, likeness }: Aligned): string | undefined {
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

function bothWords(pair: Pair, { left, right }: Aligned): string {
  return `${pair.left.document.name}: “${left.text}” — ${pair.right.document.name}: “${right.text}”`;
}

function citations(pair: Pair, { left, right }: Aligned): Citation[] {
  return [...findingOf(pair.left, left).citations, ...findingOf(pair.right, right).citations];
}

/** Statements worth telling when only one document has them: with a name, a date, an amount or a decision. */
function weightOf(passage: Passage): number {
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

const MOST_SAME = 15;
const MOST_ALONE = 12;

function draftOf(pairs: Pair[], readings: Reading[], topic: string, goal: string): Draft {
  const names = readings.map(({ material }) => material.document.name);
  const differ = pairs.flatMap((pair) => pair.differ.map((one) => ({ ...one, pair })));
  const same = pairs.flatMap((pair) =>
    pair.same
      .sort((a, b) => b.likeness - a.likeness)
      .slice(0, MOST_SAME)
      .map((one) => ({ one, pair })),
  );
  const onlyOne = alone(pairs, readings);
  const draft: Draft = {
    kind: 'comparison',
    title: `${names.join(' and ')} compared${topic ? `: ${topic}` : ''}`,
    answered: true,
    answer: { sentence: '', citations: [] },
    findings: [],
    gaps: [],
    notUnderstood: [],
  };
  if (differ.length + same.length + onlyOne.length === 0)
    return {
      ...draft,
      answered: false,
      answer: {
        sentence: `The documents say nothing that could be compared${topic ? ` about “${topic}”` : ''}.`,
        citations: [],
      },
      gaps: [`Nothing could be compared for “${goal}”.`],
    };
  draft.answer = answerOf(
    differ.map(({ finding }) => finding),
    same.map(({ one, pair }) => citations(pair, one)[0]),
    names,
  );
  draft.findings = [
    ...differ.map(({ finding }) => finding),
    ...same.map(({ one, pair }): Finding => ({ sentence: one.left.text, citations: citations(pair, one) })),
    ...onlyOne.map(({ passage, material }) => findingOf(material, passage)),
  ];
  const row = (relation: string, what: string, cells: [string, string], pair: Pair) => [
    relation,
    what,
    ...names.map((name) =>
      name === pair.left.document.name ? cells[0] : name === pair.right.document.name ? cells[1] : '',
    ),
  ];
  draft.table = {
    columns: ['', 'About', ...names],
    rows: [
      ...differ.map(({ topic: what, cells, pair }) => row('differ', what, cells, pair)),
      ...same.map(({ one, pair }) =>
        row('both say', one.left.heading || one.right.heading, [one.left.text, one.right.text], pair),
      ),
      ...onlyOne.map(({ passage, material }) => [
        'only one says',
        passage.heading,
        ...names.map((name) => (name === material.document.name ? passage.text : '')),
      ]),
    ],
  };
  return draft;
}

function alone(pairs: Pair[], readings: Reading[]): Array<{ passage: Passage; material: Material }> {
  return readings.flatMap(({ material }) => {
    const lists = pairs.flatMap((pair) =>
      pair.left === material ? [pair.onlyLeft] : pair.right === material ? [pair.onlyRight] : [],
    );
    const [first = [], ...others] = lists;
    return first
      .filter((passage) => others.every((list) => list.includes(passage)))
      .sort((a, b) => weightOf(b) - weightOf(a))
      .slice(0, MOST_ALONE)
      .sort((a, b) => a.start - b.start)
      .map((passage) => ({ passage, material }));
  });
}

function answerOf(differences: Finding[], same: Array<Citation | undefined>, names: string[]): Finding {
  const [first] = differences;
  const shared = same.filter((citation) => citation !== undefined);
  if (!first) {
    return shared.length > 0
      ? {
          sentence: `No difference in numbers, dates or names was found between ${names.join(' and ')}; ${shared.length} ${shared.length === 1 ? 'statement stands' : 'statements stand'} in both.`,
          citations: shared,
          computation: counted(shared),
        }
      : {
          sentence: `${names.join(' and ')} have no statement in common; each speaks of other things.`,
          citations: [],
        };
  }
  const places = differences.flatMap((one) => one.citations.slice(0, 1));
  return {
    sentence: `${differences.length} ${differences.length === 1 ? 'difference was' : 'differences were'} found between ${names.join(' and ')}. First of all: ${first.sentence}`,
    citations: first.citations,
    computation: counted(places),
  };
}

function tooFew(goal: string, name: string | undefined): Draft {
  const sentence = name
    ? `Only one document was given (${name}); a comparison needs two.`
    : 'No documents were given to compare.';
  return {
    kind: 'comparison',
    title: goal.slice(0, 120),
    answered: false,
    answer: { sentence, citations: [] },
    findings: [],
    gaps: [sentence],
    notUnderstood: [],
  };
}
