import { expect, test } from 'vitest';
import type { Block } from './blocks.ts';
import { groupsOf } from './groups.ts';

const row = (start: number, table: number): Block => ({
  kind: 'row',
  start,
  end: start + 1,
  table,
  cells: [{ start, end: start + 1 }],
});
const gap = (start: number): Block => ({ kind: 'between', start, end: start + 1, silent: true });

test('rows of one table are one table, of two tables two', () => {
  const groups = groupsOf([row(0, 0), gap(1), row(2, 0), gap(3), row(4, 1)]);
  expect(groups.map(({ kind, blocks }) => [kind, blocks.length])).toEqual([
    ['table', 2],
    ['table', 1],
  ]);
});

test('items are a list, heads of an e-mail lines; the foot of a page and paragraphs stand alone', () => {
  const kinds = groupsOf([
    { kind: 'header', label: 'From', start: 0, end: 1 },
    { kind: 'header', label: 'To', start: 1, end: 2 },
    { kind: 'header', label: 'page footer', start: 2, end: 3 },
    { kind: 'item', start: 3, end: 4 },
    { kind: 'item', start: 4, end: 5 },
    { kind: 'paragraph', start: 5, end: 6 },
    { kind: 'paragraph', start: 6, end: 7 },
  ]).map(({ kind, blocks }) => `${kind} ${blocks.length}`);
  expect(kinds).toEqual(['lines 2', 'one 1', 'list 2', 'one 1', 'one 1']);
});
