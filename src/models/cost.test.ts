import { expect, test } from 'vitest';
import { costOf, worstCostOf } from './cost.ts';

const count = {
  inputTokens: 1_000_000,
  cachedInputTokens: 400_000,
  cacheWriteTokens: 100_000,
  outputTokens: 200_000,
  reasoningTokens: 50_000,
};
const price = {
  from: '2026-01-01',
  inputUsdPerMillion: 3,
  cachedInputUsdPerMillion: 0.3,
  cacheWriteUsdPerMillion: 3.75,
  outputUsdPerMillion: 15,
};

test('each kind of token has its price; reasoning is output', () => {
  expect(costOf(price, count)).toBeCloseTo(0.5 * 3 + 0.4 * 0.3 + 0.1 * 3.75 + 0.2 * 15);
});

test('what is cached costs as input does when nothing else is said', () => {
  const plain = { from: '2026-01-01', inputUsdPerMillion: 3, outputUsdPerMillion: 15 };
  expect(costOf(plain, count)).toBeCloseTo(3 + 3);
});

test('no price is not the same as free', () => {
  expect(costOf(undefined, count)).toBeNull();
  expect(worstCostOf(undefined, count)).toBeNull();
  expect(costOf({ from: '2026-01-01', inputUsdPerMillion: 0, outputUsdPerMillion: 0 }, count)).toBe(0);
});

test('the worst case is never less than what is paid, however much is said to be cached', () => {
  for (const cachedInputTokens of [0, 500_000, 2_000_000]) {
    const paid = costOf(price, { ...count, cachedInputTokens, cacheWriteTokens: 1_000_000 }) ?? 0;
    expect(worstCostOf(price, count)).toBeGreaterThanOrEqual(paid);
  }
});
