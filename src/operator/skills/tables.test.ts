import { describe, expect, it } from 'vitest';
import { brokenCitations, readMaterial, requestOf } from '../../../test/support/materials.ts';
import { cellNumber, decimalMarkOf, exactSum, isTotalRow } from './cells.ts';
import type { Draft } from './draft.ts';
import type { Material } from './skill.ts';
import { readTableQuestion } from './table-question.ts';
import { computeTables } from './tables.ts';

const SALES = `order_id,date,region,sales_rep,product,quantity,amount,status
1001,2026-01-05,North,Ada Lind,Pump,2,"1,200.50",paid
1002,2026-01-19,South,Ben Roth,Valve,10,350.00,open
1003,2026-02-02,North,Ada Lind,Valve,4,140.00,paid
1004,2026-02-11,East,Cy Moss,Pump,1,600.25,open
1005,2026-03-08,South,Ben Roth,Motor,1,"2,100.00",paid
1006,2026-03-20,East,Ada Lind,Motor,1,,cancelled
1007,2026-03-28,South,Cy Moss,Valve,3,n/a,open
1008,2026-04-01,North,Ben Roth,Pump,1,(100.00),paid
Total,,,,,23,"4,290.75",
`;
const KOSTEN = 'Posten;Betrag;Konto\nMiete;1.234,50;4210\nStrom;89,90;4240\nVersicherung;2.000,00;4360\n';
const MIXED = 'item,price\nDesk,€ 200\nChair,$50\nLamp,€ 40\n';

async function ask(
  goal: string,
  ...files: Array<[string, string]>
): Promise<{ draft: Draft; materials: Material[] }> {
  const given: Array<[string, string]> = files.length > 0 ? files : [['sales.csv', SALES]];
  const materials = await Promise.all(given.map(([name, text]) => readMaterial(name, text)));
  // A skill gives what its contract says; the type of a skill's output is unknown.
  const draft = computeTables(requestOf(goal, materials)) as Draft;
  expect(brokenCitations(draft, materials)).toEqual([]);
  return { draft, materials };
}

describe('a cell', () => {
  it.each([
    ['1,234.50', '.', 1234.5, ''],
    ['1.234,50', ',', 1234.5, ''],
    ['(123)', '.', -123, ''],
    ['-5', '.', -5, ''],
    ['5-', '.', -5, ''],
    ['€ 1,200', '.', 1200, 'EUR'],
    ['1 200,00 €', ',', 1200, 'EUR'],
    ['$1,000,000.00', '.', 1_000_000, 'USD'],
    ['12.5 %', '.', 12.5, '%'],
    ['EUR 40', '.', 40, 'EUR'],
  ] as const)('%s with the mark %s is %d %s', (text, mark, value, unit) => {
    expect(cellNumber(text, mark)).toEqual({ value, unit });
  });

  it.each(['n/a', '', 'Pump 2', '12 of 14', '2026-01-05', '1,23,4', 'INV-17', '(12'])(
    '“%s” is no number',
    (text) => {
      expect(cellNumber(text, '.')).toBeUndefined();
    },
  );

  it('takes its decimal mark from its column', () => {
    expect(decimalMarkOf(['1.234', '89,90'])).toBe(',');
    expect(decimalMarkOf(['1,234', '89.90'])).toBe('.');
    expect(decimalMarkOf(['1,234', '2,500'])).toBe('.');
    expect(decimalMarkOf(['1.234.567', '5'])).toBe(',');
  });

  it('adds up without the errors of binary fractions', () => {
    expect(exactSum([0.1, 0.2])).toBe(0.3);
    expect(exactSum(Array.from({ length: 1_000 }, () => 0.01))).toBe(10);
    expect(exactSum([])).toBe(0);
    expect(exactSum([1e21, 1])).toBeGreaterThan(1e20);
  });

  it('is in a total row only when the row says so', () => {
    const row = (text: string) => [{ text, start: 0, end: text.length }];
    for (const text of [
      'Total',
      'Grand total',
      'SUM',
      'Subtotal Q1',
      'Gesamtsumme',
      'Total costs (EUR)',
      'Total 2026',
    ])
      expect(isTotalRow(row(text))).toBe(true);
    for (const text of ['Total Energies', 'Summer', 'Totally', 'North'])
      expect(isTotalRow(row(text)), text).toBe(false);
  });
});

