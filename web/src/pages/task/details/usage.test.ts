import { expect, test } from 'vitest';
import { nothingReported, usageRows } from './usage.ts';

const nothing = {
  steps: 23,
  workMs: 9_000,
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
  energyJ: null,
  sources: { provider: 0, tokenizer: 0, 'worst-case': 0 },
  energy: null,
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

test('joules are shown with their mark and range, and with what they bring', () => {
  const known = { mark: 'derived' as const, lowJ: 6, highJ: 16, carbonG: 0.00131, grid: 'WORLD', unknown: 0 };
  const rows = new Map(usageRows({ ...nothing, energyJ: 10, energy: known }));
  expect(rows.get('Energy')).toBe('10 J, derived (6 J to 16 J)');
  expect(rows.get('Carbon')).toBe('0.0013 g CO2e (grid: WORLD)');
  const partly = new Map(usageRows({ ...nothing, energyJ: 10, energy: { ...known, unknown: 2 } }));
  expect(partly.get('Energy')).toBe('10 J, derived (6 J to 16 J; 2 attempts not known)');
  expect(new Map(usageRows(nothing)).has('Carbon')).toBe(false);
});

test('calls that nobody counted are said to be charged at their most', () => {
  const rows = new Map(
    usageRows({ ...nothing, costUsd: 0.25, sources: { provider: 3, tokenizer: 0, 'worst-case': 2 } }),
  );
  expect(rows.get('Cost')).toBe('$0.25 (2 calls at the most it could take)');
});
