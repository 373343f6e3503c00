import { describe, expect, it } from 'vitest';
import { findContradictions, reportContradictions } from './contradictions.ts';
import { materialOf, requestOf } from './fixture.ts';
import { read } from './reading.ts';

const names = {
  persons: ['Jane Doe', 'Peter Marsh', 'Ann Lee'],
  organisations: ['Heron Energy', 'Falcon Works'],
  places: ['Lisbon', 'Porto'],
};

function found(...texts: string[]): string[] {
  const readings = texts.map((text, index) => read(materialOf(`${'abcdef'[index]}.md`, text, names)));
  return findContradictions(readings).map(({ sentence }) => sentence);
}

describe('what cannot both be right is found', () => {
  it.each([
    ['budgets', 'The budget of Project Heron is EUR 1.2 million.', "Heron's budget is EUR 1.4 million."],
    [
      'budgets in other words',
      'Project Heron has a budget of EUR 1.2 million.',
      'The budget of Project Heron amounts to EUR 1.4 million.',
    ],
    [
      'a budget approved',
      'The board approved a budget of EUR 1.2 million for Project Heron.',
      'The budget of Project Heron is EUR 900,000.',
    ],
    ['opening dates', 'The Heron plant will open on 3 May 2026.', 'The Heron plant opens on 10 May 2026.'],
    [
      'people in a role',
      'Jane Doe is the project manager of Heron.',
      'The project manager of Heron is Peter Marsh.',
    ],
    [
      'an appositive role',
      'Jane Doe, managing director of Falcon Works, signed.',
      'Peter Marsh, managing director of Falcon Works, was ill.',
    ],
    [
      'yes and no',
      'The council approved the building permit for Heron.',
      'The council did not approve the building permit for Heron.',
    ],
    [
      'approved and rejected',
      'The council approved the building permit for Heron.',
      'The council rejected the building permit for Heron.',
    ],
    [
      'fields of two documents on one thing',
      '# Project Heron\nBudget: EUR 1.2 million',
      '# Project Heron\nBudget: EUR 1.3 million',
    ],
    [
      'a field and a sentence',
      '# Project Heron\nOpening: 3 May 2026',
      '# Project Heron\nHeron will open on 4 May 2026.',
    ],
    [
      'rows of tables',
      'Item | Cost (EUR)\nPump station | 4,200\nValve | 10',
      'Item | Cost (EUR)\nPump station | 4,700\nPipe | 12',
    ],
    ['heads counted', 'Falcon Works employs 120 people.', 'Falcon Works employs 95 people.'],
    [
      'budgets in German',
      'Das Budget von Projekt Heron beträgt 1,2 Millionen Euro.',
      'Das Budget von Projekt Heron beträgt 1,4 Millionen Euro.',
    ],
    [
      'dates in German',
      'Die Heron-Brücke öffnet am 3. Mai 2026.',
      'Die Heron-Brücke öffnet am 10. Mai 2026.',
    ],
    ['a capacity', 'The capacity of the Heron plant is 12 MW.', 'The Heron plant has a capacity of 15 MW.'],
  ])('%s', (_what, a, b) => {
    const [sentence, ...more] = found(a, b);
    expect(sentence).toMatch(/^a\.md says “.+”; b\.md says “.+”$/);
    expect(more).toEqual([]);
  });

  it('without the name of the thing, where the documents are of one matter', () => {
    const lease = 'Jane Doe lets the house to Falcon Works. The annual rent is EUR 54,000.';
    const letter = 'Dear Jane Doe, as agreed with Falcon Works, the annual rent is EUR 58,000.';
    expect(found(lease, letter)).toHaveLength(1);
    expect(found(lease, 'Ann Lee wrote to Peter Marsh. The annual rent is EUR 58,000.')).toEqual([]);
  });

  it('with half a name, where only one thing has it', () => {
    const minutes = 'Heron Energy met Jane Doe. The Heron Energy plant will open on 3 May 2026.';
    const letter = 'Heron Energy wrote to Jane Doe. The energy plant will open on 9 May 2026.';
    expect(found(minutes, letter)).toHaveLength(1);
  });

  it('inside one document', () => {
    expect(
      found('The budget of Heron is EUR 5 million. Work goes on. The budget of Heron is EUR 6 million.'),
    ).toHaveLength(1);
  });

  it('a total that its rows do not add up to, with the sum to be computed again', () => {
    const table = 'Item | Cost (EUR)\nPump | 100\nPipe | 200\nTotal | 350';
    const [wrong] = findContradictions([read(materialOf('costs.csv', table))]);
    expect(wrong?.sentence).toBe('costs.csv says the total of Cost (EUR) is 350; its 2 rows add up to 300');
    expect(wrong?.computation).toMatchObject({ operation: 'sum', result: 300, unit: 'EUR' });
  });

  it('quotes each side to the letter', () => {
    const materials = [
      materialOf('a.md', 'The budget of\nProject Heron is EUR 1.2 million.'),
      materialOf('b.md', 'The budget of Project Heron is EUR 2 million.'),
      materialOf('c.md', 'Nothing else.'),
    ];
    for (const { citations } of findContradictions(materials.map((material) => read(material)))) {
      for (const { fileId, start, end, quote } of citations) {
        const text = materials.find((material) => material.fileId === fileId)?.document.text ?? '';
        expect(text.slice(start, end)).toBe(quote);
      }
    }
  });
});

