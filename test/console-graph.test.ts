import { expect, test } from 'vitest';
import { edgesOf, SHAPES } from '../src/coordination/teams/topology.ts';
import { linesOf } from '../web/src/pages/team/layout.ts';

/** The picture of a team is drawn by the console itself: it must show the edges that the server sends along. */
test('the console draws exactly the edges of each shape', () => {
  for (const shape of SHAPES)
    for (const count of [0, 1, 2, 3, 7, 8, 9, 10, 21, 40])
      for (const fanOut of [1, 3, 8]) {
        const members = Array.from({ length: count }, (_, index) => `a${index}`);
        const drawn = linesOf(shape, members, fanOut).flatMap(({ from, to, both }) =>
          both ? [`${from} ${to}`, `${to} ${from}`] : [`${from} ${to}`],
        );
        const real = edgesOf(shape, members, fanOut).map((edge) => edge.join(' '));
        expect(drawn.sort(), `${shape} of ${count}, fan-out ${fanOut}`).toEqual(real.sort());
      }
});
