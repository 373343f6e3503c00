import { utils, write } from '@e965/xlsx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeDocx, makePdf, makePptx, setLines, wordParagraph } from '../../test/support/documents.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { DocumentText, DocumentType } from './document.ts';
import { parseDocument } from './parse.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const parse = (name: string, content: string | Uint8Array) =>
  parseDocument({ name, bytes: typeof content === 'string' ? bytesOf(content) : content });

/** The law of positions: what a segment or cell claims is what stands there. */
function checkPositions(document: DocumentText): void {
  const { text, segments, tables } = document;
  expect(text.isWellFormed()).toBe(true);
  expect(text.includes('\u0000') || text.includes('\r')).toBe(false);
  let last = 0;
  for (const { start, end } of segments) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(text.length);
    last = start;
  }
  const blocks = segments.filter(({ kind }) => !['page', 'slide', 'sheet'].includes(kind));
  for (const block of blocks) expect(text.slice(block.start, block.end).trim()).not.toBe('');
  for (const [index, block] of blocks.entries()) {
    const next = blocks[index + 1];
    if (next) expect(next.start).toBeGreaterThanOrEqual(block.end);
  }
  for (const table of tables) {
    for (const cell of [table.columns, ...table.rows].flat()) {
      expect(text.slice(cell.start, cell.end)).toBe(cell.text);
    }
    const widths = new Set([table.columns, ...table.rows].map((row) => row.length));
    expect(widths.size).toBe(1);
  }
}

const workbook = (rows: unknown[][]) => {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), 'Data');
  return new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' }));
};

const MAIL =
  'From: Ann <ann@example.org>\r\nTo: Bob <bob@example.org>\r\nMessage-ID: <1@x>\r\nSubject: Plan\r\n\r\nHello Bob.\r\n';
const SAMPLES: Array<[DocumentType, string, string | Uint8Array, string]> = [
  ['pdf', 'a.pdf', makePdf([setLines(['The harbour opens in May.'])]), 'The harbour opens in May.'],
  ['docx', 'a.docx', makeDocx(wordParagraph('The harbour opens in May.')), 'The harbour opens in May.'],
  [
    'xlsx',
    'a.xlsx',
    workbook([
      ['Harbour', 'Ships'],
      ['Bremen', 12],
    ]),
    'Bremen | 12',
  ],
  ['pptx', 'a.pptx', makePptx([{ title: 'Harbours', texts: ['It opens in May.'] }]), 'It opens in May.'],
  ['csv', 'a.csv', 'Harbour;Ships\nBremen;12\n', 'Bremen | 12'],
  [
    'html',
    'a.html',
    '<!doctype html><title>T</title><p>The harbour opens <b>in May</b>.',
    'The harbour opens in May.',
  ],
  ['md', 'a.md', '# Harbours\n\nThe harbour\nopens in May.\n', 'The harbour opens in May.'],
  ['txt', 'a.txt', 'The harbour opens in May.', 'The harbour opens in May.'],
  ['json', 'a.json', '{"harbour": {"opens": "May"}}', 'harbour.opens: May'],
  ['eml', 'a.eml', MAIL, 'Hello Bob.'],
];

describe('every format', () => {
  it.each(SAMPLES)('%s is read, with positions that agree', async (type, name, content, expected) => {
    const document = await parse(name, content);
    expect(document).toMatchObject({ name, type, warnings: [] });
    expect(document.text).toContain(expected);
    expect(document.segments.length).toBeGreaterThan(0);
    checkPositions(document);
  });

  it.each(SAMPLES)(
    '%s is known by its content when the name says otherwise',
    async (type, _name, content) => {
      if (['csv', 'md', 'txt', 'json'].includes(type)) return; // plain text is what its name says
      const document = await parse('letter.txt', content);
      expect(document.type).toBe(type);
      expect(document.warnings[0]).toBe(`The name says txt, the content is ${type}; it was read as ${type}.`);
    },
  );

  it('knows plain kinds without the help of a name', async () => {
    expect((await parse('data', '[{"a": 1}, {"a": 2}]')).type).toBe('json');
    expect((await parse('data', '# Title\n\n- one\n- two\n')).type).toBe('md');
    expect((await parse('data', 'a;b;c\n1;2;3\n4;5;6\n')).type).toBe('csv');
    expect((await parse('data', 'BMW said on Monday: [we] {agree}.')).type).toBe('txt');
    expect((await parse('memo.txt', 'From: Ann\nTo: Bob\nDate: May\nSubject: x\n\nHi')).type).toBe('txt');
  });
});

describe('positions agree for any content', () => {
  const words = fc.array(
    fc.oneof(fc.lorem({ maxCount: 12 }), fc.string({ unit: 'grapheme', maxLength: 30 })),
    {
      maxLength: 25,
    },
  );
  const line = fc.constantFrom(
    '\n',
    '\n\n',
    ' ',
    '\r\n',
    '\t',
    '\f',
    ' | ',
    '\n- ',
    '\n# ',
    '\n> ',
    ',',
    ';',
    '"',
    '\n---\n',
    '\n```\n',
    '\n|-|-|\n',
    '\n|a|b|c|\n|-|-|\n|1|2|3|4|\n|1|\n',
    '<p>',
    '</td>',
    '<table><tr><td>',
    '\u0000',
    '\ud800',
    '\u202e',
  );

  it.each(['txt', 'md', 'csv', 'html', 'eml'])('%s', async (type) => {
    const head = type === 'html' ? '<html>' : type === 'eml' ? MAIL : '';
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(words, line), { maxLength: 12 }), async (parts) => {
        const content = head + parts.map(([texts, between]) => texts.join(' ') + between).join('');
        const document = await parse(`any.${type}`, content).catch((error: unknown) => {
          expect(error).toBeInstanceOf(CadreError);
          return undefined;
        });
        if (document) checkPositions(document);
      }),
      { numRuns: 150 },
    );
  });

  it('json', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), async (value) => {
        const text = JSON.stringify({ value });
        checkPositions(await parse('any.json', text));
      }),
      { numRuns: 150 },
    );
  });

  it('csv and xlsx give the same table', async () => {
    const cell = fc.stringMatching(/^[A-Za-z ]{1,12}$/);
    const row = fc.array(cell, { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 8 }), async (rows) => {
        const quoted = rows.map((cells) => cells.map((text) => `"${text}"`).join(',')).join('\n');
        const [csv, xlsx] = [await parse('a.csv', quoted), await parse('a.xlsx', workbook(rows))];
        checkPositions(xlsx);
        const texts = (document: DocumentText) =>
          document.tables.map(({ columns, rows: all }) =>
            [columns, ...all].map((cells) => cells.map(({ text }) => text)),
          );
        expect(texts(xlsx)).toEqual(texts(csv));
      }),
      { numRuns: 30 },
    );
  });

  it('pdf with an empty page within a divided word', async () => {
    const document = await parse('a.pdf', makePdf([setLines(['a-']), setLines([]), setLines(['aA'])]));
    checkPositions(document);
    expect(document.segments.filter(({ kind }) => kind === 'page')).toHaveLength(3);
  });

  it('pdf', async () => {
    const text = fc.stringMatching(/^[A-Za-z0-9 .,()-]{1,70}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text, { maxLength: 20 }), { minLength: 1, maxLength: 5 }),
        async (pages) => {
          const document = await parse('a.pdf', makePdf(pages.map((lines) => setLines(lines))));
          checkPositions(document);
          expect(document.segments.filter(({ kind }) => kind === 'page')).toHaveLength(pages.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
