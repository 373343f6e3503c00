import { describe, expect, it } from 'vitest';
import { brokenCitations, readMaterial, requestOf } from '../../../test/support/materials.ts';
import { MAIL, MINUTES, OFFER_A, OFFER_B } from '../../../test/support/papers.ts';
import { answerQuestion } from './answer.ts';
import { buildTimeline } from './chronology.ts';
import type { Draft } from './draft.ts';
import { extractFacts, kindsIn } from './facts.ts';
import { writeReport } from './report.ts';
import type { Report, Skill } from './skill.ts';
import { computeTables } from './tables.ts';
import { boundsOf, topicOf } from './topic.ts';

async function draftOf(
  skill: Skill,
  goal: string,
  files: Record<string, string>,
  input = {},
): Promise<Draft> {
  const materials = await Promise.all(Object.entries(files).map(([name, text]) => readMaterial(name, text)));
  // The type of a skill's output is unknown; these make drafts.
  const draft = skill(requestOf(goal, materials, { input })) as Draft;
  expect(brokenCitations(draft, materials)).toEqual([]);
  return draft;
}
const offers = { 'offer-a.txt': OFFER_A, 'offer-b.txt': OFFER_B };

describe('facts.extract', () => {
  it.each([
    ['Extract all amounts', ['amount']],
    ['List every e-mail address', ['email']],
    ['postal addresses and e-mail addresses', ['email', 'address']],
    ['all people and companies', ['person', 'organisation']],
    ['dates and deadlines', ['date']],
    ['phone numbers', ['phone']],
    ['invoice numbers', ['identifier']],
    ['links', ['url']],
    ['Tell me a joke', []],
  ])('“%s” asks for %j', (goal, kinds) => {
    expect(kindsIn(goal)).toEqual(kinds);
  });

  it('lists every amount with its value and the sentence it stands in', async () => {
    const draft = await draftOf(extractFacts, 'Extract all amounts', offers);
    const values = draft.table?.rows.map((row) => `${row[2]} ${row[3]}`);
    expect(values).toEqual(expect.arrayContaining(['79500 EUR', '68200 EUR']));
    expect(draft.table?.rows.every((row) => row[6]?.includes(row[1] ?? '?'))).toBe(true);
    expect(draft.answer.computation?.result).toBe(draft.findings.length);
  });

  it('takes amounts from the columns of tables', async () => {
    const draft = await draftOf(extractFacts, 'Extract all amounts', {
      'a.csv': 'item,amount_eur\nPump,1200.50\nBelt,7\n',
    });
    expect(draft.table?.rows.map((row) => `${row[2]} ${row[3]}`)).toEqual(['1200.5 EUR', '7 EUR']);
  });

  it('keeps to bounds and topics', async () => {
    const big = await draftOf(extractFacts, 'Extract all amounts over €70,000', offers);
    expect(big.table?.rows.map((row) => row[1])).toEqual(['€79,500']);
    const topic = await draftOf(extractFacts, 'Extract all amounts about the warranty', offers);
    expect(topic.table?.rows.map((row) => row[1])).toEqual(['ten years', 'five years']);
    expect(boundsOf('at least 5').least).toBe(5);
    expect(topicOf('all amounts').roots).toEqual([]);
  });

  it('says so when there is none of a kind', async () => {
    const draft = await draftOf(extractFacts, 'List all phone numbers', { 'a.md': MINUTES });
    expect(draft).toMatchObject({ answered: false });
    expect(draft.answer.sentence).toBe('No phone numbers were found in the documents.');
    expect((await draftOf(extractFacts, 'amounts about penguins', offers)).answered).toBe(false);
  });
});

