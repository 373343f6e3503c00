import { expect, it } from 'vitest';
import { shareSlots, type Turns } from './claim.ts';

const tenant = (id: string, { weight = 1, running = 0, room = 100 } = {}) => ({ id, weight, running, room });

/** Claims `rounds` times and lets everything end in between; answers who got how many. */
function serve(
  tenants: Array<ReturnType<typeof tenant>>,
  slots: number,
  rounds: number,
): Record<string, number> {
  const turns: Turns = new Map();
  const got: Record<string, number> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [id, share] of shareSlots(tenants, slots, turns)) got[id] = (got[id] ?? 0) + share;
  }
  return got;
}

it('takes turns by weight, even with one slot at a time', () => {
  expect(serve([tenant('a'), tenant('b')], 1, 20)).toEqual({ a: 10, b: 10 });
  expect(serve([tenant('a', { weight: 3 }), tenant('b')], 1, 20)).toEqual({ a: 15, b: 5 });
  expect(
    serve(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => tenant(id)),
      4,
      6,
    ),
  ).toEqual({
    a: 4,
    b: 4,
    c: 4,
    d: 4,
    e: 4,
    f: 4,
  });
});

it('keeps who fills its share of the places behind the others', () => {
  const turns: Turns = new Map([
    ['long', 0],
    ['short', 50],
  ]);
  const shares = shareSlots([tenant('long', { running: 8 }), tenant('short', { running: 4 })], 4, turns);
  expect([...shares]).toEqual([['short', 4]]);
});

it('gives what one cannot use to the others', () => {
  expect(serve([tenant('a', { room: 1 }), tenant('b')], 8, 1)).toEqual({ a: 1, b: 7 });
});

it('lets one who was away join at the least turn, neither ahead nor behind', () => {
  const turns: Turns = new Map();
  for (let round = 0; round < 100; round += 1) shareSlots([tenant('a')], 1, turns);
  const shares = shareSlots([tenant('a'), tenant('b')], 10, turns);
  expect([shares.get('a'), shares.get('b')]).toEqual([5, 5]);
});
