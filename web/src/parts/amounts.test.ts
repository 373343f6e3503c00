import { expect, test } from 'vitest';
import { carbon, count, energy, money, moneyOr, percent, roughly } from './amounts.ts';

test('small money and much energy stay readable', () => {
  expect([0, 1.5, 1_234.5, 0.00042, 0.000000001].map(money)).toEqual([
    '$0.00',
    '$1.50',
    '$1,234.50',
    '$0.00042',
    '$0.000000001',
  ]);
  expect([12.34, 2_900, 25_000, 12_000_000, 0.034, 0].map(energy)).toEqual([
    '12.3 J',
    '2,900 J',
    '25.0 kJ',
    '12 MJ',
    '0.034 J',
    '0 J',
  ]);
  expect([0.00131, 2_300].map(carbon)).toEqual(['0.0013 g CO2e', '2.3 kg CO2e']);
});

test('what nobody knows is not shown as nothing', () => {
  expect([moneyOr(null, 'not known'), moneyOr(0, 'not known')]).toEqual(['not known', '$0.00']);
});

test('counts in full, and by their size', () => {
  expect(count(131_072)).toBe('131,072');
  expect([999, 131_072, 1_048_576].map(roughly)).toEqual(['999', '131k', '1M']);
});

test('a share is neither rounded away nor up to all', () => {
  expect([0, 0.001, 0.5, 0.999, 1, 1.2].map(percent)).toEqual([
    '0 %',
    'below 1 %',
    '50 %',
    '99 %',
    '100 %',
    '120 %',
  ]);
});
