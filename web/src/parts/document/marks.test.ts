import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeRanges, piecesOf, type Range } from './marks.ts';

const TEXT = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 });
const rangeIn = (text: string) =>
  fc
    .tuple(fc.nat(text.length), fc.nat(text.length))
    .map(([a, b]): Range => ({ start: Math.min(a, b), end: Math.max(a, b) }));
const CASE = TEXT.chain((text) =>
  fc.record({
    text: fc.constant(text),
    part: rangeIn(text),
    here: fc.option(rangeIn(text), { nil: undefined }),
    others: fc.array(rangeIn(text), { maxLength: 6 }),
  }),
);
const covers = (ranges: Range[], at: number) => ranges.some(({ start, end }) => at >= start && at < end);

test('the pieces together are the stretch, to the letter', () => {
  fc.assert(
    fc.property(CASE, ({ text, part, here, others }) => {
      const pieces = piecesOf(text, part, here, mergeRanges(others));
      expect(pieces.map((piece) => piece.text).join('')).toBe(text.slice(part.start, part.end));
      for (const piece of pieces) expect(text.startsWith(piece.text, piece.start)).toBe(true);
    }),
  );
});

test('every unit is marked as its ranges say, and no other unit', () => {
  fc.assert(
    fc.property(CASE, ({ text, part, here, others }) => {
      const said = new Map<number, string | undefined>();
      for (const { start, text: piece, mark } of piecesOf(text, part, here, mergeRanges(others))) {
        for (let at = start; at < start + piece.length; at += 1) said.set(at, mark);
      }
      for (let at = part.start; at < part.end; at += 1) {
        const wanted = here && covers([here], at) ? 'here' : covers(others, at) ? 'other' : undefined;
        expect(said.get(at)).toBe(wanted);
      }
    }),
  );
});

test('merged ranges are in order, apart, and cover the same', () => {
  fc.assert(
    fc.property(fc.array(rangeIn('x'.repeat(40)), { maxLength: 8 }), (ranges) => {
      const merged = mergeRanges(ranges);
      for (const [index, range] of merged.entries()) {
        expect(range.end).toBeGreaterThan(range.start);
        expect(range.start).toBeGreaterThan(merged[index - 1]?.end ?? -1);
      }
      for (let at = 0; at < 40; at += 1) expect(covers(merged, at)).toBe(covers(ranges, at));
    }),
  );
});

test('a mark inside a mark wins where it stands', () => {
  const pieces = piecesOf('abcdef', { start: 0, end: 6 }, { start: 2, end: 4 }, [{ start: 1, end: 5 }]);
  expect(pieces.map(({ text, mark }) => `${text}:${mark ?? ''}`)).toEqual([
    'a:',
    'b:other',
    'cd:here',
    'e:other',
    'f:',
  ]);
});
