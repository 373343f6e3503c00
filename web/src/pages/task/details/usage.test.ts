import { expect, test } from 'vitest';
import { energy, money, nothingReported, usageRows } from './usage.ts';

const nothing = {
  steps: 23,
  workMs: 9_000,
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
  energyJ: null,
};

test('what nobody reported is not shown as zero', () => {
  const rows = new Map(usageRows(nothing));
  expect(rows.get('Cost')).toBe('none reported');
  expect(rows.get('Tokens read')).toBe('none reported');
  expect(rows.get('Steps done')).toBe('23');
  expect(nothingReported(nothing)).toBe(true);
});

test('a reported zero is a zero', () => {
  const rows = new Map(usageRows({ ...nothing, costUsd: 0, inputTokens: 12_345 }));
  expect(rows.get('Cost')).toBe('$0.00');
  expect(rows.get('Tokens read')).toBe('12,345');
  expect(nothingReported({ ...nothing, costUsd: 0 })).toBe(false);
});

test('small money and much energy stay readable', () => {
  expect([money(1.5), money(0.00042)]).toEqual(['$1.50', '$0.00042']);
  expect([energy(12.34), energy(25_000)]).toEqual(['12.3 J', '25.0 kJ']);
});