describe('a question to a table', () => {
  it.each([
    ['Total the amounts per region', { operation: 'sum', groupBy: 'region' }],
    ['average price by product', { operation: 'average', groupBy: 'product' }],
    ['How many orders are open?', { operation: 'count', groupBy: '' }],
    ['highest amount', { operation: 'maximum', groupBy: '' }],
    ['Which region has the highest sales?', { ranked: 'region', limit: 1, order: 'most' }],
    ['top 3 products by amount', { ranked: 'products', limit: 3, order: 'most' }],
    ['Which vendor got the least?', { ranked: 'vendor', limit: 1, order: 'least' }],
    ['list the open orders', { operation: 'list' }],
  ])('“%s”', (goal, read) => {
    expect(readTableQuestion(goal)).toMatchObject(read);
  });
});

describe('tables.compute', () => {
  it.each<[string, number]>([
    ['Total the amount column', 4290.75],
    ['What is the total amount for March?', 2100],
    ['total amount in Q1', 4390.75],
    ['Sum of amount where status is open', 950.25],
    ['total amount of everything that is not paid', 950.25],
    ['How much did Ada Lind sell in total?', 1340.5],
    ['total amount since 2026-02-02', 2740.25],
    ['total amount between 2026-01-10 and 2026-02-28', 1090.25],
    ['average amount for the South', 1225],
    ['the largest amount', 2100],
    ['smallest amount', -100],
    ['How many orders are open?', 3],
    ['How many orders were there in February?', 2],
    ['total quantity of valves', 17],
    ['sum of the amounts over 500', 3900.75],
    ['total amount for North and South', 3690.5],
    ['total amount without the South', 1840.75],
  ])('“%s” is %d', async (goal, wanted) => {
    const { draft } = await ask(goal);
    expect(draft.answer.computation?.result, draft.answer.sentence).toBe(wanted);
    expect(draft.answered).toBe(true);
  });

  it('does not count the total row, and says that it agrees', async () => {
    const { draft } = await ask('Total the amount column');
    expect(draft.answer.computation?.operands).toHaveLength(6);
    expect(draft.findings.map(({ sentence }) => sentence).join(' ')).toContain('agrees with its rows');
  });

  it('says which rows were left out, and why', async () => {
    const { draft } = await ask('Total the amount column');
    expect(draft.gaps.join(' ')).toMatch(/2 rows have nothing in “amount”.*1006.*1007/);
    const odd = await ask('total amount', ['a.csv', 'what,amount\nA,10\nB,approx. ten\nC,5\nD,7\n']);
    expect(odd.draft.answer.computation?.result).toBe(22);
    expect(odd.draft.gaps.join(' ')).toContain('“approx. ten” is not a number');
  });

  it('groups, ranks and names the group in the answer', async () => {
    const { draft } = await ask('Total amount per region');
    expect(draft.table?.rows).toEqual([
      ['South', '2,450', '2'],
      ['North', '1,240.5', '3'],
      ['East', '600.25', '1'],
    ]);
    expect((await ask('Which region has the highest total amount?')).draft.answer.sentence).toContain(
      'South',
    );
    expect((await ask('Which sales rep has the lowest amount?')).draft.answer.sentence).toContain('Cy Moss');
    expect((await ask('Who sold the most?')).draft.answer.sentence).toContain('Ben Roth');
    const months = await ask('total amount by month');
    expect(months.draft.table?.rows.map(([month]) => month)).toEqual([
      '2026-01',
      '2026-02',
      '2026-03',
      '2026-04',
    ]);
    const counts = await ask('How many orders per status?');
    expect(counts.draft.table?.rows).toContainEqual(['paid', '4']);
  });

  it('reads numbers the way their column writes them', async () => {
    const { draft } = await ask('total Betrag', ['kosten.csv', KOSTEN]);
    expect(draft.answer.computation?.result).toBe(3324.4);
  });

  it('never adds up different currencies', async () => {
    const { draft } = await ask('total price', ['mixed.csv', MIXED]);
    const results = [draft.answer, ...draft.findings].flatMap(({ computation }) =>
      computation?.unit ? [[computation.unit, computation.result]] : [],
    );
    expect(results).toEqual([
      ['EUR', 240],
      ['USD', 50],
    ]);
    expect(draft.notUnderstood.join(' ')).toContain('several units');
  });

  it('takes files with the same header as one table', async () => {
    const { draft } = await ask(
      'total amount',
      ['jan.csv', 'vendor,amount\nA,1\nB,2\n'],
      ['feb.csv', 'vendor,amount\nA,4\n'],
    );
    expect(draft.answer.computation?.result).toBe(7);
  });

  it('finds the table that fits, by header, by name and by value', async () => {
    const other: [string, string] = ['staff.csv', 'employee,salary\nAda,50000\nBen,40000\n'];
    expect((await ask('total salary', ['sales.csv', SALES], other)).draft.answer.computation?.result).toBe(
      90000,
    );
    expect((await ask('total in staff', ['sales.csv', SALES], other)).draft.answer.computation?.result).toBe(
      90000,
    );
    expect((await ask('total for Pump', other, ['sales.csv', SALES])).draft.answer.computation?.result).toBe(
      1700.75,
    );
  });

  it.each(['Total amount for the vendor Acme', 'total amount in 2031', 'How much did Zoe Quist sell?'])(
    '“%s” is not answered with a total of everything',
    async (goal) => {
      const { draft } = await ask(goal);
      expect(draft.answered).toBe(false);
      expect(draft.answer.computation).toBeUndefined();
    },
  );

  it('says that there is no table', async () => {
    const { draft } = await ask('total amount', ['a.txt', 'A letter without any table at all.']);
    expect(draft).toMatchObject({
      answered: false,
      answer: { sentence: 'No table was found in the documents.' },
    });
  });

  it('reads tables of Markdown and HTML too', async () => {
    const md = await ask('total cost', [
      'a.md',
      '# Costs\n\n| Item | Cost |\n|---|---|\n| A | €10 |\n| B | €15 |\n| **Total** | €25 |\n',
    ]);
    expect(md.draft.answer.computation).toMatchObject({ result: 25, unit: 'EUR' });
    const html = await ask('average score', [
      'a.html',
      '<table><tr><th>Name</th><th>Score</th></tr><tr><td>A</td><td>4</td></tr><tr><td>B</td><td>5</td></tr></table>',
    ]);
    expect(html.draft.answer.computation?.result).toBe(4.5);
  });
});