describe('what only looks like a contradiction is left alone', () => {
  it.each([
    ['rounding', 'The budget of Heron is about EUR 1.2 million.', 'The budget of Heron is EUR 1,198,500.'],
    [
      'rounding without "about"',
      'The budget of Heron is EUR 1.2 million.',
      'The budget of Heron is EUR 1,198,500.',
    ],
    [
      'years',
      'The budget of Heron in 2025 is EUR 1 million.',
      'The budget of Heron in 2026 is EUR 2 million.',
    ],
    [
      'quarters',
      'The turnover of Heron in Q1 2026 was EUR 1 million.',
      'The turnover of Heron in Q2 2026 was EUR 2 million.',
    ],
    ['currencies', 'The budget of Heron is EUR 1 million.', 'The budget of Heron is USD 1.1 million.'],
    ['parts', 'The cost of Heron phase 1 is EUR 1 million.', 'The cost of Heron phase 2 is EUR 2 million.'],
    ['versions', 'The size of Heron version 1 is 5 MB.', 'The size of Heron version 2 is 6 MB.'],
    [
      'plan and outcome',
      'The planned cost of Heron is EUR 1 million.',
      'The actual cost of Heron is EUR 2 million.',
    ],
    ['different things', 'The budget of Heron is EUR 1 million.', 'The budget of Falcon is EUR 2 million.'],
    [
      'different attributes',
      'The budget of Heron is EUR 1 million.',
      'The turnover of Heron is EUR 2 million.',
    ],
    [
      'a change that says so',
      'The budget of Heron is EUR 1 million.',
      'The budget of Heron was raised to EUR 2 million.',
    ],
    ['an update', 'Heron will open on 3 May 2026.', 'The opening of Heron was postponed to 10 May 2026.'],
    ['payments', 'Heron Energy paid EUR 500 on Monday.', 'Heron Energy paid EUR 700 on Friday.'],
    ['less exact dates', 'Heron will open on 3 May 2026.', 'Heron will open in May 2026.'],
    ['repeated meetings', 'The board met on 3 May 2026.', 'The board met on 7 June 2026.'],
    [
      'former and present',
      'Jane Doe, former managing director of Heron, spoke.',
      'Peter Marsh is the managing director of Heron.',
    ],
    ['short and full name', 'Jane Doe is the mayor of Porto.', 'The mayor of Porto is Jane Doe.'],
    ['two people in different places', 'Jane Doe is the mayor of Porto.', 'Ann Lee is the mayor of Lisbon.'],
    [
      'a condition',
      'The council will approve the permit for Heron.',
      'The council will not approve the permit for Heron unless it is paid.',
    ],
    [
      'a denial of something else',
      'The council approved the permit for Heron.',
      'The council did not approve the permit for Falcon.',
    ],
    ['units apart', 'The length of Heron is 5 km.', 'The length of Heron is 5000 m.'],
    [
      'fields of documents on different things',
      '# Project Heron\nBudget: EUR 1 million',
      '# Project Falcon\nBudget: EUR 2 million',
    ],
    ['rows of one table', 'Item | Cost (EUR)\nPump | 5\nPump | 7', 'Nothing else is said here.'],
    ['settings of one document', 'port: 80\nport: 1081', 'Nothing else is said here.'],
    [
      'one sentence with two values',
      'The length of Heron is 7 km and the length of Heron is 9 km.',
      'Nothing else is said here.',
    ],
    [
      'a second date of another thing',
      'Heron begins on 3 May 2026 and should be complete by 9 June 2026.',
      'Heron should be complete by 1 July 2026.',
    ],
    [
      'two things that act alike',
      'A runtime error will stop the Heron plant.',
      'A runtime warning will not stop the Heron plant.',
    ],
    ['a denial of a word', 'We load a document of Heron.', 'We load a document (not a sheet) of Heron.'],
    ['a list of records', 'Amount: EUR 5', 'Amount: EUR 6\nAmount: EUR 7\nAmount: EUR 8'],
  ])('%s', (_what, a, b) => {
    expect(found(a, b)).toEqual([]);
  });

  it('a total that is right', () => {
    expect(found('Item | Cost\nPump | 100\nPipe | 200\nTotal | 300')).toEqual([]);
  });
});

describe('the skill', () => {
  it('answers with the contradictions, or says that none was found', () => {
    const a = materialOf('a.md', 'The budget of Heron is EUR 5 million.');
    const b = materialOf('b.md', 'The budget of Heron is EUR 6 million.');
    const report = reportContradictions(requestOf([a, b]));
    expect(report.findings).toHaveLength(1);
    expect(report.answer).toMatchObject({
      sentence: '1 contradiction was found.',
      computation: { result: 1 },
    });
    const none = reportContradictions(requestOf([a]));
    expect(none.findings).toEqual([]);
    expect(none.answer.sentence).toBe('No contradiction was found in the document.');
  });
});