describe('timeline.build', () => {
  it('puts events of all documents in order, one entry for what two documents say alike', async () => {
    const draft = await draftOf(buildTimeline, 'Build a timeline', {
      'm.md': MINUTES,
      'mail.eml': MAIL,
      ...offers,
    });
    const dates = draft.table?.rows.map(([date]) => date) ?? [];
    expect(dates).toEqual([...dates].sort());
    expect(dates).toEqual(expect.arrayContaining(['2025-04-02', '2025-05-05', '2025-06-02', '2025-07-01']));
    const twice = await draftOf(buildTimeline, 'timeline', { 'a.txt': OFFER_A, 'b.txt': OFFER_A });
    expect(twice.table?.rows.filter(([date]) => date === '2025-05-05').map((row) => row[2])).toEqual([
      'a.txt, b.txt',
    ]);
  });

  it('keeps to a topic and to a period, and says when nothing is left', async () => {
    const files = {
      'a.txt':
        'Project Heron began on 3 May 2024. Project Crane began on 4 June 2025. Heron ended on 1 July 2026.',
    };
    expect(
      (await draftOf(buildTimeline, 'Timeline of Project Heron', files)).table?.rows.map(([date]) => date),
    ).toEqual(['2024-05-03', '2026-07-01']);
    expect(
      (await draftOf(buildTimeline, 'What happened in 2025? Timeline', files)).table?.rows.map(
        ([date]) => date,
      ),
    ).toEqual(['2025-06-04']);
    expect((await draftOf(buildTimeline, 'timeline since 2025', files)).table?.rows).toHaveLength(2);
    expect(await draftOf(buildTimeline, 'Timeline of Project Stork', files)).toMatchObject({
      answered: false,
    });
  });

  it('gives a day without a year the year of its document, and says so; without one it is not placed', async () => {
    const dated = await draftOf(buildTimeline, 'timeline', {
      'a.txt': 'Report of 5 March 2024\n\nThe crane fell over on 3 February and hurt nobody.',
    });
    expect(dated.table?.rows.map(([date]) => date)).toContain('2024-02-03');
    expect(dated.notUnderstood.join()).toContain('was taken to be in 2024');
    const bare = await draftOf(buildTimeline, 'timeline', {
      'a.txt': 'The crane fell over on 3 February and hurt nobody.',
    });
    expect(bare.answered).toBe(false);
    expect(bare.notUnderstood.join()).toContain('names no year');
  });

  it('does not bury events under the records of a long table', async () => {
    const rows = Array.from(
      { length: 30 },
      (_, index) => `2025-01-${String((index % 28) + 1).padStart(2, '0')},Shop ${index},10`,
    ).join('\n');
    const files = {
      'ledger.csv': `date,payee,amount\n${rows}\n`,
      'a.txt': 'The bridge was opened on 4 June 2025 by the mayor.',
    };
    const both = await draftOf(buildTimeline, 'timeline', files);
    expect(both.table?.rows).toHaveLength(1);
    expect(both.gaps.join()).toContain('ledger.csv');
    expect(
      (await draftOf(buildTimeline, 'timeline', { 'ledger.csv': files['ledger.csv'] })).table?.rows.length,
    ).toBeGreaterThan(20);
  });
});

describe('report.write', () => {
  it('puts the direct answer first and tells what documents it stands on', async () => {
    const material = await readMaterial('offer-a.txt', OFFER_A);
    const answer = answerQuestion(requestOf('When does the work start?', [material]));
    const report = writeReport(
      requestOf('When does the work start?', [material], { results: { answer } }),
    ) as Report;
    expect(report.answer.sentence).toContain('5 May 2025');
    expect(report).toMatchObject({ kind: 'answer', gaps: [] });
    expect(report.documents.map(({ name }) => name)).toEqual(['offer-a.txt']);
    expect(report.howMade).toContain('no language model');
  });

  it('uses the reading that found an answer, whatever the order', async () => {
    const text = await readMaterial('offer-a.txt', OFFER_A);
    const table = await readMaterial('a.csv', 'item,amount\nPump,3\nBelt,4\n');
    const goal = 'What is the total amount?';
    const results = {
      answer: answerQuestion(requestOf(goal, [text])),
      compute: computeTables(requestOf(goal, [table])),
    };
    const report = writeReport(
      requestOf(goal, [text, table], { results, input: { order: ['compute', 'answer'] } }),
    ) as Report;
    expect(report.answer.computation?.result).toBe(7);
    expect(report.kind).toBe('total');
  });

  it('puts the facts of many files together and counts them again', async () => {
    const materials = [
      await readMaterial('offer-a.txt', OFFER_A),
      await readMaterial('offer-b.txt', OFFER_B),
    ];
    const parts = Object.fromEntries(
      materials.map((one, index) => [`part-${index}`, extractFacts(requestOf('Extract all dates', [one]))]),
    );
    const report = writeReport(requestOf('Extract all dates', materials, { results: parts })) as Report;
    expect(report.table?.rows.map((row) => row[4])).toEqual(
      expect.arrayContaining(['offer-a.txt', 'offer-b.txt']),
    );
    expect(report.answer.computation?.result).toBe(4);
    expect(report.answer.sentence).toContain('4 different dates');
    expect(brokenCitations(report, materials)).toEqual([]);
  });

  it('says that nothing was found when no step found anything', () => {
    const report = writeReport(requestOf('Goal', [])) as Report;
    expect(report.answer.citations).toEqual([]);
    expect(report.gaps).toHaveLength(1);
  });
});

describe('a long result', () => {
  it('is cut to what can be read and checked, says so, and still counts everything', async () => {
    const rows = Array.from({ length: 1_500 }, (_, index) => `item ${index},${index}.25`).join('\n');
    const draft = await draftOf(extractFacts, 'Extract all amounts', {
      'a.csv': `item,amount_eur\n${rows}\n`,
    });
    expect(draft.answer.computation?.result).toBe(1_500);
    expect(draft.findings).toHaveLength(300);
    expect(draft.table?.rows).toHaveLength(1_000);
    expect(draft.gaps.join(' ')).toMatch(/first 300 of 1500 findings.*first 1000 of 1500 rows/);
  });
});
