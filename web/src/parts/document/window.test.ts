import { expect, test } from 'vitest';
import { type Block, blocksOf } from './blocks.ts';
import { blockAt, STEP, widen, windowAround } from './window.ts';

const line = (index: number, length = 9): Block => ({
  kind: 'paragraph',
  start: index * 10,
  end: index * 10 + length,
});
const LONG = Array.from({ length: 10_000 }, (_, index) => line(index, 10));

test('only what is near is drawn, and more on demand, to both ends', () => {
  let window = windowAround(LONG, 5_000);
  expect(window.to - window.from).toBe(STEP);
  expect(window.from).toBe(4_900);
  window = widen(LONG, window, 'before');
  expect(window).toEqual({ from: 4_700, to: 5_100 });
  for (let turn = 0; turn < 100; turn += 1) window = widen(LONG, widen(LONG, window, 'after'), 'before');
  expect(window).toEqual({ from: 0, to: 10_000 });
});

test('the place itself is always drawn, however heavy it is', () => {
  const heavy: Block[] = [{ kind: 'row', start: 0, end: 9, cells: Array(16_384).fill({ start: 0, end: 0 }) }];
  expect(windowAround(heavy, 0)).toEqual({ from: 0, to: 1 });
  expect(windowAround([], 0)).toEqual({ from: 0, to: 0 });
});

test('the block of an offset is found; what shows nothing gives way to the next', () => {
  expect(blockAt(LONG, 55_555)).toBe(5_555);
  const text = 'one\n\ntwo';
  const blocks = blocksOf({
    text,
    segments: [
      { kind: 'paragraph', start: 0, end: 3 },
      { kind: 'paragraph', start: 5, end: 8 },
    ],
    tables: [],
  });
  expect(blocks[blockAt(blocks, 4)]).toMatchObject({ start: 5 });
  expect(blockAt(blocks, 99)).toBe(2);
  expect(blockAt([], 3)).toBe(0);
});
