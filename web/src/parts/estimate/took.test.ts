import { expect, test } from 'vitest';
import type { Task } from '../../api/models.ts';
import { heldAgainst, offBy } from './took.ts';

const estimate: NonNullable<Task['estimate']> = {
  kind: 'type:goal',
  at: '2026-01-01T00:00:00.000Z',
  reckoned: { by: 'history', samples: 9, because: '' },
  costUsd: 0.5,
  costHighUsd: 1,
  tokens: 1_000,
  tokensHigh: 2_000,
  energyJ: null,
  energyLowJ: null,
  energyHighJ: null,
  durationMs: 4_000,
  durationHighMs: 5_000,
  real: { costUsd: 1, tokens: 800, energyJ: 3, durationMs: 4_000 },
};
const usage = { inputTokens: 300, outputTokens: 20, costUsd: 0.1, energyJ: null } as Task['usage']; // what is read of it

test('what was foretold stands beside what it took, with the error and its direction', () => {
  expect(heldAgainst(estimate, usage)).toEqual([
    { name: 'Cost', foretold: '$0.50', took: '$1.00', off: '50 % too little expected' },
    { name: 'Tokens', foretold: '1,000', took: '800', off: '25 % too much expected' },
    { name: 'Time', foretold: '4.0 s', took: '4.0 s', off: 'right' },
    { name: 'Energy', foretold: 'nobody could say', took: '3 J', off: 'cannot be said' },
  ]);
});

test('a task that goes on has no error yet, only what it took so far', () => {
  const rows = heldAgainst({ ...estimate, real: null }, usage);
  expect(rows.map(({ took }) => took)).toEqual(['$0.10 so far', '320 so far', 'not known', 'not known']);
  expect(new Set(rows.map(({ off }) => off))).toEqual(new Set(['known at its end']));
});

test('an error is never a share of nothing', () => {
  expect(offBy(0, 0)).toBe('right');
  expect(offBy(5, 0)).not.toContain('%');
  expect(offBy(null, 5)).toBe('cannot be said');
});
