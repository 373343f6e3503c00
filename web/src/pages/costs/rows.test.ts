import { expect, test } from 'vitest';
import { sinceOf } from './period.ts';
import { rowsOf } from './rows.ts';

const sums = (costUsd: number | null, tokens = 10) => ({
  calls: 1,
  inputTokens: tokens,
  cachedInputTokens: 0,
  outputTokens: 0,
  costUsd,
  unpriced: costUsd === null ? 1 : 0,
  energyJ: 0,
  energyLowJ: 0,
  energyHighJ: 0,
});

test('shares of money add up, and the longest bar is whole', () => {
  const items = [
    { ...sums(3), key: 'a' },
    { ...sums(1), key: null },
  ];
  const rows = rowsOf({ by: 'agent', items, others: sums(1), total: sums(5) });
  expect(rows.map(({ share }) => share)).toEqual([0.6, 0.2, 0.2]);
  expect(rows.map(({ bar }) => bar)).toEqual([1, 1 / 3, 1 / 3]);
  expect(rows.at(-1)).toMatchObject({ isRest: true, key: null });
});

test('where nobody knows the money, tokens are compared', () => {
  const items = [
    { ...sums(null, 30), key: 'a' },
    { ...sums(0, 10), key: 'b' },
  ];
  const rows = rowsOf({ by: 'model', items, others: null, total: sums(0, 40) });
  expect(rows.map(({ share, costUsd }) => [share, costUsd])).toEqual([
    [0.75, null],
    [0.25, 0],
  ]);
});

test('days stand in their order, and begin in UTC', () => {
  const items = ['2026-01-02', '2026-01-10', '2026-01-03'].map((key) => ({ ...sums(1), key }));
  const rows = rowsOf({ by: 'day', items, others: null, total: sums(3) });
  expect(rows.map(({ key }) => key)).toEqual(['2026-01-10', '2026-01-03', '2026-01-02']);
  const late = Date.parse('2026-03-01T00:30:00+02:00');
  expect([sinceOf('today', late), sinceOf('month', late)]).toEqual([
    '2026-02-28T00:00:00Z',
    '2026-02-01T00:00:00Z',
  ]);
});
