import { expect, test } from 'vitest';
import { overCap, usuallyOff } from './off-words.ts';

const none = { count: 0, mape: null, signed: null, estimated: 0, real: 0 };
const free = { count: 3, mape: 0, signed: 0, estimated: 0, real: 0 };
const off = (mape: number) => ({ count: 3, mape, signed: mape, estimated: 2, real: 1 });

test('how far estimates were off is said by measure; what was free is no feat of foretelling', () => {
  expect(usuallyOff({ tasks: 3, cost: off(0.23), tokens: off(0.4), duration: none, energy: none })).toBe(
    'The last 3 estimates were off by 23 % (cost), 40 % (tokens) on average.',
  );
  expect(usuallyOff({ tasks: 3, cost: free, tokens: free, duration: off(2), energy: none })).toBe(
    'The last 3 estimates were off by 200 % (time) on average.',
  );
});

test('where nothing could be compared, no error is made up', () => {
  const said = usuallyOff({ tasks: 0, cost: none, tokens: none, duration: none, energy: none });
  expect(said).toContain('No estimate');
  expect(said).not.toContain('%');
});

test('an estimate over the budget is said, one within it or unknown is not', () => {
  expect(overCap({ costUsd: 2, tokens: 10 }, { costUsd: 1 })).toContain('$2.00 where the budget is $1.00');
  expect(overCap({ costUsd: 2, tokens: 10 }, { costUsd: 2, tokens: 10 })).toBeUndefined();
  expect(overCap({ costUsd: null, tokens: null }, { costUsd: 0 })).toBeUndefined();
});
