import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price } from './model.ts';
import { isDay, priceOn } from './price.ts';

const price = (from: string, inputUsdPerMillion: number): Price => ({
  from,
  inputUsdPerMillion,
  outputUsdPerMillion: 2 * inputUsdPerMillion,
});

describe('the price of a day', () => {
  const prices = [
    price('2025-01-01', 3),
    price('2026-03-01', 2),
    price('2026-03-01', 2.5),
    price('2027-01-01', 1),
  ];

  it('is the newest that had begun, and of one day the one said last', () => {
    const on = (day: string) => priceOn(prices, day)?.inputUsdPerMillion;
    expect(
      ['2024-12-31', '2025-01-01', '2026-02-28', '2026-03-01', '2026-12-31', '2027-01-01'].map(on),
    ).toEqual([undefined, 3, 3, 2.5, 2.5, 1]);
    expect(priceOn([], '2026-01-01')).toBeUndefined();
  });

  it('does not depend on later prices: an older call keeps its own', () => {
    const day = fc
      .integer({ min: 0, max: 3_000 })
      .map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(
        fc.array(day, { maxLength: 8 }),
        day,
        fc.array(day, { maxLength: 4 }),
        (days, when, more) => {
          const before = days.map((from, at) => price(from, at));
          const later = more.filter((from) => from > when).map((from, at) => price(from, 100 + at));
          expect(priceOn([...before, ...later], when)).toEqual(priceOn(before, when));
          const found = priceOn(before, when);
          expect(found === undefined).toBe(days.every((from) => from > when));
          if (found)
            expect(
              days
                .filter((from) => from <= when)
                .sort()
                .at(-1),
            ).toBe(found.from);
        },
      ),
    );
  });

  it('begins on a day of the calendar', () => {
    expect(['2026-01-31', '2024-02-29'].map(isDay)).toEqual([true, true]);
    for (const bad of [
      '2026-02-30',
      '2025-02-29',
      '2026-1-1',
      '2026-01-31T00:00:00Z',
      'today',
      '',
      '2026-13-01',
    ])
      expect(isDay(bad), bad).toBe(false);
  });
});
