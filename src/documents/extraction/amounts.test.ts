import { describe, expect, it } from 'vitest';
import { findAmounts } from './amounts.ts';
import { settleOverlaps } from './finding.ts';
import { parseNumber } from './numbers.ts';

function amounts(text: string): Array<[string, unknown]> {
  return settleOverlaps(findAmounts(text)).map(({ start, end, value }) => [text.slice(start, end), value]);
}

describe('amounts', () => {
  it.each([
    ['cost $3.5 million in all', '$3.5 million', 3_500_000, 'USD'],
    ['EUR 1.234,50 net', 'EUR 1.234,50', 1234.5, 'EUR'],
    ['1,234.50 EUR', '1,234.50 EUR', 1234.5, 'EUR'],
    ['£12k', '£12k', 12_000, 'GBP'],
    ['US$ 4bn', 'US$ 4bn', 4_000_000_000, 'USD'],
    ['12 €', '12 €', 12, 'EUR'],
    ['three million dollars', 'three million dollars', 3_000_000, 'USD'],
    ['CHF 5’000.-', 'CHF 5’000', 5000, 'CHF'],
    ['rose 3.5% in', '3.5%', 3.5, '%'],
    ['12 per cent', '12 per cent', 12, '%'],
    ['300 kg of', '300 kg', 300, 'kg'],
    ['45km', '45km', 45, 'km'],
    ['about 1.2 GW', '1.2 GW', 1.2, 'GW'],
    ['2.5 million tonnes', '2.5 million tonnes', 2_500_000, 't'],
    ['thirty (30) days', 'thirty (30) days', 30, 'days'],
    ['twenty-five years', 'twenty-five years', 25, 'years'],
    ['a 30-day term', '30-day', 30, 'days'],
    ['512 MB of', '512 MB', 512, 'MB'],
    ['20 °C', '20 °C', 20, '°C'],
  ])('finds %j', (text, quote, number, unit) => {
    expect(amounts(text)).toEqual([[quote, { number, unit }]]);
  });

  it('keeps a range whole and without a single value', () => {
    expect(amounts('between 10-15% of it')).toEqual([['10-15%', undefined]]);
    expect(amounts('$5m-$7m')).toEqual([['$5m-$7m', undefined]]);
  });

  it.each([
    'section 5 of the act',
    'Windows 11 users',
    'in 2026 we',
    'chapter 3 minutes',
    'the $ sign and the % sign',
    'US dollars',
    'version 2.0.1',
    'H2O and CO2',
    'MP3 files',
    'page 12',
    'A4 paper',
  ])('finds nothing in %j', (text) => {
    expect(amounts(text)).toEqual([]);
  });

  it.each([
    ['1,234,567.89', 1_234_567.89],
    ['1.234.567,89', 1_234_567.89],
    ['1 234 567', 1_234_567],
    ["1'234'567", 1_234_567],
    ['0,5', 0.5],
    ['two hundred and five', 205],
    ['zero point', undefined],
  ])('reads %j as %s', (text, number) => {
    expect(parseNumber(text)).toBe(number);
  });
});
