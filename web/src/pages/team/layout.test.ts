import { describe, expect, test } from 'vitest';
import { linesOf, MEMBER, orderOf, placesOf, reachOf } from './layout.ts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);
const overlap = (a: { x: number; y: number }, b: { x: number; y: number }) =>
  Math.abs(a.x - b.x) < MEMBER.width && Math.abs(a.y - b.y) < MEMBER.height;

describe('the places of members', () => {
  for (const shape of ['star', 'mesh', 'ring', 'hierarchy'] as const)
    for (const count of [1, 2, 3, 5, 8, 21, 60])
      test(`do not cover one another: ${shape} of ${count}`, () => {
        const places = placesOf(shape, ids(count), 8);
        expect(places.map(({ id }) => id).sort()).toEqual(ids(count).sort());
        for (const [index, place] of places.entries())
          for (const other of places.slice(index + 1))
            expect(overlap(place, other), `${place.id} and ${other.id}`).toBe(false);
      });

  test('an empty team has none', () => {
    expect(placesOf('mesh', [], 8)).toEqual([]);
  });
});

test('two ways between the same members are one line; a ring goes one way only', () => {
  expect(linesOf('mesh', ids(4), 8)).toHaveLength(6);
  expect(linesOf('star', ids(4), 8).every(({ from, both }) => from === 'a0' && both)).toBe(true);
  expect(linesOf('ring', ids(3), 8)).toEqual([
    { from: 'a0', to: 'a1', both: false },
    { from: 'a1', to: 'a2', both: false },
    { from: 'a2', to: 'a0', both: false },
  ]);
  expect(linesOf('ring', ids(2), 8)).toEqual([{ from: 'a0', to: 'a1', both: true }]);
  expect(linesOf('ring', ids(1), 8)).toEqual([]);
});

test('whom each may write to follows the lines and their direction', () => {
  const ring = reachOf(linesOf('ring', ids(3), 8));
  expect(ring.get('a1')).toEqual(['a2']);
  const star = reachOf(linesOf('star', ids(3), 8));
  expect([star.get('a0'), star.get('a2')]).toEqual([['a1', 'a2'], ['a0']]);
});

test('the lead stands first', () => {
  expect(orderOf(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
  expect(orderOf(['a'], undefined)).toEqual(['a']);
});
