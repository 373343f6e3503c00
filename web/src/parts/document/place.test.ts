import { expect, test } from 'vitest';
import { findPlace, placesByFile } from './place.ts';

const TEXT = 'Anna sold it. Ben bought it.';
const place = { fileId: 'f', start: 14, end: 28, quote: 'Ben bought it.' };

test('a quote that stands there is found there', () => {
  expect(findPlace(TEXT, place)).toEqual({ range: { start: 14, end: 28 }, truth: 'there' });
});

test('a quote that stands elsewhere is found and said; one that stands nowhere marks nothing', () => {
  expect(findPlace(TEXT, { ...place, start: 0, end: 14 })).toEqual({
    range: { start: 14, end: 28 },
    truth: 'elsewhere',
  });
  expect(findPlace(TEXT, { ...place, quote: 'Ben stole it.' })).toEqual({
    range: { start: 14, end: 14 },
    truth: 'nowhere',
  });
});

test('offsets from anywhere never leave the text', () => {
  for (const [start, end] of [
    [-5, 3],
    [10, 5],
    [20, 9_999],
    [9_999, 10_000],
  ] as const) {
    const { range, truth } = findPlace(TEXT, { fileId: 'f', start, end });
    expect(truth).toBe('nowhere');
    expect(range.start).toBeGreaterThanOrEqual(0);
    expect(range.end).toBeGreaterThanOrEqual(range.start);
    expect(range.end).toBeLessThanOrEqual(TEXT.length);
  }
});

test('places of a file come in the order of its text, each once', () => {
  const other = { fileId: 'g', start: 1, end: 2 };
  const files = placesByFile([place, other, { fileId: 'f', start: 0, end: 4 }, place]);
  expect(files.get('f')?.map(({ start }) => start)).toEqual([0, 14]);
  expect(files.get('g')).toEqual([other]);
});

test('a place that quotes other words is a place of its own, or an invented quote would pass for a true one', () => {
  const invented = { ...place, quote: 'Ben stole it.' };
  const list = placesByFile([place, invented, place, invented]).get('f');
  expect(list).toEqual([place, invented]);
});
