import { bothWords, citationsOf, comparePair, type Pair, weightOf } from './compare-pair.ts';
import { bounded, counted, type Draft } from './draft.ts';
import { findingOf, readingOf } from './passages.ts';
import type { Passage, Reading } from './reading.ts';
import type { Citation, Finding, Material, Skill } from './skill.ts';
import { isAbout, topicOf } from './topic.ts';

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
  return bounded(draftOf(pairs, readings, topic.words, goal));
};

/** Every pair of up to five documents; of more, each with the first. */
function pairsOf(readings: Reading[]): Array<[Reading, Reading]> {
  const pairs = readings.flatMap((left, index) =>
    readings.slice(index + 1).map((right): [Reading, Reading] => [left, right]),
  );
  return readings.length <= 5 ? pairs : pairs.filter(([left]) => left === readings[0]);
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
  const otherwise = pairs.flatMap((pair) => pair.otherwise.map((one) => ({ one, pair })));
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
  if (differ.length + same.length + otherwise.length + onlyOne.length === 0)
    return {
      ...draft,
      answered: false,
      answer: {
        sentence: `Nothing that could be compared was found in the documents${topic ? ` about “${topic}”` : ''}.`,
        citations: [],
      },
      gaps: [`Nothing could be compared for “${goal}”.`],
    };
  draft.answer = answerOf(
    differ.map(({ finding }) => finding),
    same.map(({ one, pair }) => citationsOf(pair, one)[0]),
    names,
  );
  draft.findings = [
    ...differ.map(({ finding }) => finding),
    ...otherwise.map(
      ({ one, pair }): Finding => ({ sentence: bothWords(pair, one), citations: citationsOf(pair, one) }),
    ),
    ...same.map(({ one, pair }): Finding => ({ sentence: one.left.text, citations: citationsOf(pair, one) })),
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
      ...otherwise.map(({ one, pair }) =>
        row('said otherwise', one.left.heading || one.right.heading, [one.left.text, one.right.text], pair),
      ),
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
          sentence: `No difference in numbers, dates or names was found between ${names.length === 2 ? names.join(' and ') : 'the documents'}; ${shared.length} ${shared.length === 1 ? 'statement is' : 'statements are'} in both.`,
          citations: shared,
          computation: counted(shared),
        }
      : {
          sentence: `No statement was found that ${names.length === 2 ? names.join(' and ') : 'the documents'} have in common.`,
          citations: [],
        };
  }
  if (differences.length === 1) return first;
  const places = differences.flatMap((one) => one.citations.slice(0, 1));
  return {
    sentence: `${differences.length} differences were found between ${names.length === 2 ? names.join(' and ') : 'the documents'}.`,
    citations: first.citations,
    computation: counted(places),
  };
}

function tooFew(goal: string, name: string | undefined): Draft {
  const sentence = name
    ? `No comparison is possible: ${name} is the only document.`
    : 'No document was given to compare.';
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
