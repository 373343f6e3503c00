import { describe, expect, it } from 'vitest';
import { makePdf, type Placed, setLines } from '../../../test/support/documents.ts';
import { parseDocument } from '../parse.ts';

const read = (pages: Placed[][], info = {}) => parseDocument({ name: 'a.pdf', bytes: makePdf(pages, info) });
const blocks = async (pages: Placed[][]) => {
  const { text, segments } = await read(pages);
  return segments
    .filter(({ kind }) => kind !== 'page')
    .map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);
};

const FULL = 'The harbour trust has decided to build a new quay wall in front of it,';

describe('lines become reading text', () => {
  it('joins the lines of a paragraph and makes divided words whole; compounds keep their hyphen', async () => {
    const lines = [
      'The harbour trust has decided to build a new quay wall and a float-',
      'ing pontoon. The contract was given to a firm from Bergen as a well-',
      'known builder; it ends in May.',
    ];
    expect(await blocks([setLines(lines)])).toEqual([
      'paragraph: The harbour trust has decided to build a new quay wall and a floating pontoon. The contract was given to a firm from Bergen as a well-known builder; it ends in May.',
    ]);
  });

  it('begins a paragraph after a gap, and after a line that ended early; an address stays in lines', async () => {
    const page = [
      ...setLines([FULL, 'and this is the end.', `${FULL} as said`, 'and more.'], 780),
      ...setLines([`${FULL} too`, 'and the last.'], 700),
      ...setLines(['Acme Limited', 'Quay Street', 'Galway'], 600),
    ];
    expect(await blocks([page])).toEqual([
      `paragraph: ${FULL} and this is the end.`,
      `paragraph: ${FULL} as said and more.`,
      `paragraph: ${FULL} too and the last.`,
      'paragraph: Acme Limited',
      'paragraph: Quay Street',
      'paragraph: Galway',
    ]);
  });

  it('carries a sentence over the end of a page, and both pages know their part', async () => {
    const { text, segments } = await read([
      setLines([FULL, 'and nobody could say when the con-']),
      setLines(['tract would be signed by both.', 'Another line that begins with a capital and ends here.']),
    ]);
    expect(text).toContain('when the contract would be signed by both.');
    const [first, second] = segments.filter(({ kind }) => kind === 'page');
    expect(first).toMatchObject({ page: 1, start: 0 });
    expect(text.slice(first!.start, first!.end)).toMatch(/the con$/);
    expect(text.slice(second!.start, second!.end)).toMatch(/^tract would/);
  });

  it('is not torn apart by the raised number of a footnote', async () => {
    const lines = setLines([FULL, 'and the act was signed by the president of the', 'republic on Monday.']);
    lines.splice(1, 0, { text: '1', x: 330, y: 784, size: 7 });
    expect(await blocks([lines])).toEqual([
      `paragraph: ${FULL} and the act was signed by the president of the republic on Monday.`,
    ]);
  });

  it('does not carry over what ended; twin of the above', async () => {
    const { text } = await read([setLines([FULL, 'and that was all.']), setLines(['Then the works began.'])]);
    expect(text).toContain('that was all.\n\nThen the works began.');
  });
});

