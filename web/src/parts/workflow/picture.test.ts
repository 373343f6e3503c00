import { expect, test } from 'vitest';
import type { Flow } from './flow.ts';
import { type Box, bestPicture, pictureOf } from './picture.ts';

const work = (name: string, ...needs: string[]) => ({ name, goal: name, needs });
const flow: Flow = {
  name: 'all',
  steps: [
    work('first'),
    { name: 'both', needs: ['first'], parallel: { left: [work('a'), work('b', 'a')], right: [work('c')] } },
    {
      name: 'each',
      needs: ['both'],
      forEach: 'x',
      steps: [{ name: 'loop', needs: [], repeat: { until: 'y', max: 3, steps: [work('poll')] } }],
    },
    work('last', 'each', 'ghost'),
  ],
};
const isInside = (inner: Box, outer: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test.each(['LR', 'TB'] as const)(
  'what a step holds stands inside it, and nothing covers another (%s)',
  (way) => {
    const { boxes, lines, width, height } = pictureOf(flow, way);
    const at = (name: string) => boxes.find((box) => box.name === name) as Box; // each is asked for by its name
    for (const [inner, outer] of [
      ['both.left', 'both'],
      ['both.left.a', 'both.left'],
      ['both.right.c', 'both.right'],
      ['each[].loop', 'each'],
      ['each[].loop[].poll', 'each[].loop'],
    ] as const)
      expect(isInside(at(inner), at(outer)), `${inner} in ${outer}`).toBe(true);
    const same = (a: Box, b: Box) => a.depth === b.depth && a !== b;
    for (const a of boxes)
      for (const b of boxes) if (same(a, b)) expect(overlap(a, b), `${a.name} ${b.name}`).toBe(false);
    expect(Math.max(...boxes.map((box) => box.x + box.width))).toBe(width);
    expect(Math.max(...boxes.map((box) => box.y + box.height))).toBe(height);
    expect(lines.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'first both',
      'both each',
      'each last',
      'both.left.a both.left.b',
    ]);
    expect(boxes.findIndex(({ name }) => name === 'both')).toBeLessThan(
      boxes.findIndex(({ name }) => name === 'both.left.a'),
    );
  },
);

test('it goes downwards in a narrow space, and across where that is as large', () => {
  expect(bestPicture(flow, 390, 1_100).direction).toBe('TB');
  expect(bestPicture({ name: 'two', steps: [work('a'), work('b', 'a')] }, 1_200, 300).direction).toBe('LR');
});

test('a list too long to be arranged still has each step after those it needs, none over another', () => {
  const chain = Array.from({ length: 100 }, (_, index) =>
    work(`s${index}`, ...(index > 0 ? [`s${index - 1}`] : [])),
  );
  const last = work('end', ...chain.map(({ name }) => name));
  for (const way of ['LR', 'TB'] as const) {
    // Written in an order in which needs stand behind.
    const { boxes, lines } = pictureOf({ name: 'long', steps: [last, ...chain.toReversed()] }, way);
    const at = new Map(boxes.map((box) => [box.name, box]));
    const edge = way === 'LR' ? ('x' as const) : ('y' as const);
    for (const { from, to } of lines) expect(at.get(to)?.[edge]).toBeGreaterThan(at.get(from)?.[edge] ?? 0);
    for (const a of boxes) for (const b of boxes) if (a !== b) expect(overlap(a, b)).toBe(false);
  }
});
