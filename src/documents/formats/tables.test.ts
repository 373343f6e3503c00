import { type CellObject, utils, write } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import type { DocumentText } from '../document.ts';
import { parseDocument } from '../parse.ts';

/** csv, xlsx and json: the formats that are tables. */
const read = (name: string, content: string | Uint8Array) =>
  parseDocument({ name, bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content });
const shape = ({ tables }: DocumentText) =>
  tables.map(({ name, columns, rows }) => ({
    name,
    columns: columns.map((cell) => cell.text),
    rows: rows.map((row) => row.map((cell) => cell.text)),
  }));

describe('csv', () => {
  it.each([',', ';', '\t', '|'])(
    'finds the delimiter %j, with quotes and line ends inside cells',
    async (delimiter) => {
      const lines = [
        ['Name', 'City', 'Sum'],
        [`"Acme${delimiter} Ltd"`, '"Gal\nway"', '"1"'],
        ['Bolt', 'Köln', '2'],
      ];
      const document = await read('pay.csv', lines.map((cells) => cells.join(delimiter)).join('\r\n'));
      expect(shape(document)).toEqual([
        {
          name: 'pay',
          columns: ['Name', 'City', 'Sum'],
          rows: [
            [`Acme${delimiter} Ltd`.replace('\t', ''), 'Gal way', '1'],
            ['Bolt', 'Köln', '2'],
          ],
        },
      ]);
    },
  );

  it('knows titles above, blank rows between, and a table without header', async () => {
    const document = await read(
      'a.csv',
      'Payments of 2026,,\n,,\nDate,To,Sum\n1 May,Acme,5\n\n1,2,3\n4,5,6\n',
    );
    expect(document.text.startsWith('Payments of 2026\n\nDate | To | Sum\n')).toBe(true);
    expect(shape(document)).toEqual([
      { name: 'a', columns: ['Date', 'To', 'Sum'], rows: [['1 May', 'Acme', '5']] },
      {
        name: 'a (2)',
        columns: ['', '', ''],
        rows: [
          ['1', '2', '3'],
          ['4', '5', '6'],
        ],
      },
    ]);
  });

  it('takes years as heads, fills short rows, reads decimal commas as they stand', async () => {
    const document = await read('a.csv', 'Region;2024;2025\nNorth;1,5;2,5\nSouth;3\n');
    expect(shape(document)[0]).toMatchObject({
      columns: ['Region', '2024', '2025'],
      rows: [
        ['North', '1,5', '2,5'],
        ['South', '3', ''],
      ],
    });
  });
});

describe('xlsx', () => {
  const number = (v: number, z: string): CellObject => ({ t: 'n', v, z });
  const book = (sheets: Record<string, unknown[][]>, hidden: string[] = []) => {
    const workbook = utils.book_new();
    for (const [name, rows] of Object.entries(sheets))
      utils.book_append_sheet(workbook, utils.aoa_to_sheet(rows), name);
    workbook.Workbook = {
      Sheets: workbook.SheetNames.map((name) => ({ name, Hidden: hidden.includes(name) ? 1 : 0 })),
    };
    return new Uint8Array(write(workbook, { type: 'array', bookType: 'xlsx' }));
  };

  it('shows numbers, shares, money and dates as a person sees them', async () => {
    const cells = [
      number(46095, 'm/d/yy'),
      number(46095, 'dd.mm.yyyy'),
      number(46095, 'd mmmm yyyy'),
      number(1234.5, '#,##0.00 "€"'),
      number(0.125, '0.0%'),
      number(1234.5, 'General'),
    ];
    const document = await read('a.xlsx', book({ Data: [['A', 'B', 'C', 'D', 'E', 'F'], cells] }));
    expect(shape(document)[0]?.rows).toEqual([
      ['2026-03-14', '14.03.2026', '14 March 2026', '1,234.50 €', '12.5%', '1234.5'],
    ]);
  });

  it('reads every sheet in order under its name, hidden ones with a warning', async () => {
    const document = await read(
      'a.xlsx',
      book(
        {
          Plan: [
            ['Step', 'Who'],
            ['Dig', 'Ann'],
          ],
          Costs: [
            ['Item', 'Sum'],
            ['Sand', 5],
          ],
        },
        ['Costs'],
      ),
    );
    expect(document.text).toBe('Plan\n\nStep | Who\nDig | Ann\n\nCosts\n\nItem | Sum\nSand | 5');
    expect(document.segments.filter(({ kind }) => kind === 'sheet').map(({ label }) => label)).toEqual([
      'Plan',
      'Costs',
    ]);
    expect(shape(document).map(({ name }) => name)).toEqual(['Plan', 'Costs']);
    expect(document.warnings).toEqual(['The sheet "Costs" is hidden in the file; it was read.']);
  });

  it('says that a formula was never computed, and shows errors as such', async () => {
    const formula: CellObject = { t: 'n', f: 'SUM(B2:B3)' };
    const error: CellObject = { t: 'e', v: 0x07, w: '#DIV/0!' };
    const document = await read(
      'a.xlsx',
      book({
        Data: [
          ['Item', 'Sum'],
          ['Sand', formula],
          ['Rock', error],
        ],
      }),
    );
    expect(document.text).toContain('Rock | #DIV/0!');
    expect(document.warnings.join()).toMatch(/^$|hold no computed value/);
  });
});

describe('json', () => {
  it('writes fields by path, lists of records as tables, numbers as they stand in the source', async () => {
    const source =
      '{"title": "Contract", "value": 2490000.10, "big": 12345678901234567890, "tags": ["a", "b"], "parties": [{"name": "Acme", "role": "builder"}, {"name": "Trust"}], "deep": {"list": [{"x": {"y": true}}]}, "none": null}';
    const document = await read('a.json', source);
    expect(document.text.split('\n').filter(Boolean)).toEqual([
      'title: Contract',
      'value: 2490000.10',
      'big: 12345678901234567890',
      'tags: a, b',
      'name | role',
      'Acme | builder',
      'Trust | ',
      'deep.list[0].x.y: true',
    ]);
    expect(shape(document)).toEqual([
      {
        name: 'parties',
        columns: ['name', 'role'],
        rows: [
          ['Acme', 'builder'],
          ['Trust', ''],
        ],
      },
    ]);
    expect(document.segments[0]).toMatchObject({ kind: 'field', label: 'title' });
    expect(document.meta).toEqual({ title: 'Contract' });
  });

  it('reads one value per line, and names a value that nobody reads', async () => {
    expect(shape(await read('a.jsonl', '{"a": 1}\n{"a": 2}\n'))[0]?.rows).toEqual([['1'], ['2']]);
    const picture = await read('a.json', JSON.stringify({ name: 'x', data: 'A'.repeat(100_001) }));
    expect(picture.text).toBe('name: x');
    expect(picture.warnings).toEqual(['The field data holds 100001 characters; it was left out.']);
  });
});