describe('what stands out', () => {
  it('finds headings by size and by type, and items by their marks', async () => {
    const page: Placed[] = [
      { text: 'Design Report', y: 790, size: 20, bold: true },
      { text: '1. Summary', y: 760, size: 14, bold: true },
      ...setLines([FULL, 'and this is the end.'], 740),
      { text: 'Programme', y: 700, bold: true },
      ...setLines([FULL, 'and so on.'], 684),
      ...setLines(
        [
          '- a first item that is long enough to be broken at the end of its line,',
          '  and goes on',
          '- a second',
        ],
        640,
      ),
    ];
    const { text, segments } = await read([page]);
    const found = segments.map(({ kind, label, start, end }) => [kind, label, text.slice(start, end)]);
    expect(found.filter(([kind]) => kind === 'heading')).toEqual([
      ['heading', 'h1', 'Design Report'],
      ['heading', 'h3', '1. Summary'],
      ['heading', 'h4', 'Programme'],
    ]);
    expect(found.filter(([kind]) => kind === 'item').map(([, , item]) => item)).toEqual([
      '- a first item that is long enough to be broken at the end of its line, and goes on',
      '- a second',
    ]);
  });

  it('finds a table by its alignment, also where two columns stand close', async () => {
    const columns = [70, 160, 330, 420];
    const row = (y: number, ...cells: string[]): Placed[] =>
      cells.map((text, index) => ({ text, x: columns[index]!, y }));
    const { text, tables } = await read([
      [
        { text: 'Options', y: 780, size: 16, bold: true },
        ...row(750, 'Option', 'Description', 'Cost', 'Closed'),
        ...row(734, 'A', 'Repair', '2,150', '11 weeks'),
        ...row(718, 'B', 'A new terminal at the point', '7,400', 'none'),
        ...row(702, 'C', 'Nothing', '0', 'none'),
        { text: 'of the kind', x: 160, y: 688 },
        ...setLines([FULL, 'and this is the end.'], 640),
      ],
    ]);
    expect(tables).toHaveLength(1);
    expect(tables[0]!.name).toBe('Options');
    expect(tables[0]!.columns.map((cell) => cell.text)).toEqual(['Option', 'Description', 'Cost', 'Closed']);
    expect(tables[0]!.rows.map((cells) => cells.map((cell) => cell.text))).toEqual([
      ['A', 'Repair', '2,150', '11 weeks'],
      ['B', 'A new terminal at the point', '7,400', 'none'],
      ['C', 'Nothing of the kind', '0', 'none'],
    ]);
    for (const cell of tables[0]!.rows.flat()) expect(text.slice(cell.start, cell.end)).toBe(cell.text);
  });

  it('reads two columns one after the other, also when the file goes line by line', async () => {
    const left = Array.from({ length: 8 }, (_, index) => `the left column has words ${index}`);
    const right = Array.from({ length: 8 }, (_, index) => `the right column has words ${index}`);
    const sideBySide = left.flatMap((text, index): Placed[] => [
      { text, x: 60, y: 700 - index * 14 },
      { text: right[index]!, x: 320, y: 700 - index * 14 },
    ]);
    const { text, tables } = await read([sideBySide]);
    expect(tables).toEqual([]);
    expect(text.indexOf('left column has words 7')).toBeLessThan(text.indexOf('right column has words 0'));
  });
});

describe('heads and feet of pages', () => {
  const page = (number: number, head: string): Placed[] => [
    { text: head, y: 810, size: 8 },
    ...setLines([
      `${['Some', 'Many', 'All', 'Few'][number - 1]} of the people of the town have known it for a long time,`,
      'and this is the end.',
    ]),
    { text: `Page ${number} of 4`, y: 40, size: 8 },
  ];

  it('are left out where they repeat; the first is kept once, page numbers never', async () => {
    const { text, segments } = await read(
      [1, 2, 3, 4].map((number) => page(number, 'Design report, Galway')),
    );
    expect(text.match(/Design report, Galway/g)).toHaveLength(1);
    expect(segments[1]).toMatchObject({ kind: 'header', label: 'page header', page: 1 });
    expect(text).not.toContain('of 4');
    expect(text.match(/people of the town/g)).toHaveLength(4);
  });

  it('never take away rows that go on over pages and are alike but for their numbers', async () => {
    const rows = [1, 2, 3, 4].map((number) =>
      setLines([`Invoice ${number * 7} of the year, 100.00`, `Invoice ${number * 9} of the year, 120.00`]),
    );
    expect((await read(rows)).text.match(/Invoice/g)).toHaveLength(8);
  });

  it('stay when they do not repeat; twin', async () => {
    const { text } = await read(
      ['One', 'Two', 'Three', 'Four'].map((head, index) => page(index + 1, `${head} head`)),
    );
    for (const head of ['One head', 'Two head', 'Three head', 'Four head']) expect(text).toContain(head);
  });

  it('are known by a number that counts the pages though their words change', async () => {
    const heads = ['The site', 'The site', 'The plan', 'The risks'].map(
      (title, index) => `${index + 12} ${title}`,
    );
    const { text } = await read(heads.map((head, index) => page(index + 1, head)));
    for (const head of heads) expect(text).not.toContain(head);
  });
});

it('reads title, author, date and pages of the file', async () => {
  const info = { Title: 'Design Report', Author: 'T. Nowak', CreationDate: "D:20260914110000+02'00'" };
  expect((await read([setLines(['Text.'])], info)).meta).toEqual({
    title: 'Design Report',
    author: 'T. Nowak',
    date: '2026-09-14T09:00:00.000Z',
    pages: 1,
  });
  expect(
    (await read([setLines(['Text.'])], { Title: 'report_final.docx', CreationDate: 'D:9' })).meta,
  ).toEqual({ pages: 1 });
});