describe('a table as the second reading of a question', () => {
  const STAFF =
    'name,department,city,start_date,salary\nKarin Holm,Finance,Hamburg,2018-03-01,71000\nAli Demir,IT,Hamburg,2019-11-01,64000\nEva Lang,IT,Munich,2023-05-02,58000\n';
  const strictly = async (goal: string) => {
    const materials = [await readMaterial('staff.csv', STAFF)];
    const draft = computeTables(requestOf(goal, materials, { input: { strict: true } })) as Draft;
    expect(brokenCitations(draft, materials)).toEqual([]);
    return draft;
  };

  it.each<[string, string]>([
    ['What is the average salary in IT?', '61,000'],
    ['How many people work in Hamburg?', '2 rows'],
    ['Who joined after 2020?', 'Eva Lang: 1 row'],
    ['Employees with a salary over 60000', 'Karin Holm, Ali Demir'],
  ])('“%s” is answered: %s', async (goal, words) => {
    const draft = await strictly(goal);
    expect(draft.answered).toBe(true);
    expect(draft.answer.sentence).toContain(words);
  });

  it.each([
    'How many dogs work in Hamburg?',
    'How much is the parking fee?',
    'Average salary in HR',
    'Who is the mayor?',
  ])('“%s” is left alone, because a word names nothing in the table', async (goal) => {
    expect(await strictly(goal)).toMatchObject({ answered: false });
  });
});
