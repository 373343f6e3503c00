import { describe, expect, it } from 'vitest';
import { type Glyphs, linesOf } from './page-lines.ts';

const glyphs = (str: string, x: number, y: number, size = 10, width = str.length * 5): Glyphs => ({
  str,
  transform: [size, 0, 0, size, x, y],
  width,
  height: size,
  fontName: 'f',
  hasEOL: false,
});
const texts = (pieces: Glyphs[]) =>
  linesOf(pieces, 0, 0).map(({ cells }) => cells.map((cell) => cell.text).join(' | '));

describe('pieces of text', () => {
  it('become words and lines, whether the file has glyphs, words or blanks between', () => {
    expect(texts([glyphs('H', 0, 100), glyphs('i', 5, 100), glyphs('there', 14, 100)])).toEqual(['Hi there']);
    expect(texts([glyphs('Hi', 0, 100), glyphs(' ', 10, 100, 10, 1), glyphs('there', 11, 100)])).toEqual([
      'Hi there',
    ]);
    expect(texts([glyphs('Hi ', 0, 100), glyphs('there', 10, 100), glyphs('below', 0, 85)])).toEqual([
      'Hi there',
      'below',
    ]);
  });

  it('keep a raised exponent in its line, and part where a wide gap is', () => {
    expect(texts([glyphs('12 m', 0, 100), glyphs('2', 20, 104, 6), glyphs('of', 28, 100)])).toEqual([
      '12 m2 of',
    ]);
    expect(texts([glyphs('2', 20, 104, 6), glyphs('m', 23, 100)])).toEqual(['2m']);
    expect(texts([glyphs('Name', 0, 100), glyphs('Sum', 100, 100)])).toEqual(['Name | Sum']);
  });

  it('that run up the page are left out', () => {
    const upward = { ...glyphs('arXiv stamp', 10, 100), transform: [0, 10, -10, 0, 10, 100] };
    expect(texts([upward, glyphs('Text', 40, 100)])).toEqual(['Text']);
  });
});

describe('the order of reading', () => {
  it('is that of the file; where that jumps about, by place', () => {
    const inOrder = Array.from({ length: 10 }, (_, index) => glyphs(`line ${index}`, 0, 200 - index * 12));
    expect(texts(inOrder)).toEqual(inOrder.map(({ str }) => str));
    const shuffled = [7, 2, 9, 0, 5, 1, 8, 3, 6, 4].map((index) => inOrder[index]!);
    expect(texts(shuffled)).toEqual(inOrder.map(({ str }) => str));
  });

  it('goes down columns that stand side by side, and a line across both divides them', () => {
    const row = (index: number) => [
      glyphs(`left words of line ${index} and`, 0, 300 - index * 12),
      glyphs(`right words of line ${index} and`, 200, 300 - index * 12),
    ];
    const across = glyphs(
      'a heading that stands across both columns of the page and is quite long',
      0,
      300 - 4 * 12,
    );
    const page = [...[0, 1, 2, 3].flatMap(row), across, ...[5, 6, 7, 8].flatMap(row)];
    const side = (name: string, lines: number[]) =>
      lines.map((index) => `${name} words of line ${index} and`);
    expect(texts(page)).toEqual([
      ...side('left', [0, 1, 2, 3]),
      ...side('right', [0, 1, 2, 3]),
      across.str,
      ...side('left', [5, 6, 7, 8]),
      ...side('right', [5, 6, 7, 8]),
    ]);
  });

  it('leaves a table of short cells alone; twin of the above', () => {
    const table = Array.from({ length: 8 }, (_, index) => [
      glyphs(`item ${index}`, 0, 300 - index * 12),
      glyphs('12', 200, 300 - index * 12),
    ]);
    expect(texts(table.flat())).toEqual(table.map((_, index) => `item ${index} | 12`));
  });
});
