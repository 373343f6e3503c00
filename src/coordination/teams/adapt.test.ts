import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adapt, type Measured, MIN_TASKS } from './adapt.ts';
import type { Shape } from './topology.ts';

const dear: Measured = { tasks: 20, messages: 600, taskMs: 1_000, messageMs: 1_000, atOnce: 3 };
const cheap: Measured = { tasks: 20, messages: 20, taskMs: 10_000, messageMs: 10, atOnce: 3 };

describe('by count', () => {
  test.each([
    [1, 'mesh'],
    [6, 'mesh'],
    [7, 'mesh'],
    [8, 'star'],
    [15, 'star'],
    [20, 'star'],
    [21, 'hierarchy'],
    [40, 'hierarchy'],
  ] as const)('a new team of %i is a %s', (count, shape) => {
    expect(adapt(count, undefined, undefined).shape).toBe(shape);
  });

  test.each([
    ['mesh', [8, 9, 8, 7, 9], 'mesh'],
    ['mesh', [10], 'star'],
    ['star', [9, 8, 7, 6, 7, 20, 22, 21, 22], 'star'],
    ['star', [5], 'mesh'],
    ['star', [23], 'hierarchy'],
    ['hierarchy', [21, 20, 19, 20, 22], 'hierarchy'],
    ['hierarchy', [18], 'star'],
    ['hierarchy', [3], 'mesh'],
    ['mesh', [40], 'hierarchy'],
  ] as const)('a %s of %j is a %s', (from, counts, to) => {
    let shape: Shape = from;
    for (const count of counts) shape = adapt(count, { shape, extra: 0 }, undefined).shape;
    expect(shape).toBe(to);
  });

  test('it never flaps: swinging by one around any count changes the shape at most once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.constantFrom(-1, 0, 1), { minLength: 1, maxLength: 60 }),
        fc.constantFrom<Shape>('mesh', 'star', 'hierarchy'),
        (middle, swings, start) => {
          let shape = adapt(middle, { shape: start, extra: 0 }, undefined).shape;
          let changes = 0;
          for (const swing of swings) {
            const next = adapt(Math.max(1, middle + swing), { shape, extra: 0 }, undefined).shape;
            if (next !== shape) changes += 1;
            shape = next;
          }
          expect(changes).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('twin: without the band the plain thresholds flap', () => {
    const shapes = [7, 8, 7, 8].map((count) => adapt(count, undefined, undefined).shape);
    expect(shapes).toEqual(['mesh', 'star', 'mesh', 'star']);
  });
});

describe('by measured cost, with the count unchanged', () => {
  const mesh = { shape: 'mesh' as const, extra: 0 };

  test('a mesh that talks more than its work is worth becomes a star, and says why', () => {
    const choice = adapt(6, mesh, dear);
    expect(choice).toMatchObject({ shape: 'star', extra: 1 });
    expect(choice.because).toBe(
      '30.0 messages for each finished task and 50 % of the time, at work side by side: that is more than is allowed (10 messages and 25 %)',
    );
  });

  test.each<[string, Partial<Measured>]>([
    ['few messages for each task', { messages: 100 }],
    ['a small share of the time', { taskMs: 10_000 }],
    ['too few tasks to judge', { tasks: MIN_TASKS - 1 }],
  ])('twin: %s are no reason', (_what, change) => {
    expect(adapt(6, mesh, { ...dear, ...change })).toMatchObject({ shape: 'mesh', extra: 0 });
  });

  test('work in sequence is allowed half as much', () => {
    const some = { ...dear, messages: 140, taskMs: 4_000 };
    expect(adapt(6, mesh, some).shape).toBe('mesh');
    expect(adapt(6, mesh, { ...some, atOnce: 1 }).shape).toBe('star');
  });

  test('it comes back when it is cheap, and stays in between', () => {
    const star = { shape: 'star' as const, extra: 1 };
    expect(adapt(6, star, undefined)).toMatchObject({ shape: 'star', extra: 1 });
    expect(adapt(6, star, { ...dear, messages: 160, taskMs: 4_000 })).toMatchObject({ shape: 'star' });
    expect(adapt(6, star, cheap)).toMatchObject({ shape: 'mesh', extra: 0 });
  });

  test('a hierarchy goes no further', () => {
    expect(adapt(40, { shape: 'hierarchy', extra: 0 }, { ...dear, messages: 9_000 })).toMatchObject({
      shape: 'hierarchy',
      extra: 0,
    });
  });
});
