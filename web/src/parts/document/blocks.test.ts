import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Block, blocksOf } from './blocks.ts';

const KINDS = [
  'page',
  'slide',
  'sheet',
  'heading',
  'paragraph',
  'item',
  'row',
  'header',
  'field',
  'code',
  'odd',
];
const place = (length: number) =>
  fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
const ANY_DOCUMENT = fc
  .array(fc.constantFrom('a', '1', ' ', '\n', '|', '# ', '2. ', '- ', '😀', 'word '), { maxLength: 60 })
  .map((parts) => parts.join(''))
  .chain((text) =>
    fc.record({
      text: fc.constant(text),
      segments: fc.array(
        fc
          .tuple(fc.constantFrom(...KINDS), place(text.length), fc.nat(4))
          .map(([kind, range, page]) => ({ kind, ...range, page, label: `h${page}` })),
        { maxLength: 12 },
      ),
      tables: fc.array(
        fc.array(
          fc.array(
            place(text.length).map((range) => ({ ...range, text: text.slice(range.start, range.end) })),
            { maxLength: 4 },
          ),
          { minLength: 1, maxLength: 4 },
        ),
        { maxLength: 2 },
      ),
    }),
  )
  .map(({ text, segments, tables }) => ({
    text,
    segments,
    tables: tables.map(([columns = [], ...rows]) => ({ name: 't', columns, rows })),
  }));

const textOf = (blocks: Block[], text: string) =>
  blocks.map(({ start, end }) => text.slice(start, end)).join('');

test('the blocks together are the text, whatever the parts say', () => {
  fc.assert(
    fc.property(ANY_DOCUMENT, (document) => {
      const blocks = blocksOf(document);
      expect(textOf(blocks, document.text)).toBe(document.text);
      const breaks = document.segments.filter(({ kind }) => ['page', 'slide', 'sheet'].includes(kind));
      expect(blocks.filter(({ kind }) => kind === 'break')).toHaveLength(breaks.length);
      for (const { start, end, cells } of blocks) {
        for (const cell of cells ?? []) expect(cell.start >= start && cell.end <= end).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});

test('nothing that can be read is silent', () => {
  fc.assert(
    fc.property(ANY_DOCUMENT, (document) => {
      for (const { kind, silent, start, end } of blocksOf(document)) {
        const text = document.text.slice(start, end);
        // the number of an item is drawn with the item
        if (silent && !/^\s*(\d+[.)])?[\s\-*+[\]xX]*$/.test(text)) {
          expect(kind).toBe('between');
          expect(text).not.toMatch(/[\p{L}\p{N}]/u);
        }
      }
    }),
  );
});

const shape = (blocks: Block[], text: string) =>
  blocks.filter(({ silent }) => !silent).map(({ kind, start, end }) => [kind, text.slice(start, end)]);

test('signs of Markdown are not shown, numbers of items are kept', () => {
  const text = '# Title\n\n2. second\n\n```ts\ncode\n```\n';
  const blocks = blocksOf({
    text,
    segments: [
      { kind: 'heading', start: 2, end: 7, label: 'h1' },
      { kind: 'item', start: 12, end: 18 },
      { kind: 'code', start: 26, end: 30 },
    ],
    tables: [],
  });
  expect(shape(blocks, text)).toEqual([
    ['heading', 'Title'],
    ['item', 'second'],
    ['between', '\n\n```ts\n'],
    ['code', 'code'],
  ]);
  expect(blocks.find(({ kind }) => kind === 'item')?.lead).toBe('2.');
});

test('a page that ends in a paragraph divides it where it ends; an empty page is said', () => {
  const text = 'one two three';
  const blocks = blocksOf({
    text,
    segments: [
      { kind: 'page', start: 0, end: 8, page: 1 },
      { kind: 'paragraph', start: 0, end: 13, page: 1 },
      { kind: 'page', start: 8, end: 13, page: 2 },
      { kind: 'page', start: 13, end: 13, page: 3 },
    ],
    tables: [],
  });
  expect(blocks.map(({ kind, label, start, end }) => label ?? `${kind}:${text.slice(start, end)}`)).toEqual([
    'Page 1',
    'paragraph:one two ',
    'Page 2',
    'paragraph:three',
    'Page 3',
  ]);
  expect(blocks.at(-1)?.isEmpty).toBe(true);
  expect(blocks[3]?.continued).toBe(true);
});

test('a row knows its cells and its table; a long line is cut, never inside a character', () => {
  const text = `a | b\n${'😀'.repeat(5_000)}`;
  const cells = [
    { text: 'a', start: 0, end: 1 },
    { text: 'b', start: 4, end: 5 },
  ];
  const blocks = blocksOf({
    text,
    segments: [
      { kind: 'row', start: 0, end: 5 },
      { kind: 'paragraph', start: 6, end: text.length },
    ],
    tables: [{ name: 't', columns: cells, rows: [] }],
  });
  expect(blocks[0]).toMatchObject({ kind: 'row', table: 0, isHead: true, cells: [{ start: 0 }, { end: 5 }] });
  const parts = blocks.filter(({ kind }) => kind === 'paragraph');
  expect(parts.length).toBeGreaterThan(2);
  for (const { start, end } of parts) expect(text.slice(start, end).isWellFormed()).toBe(true);
});
