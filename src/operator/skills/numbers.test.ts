import { describe, expect, it } from 'vitest';
import { dateBearsOut, datesIn } from './dates.ts';
import { quantitiesIn, sameNumber } from './numbers.ts';

const numbers = (text: string) => quantitiesIn(text).map((found) => `${found.number} ${found.unit}`.trim());
const dates = (text: string) => datesIn(text).map((found) => found.iso);

describe('quantities', () => {
  it.each([
    ['EUR 1.2 million', ['1200000 EUR']],
    ['€1,200,000.', ['1200000 EUR']],
    ['1.200.000,50 EUR', ['1200000.5 EUR']],
    ['EUR 1 200 000', ['1200000 EUR']],
    ['$3.5m and USD 5bn', ['3500000 USD', '5000000000 USD']],
    ['fell by 12 % to 3.5 percent', ['12 %', '3.5 %']],
    ['450 kg, 3 tonnes, 12-month', ['450 kg', '3 t', '12 month']],
    ['three wells and 2 pumps', ['2', '3'].reverse()],
    ['at 14:30', ['870 time']],
    ['on 3 May 2026 we paid 40 euros', ['40 EUR']],
    ['INV-2031 and B12', []],
    ['a loss of -5 %', ['-5 %']],
    ['pressure of 12.4 m', ['12.4 m']],
    ['EUR 4.200', ['4200 EUR']],
  ])('reads %s', (text, expected) => {
    expect(numbers(text)).toEqual(expected);
  });

  it('keeps both readings of an ambiguous number', () => {
    expect(quantitiesIn('1.234 of them')[0]?.readings).toEqual([1.234, 1234]);
    expect(sameNumber([1.234, 1234], [1234])).toBe(true);
    expect(sameNumber([1.234, 1234], [1235])).toBe(false);
  });

  it('says how exactly a number is stated', () => {
    expect(quantitiesIn('about EUR 1.2 million')[0]).toMatchObject({ tolerance: 50_000, approximate: true });
    expect(quantitiesIn('EUR 1,198,500')[0]).toMatchObject({ tolerance: 0.5, approximate: false });
  });

  it('spreads scale and unit over a range', () => {
    const [first, second] = quantitiesIn('3 to 5 million euros');
    expect(first?.readings).toContain(3_000_000);
    expect(first?.unit).toBe('EUR');
    expect(second?.number).toBe(5_000_000);
  });
});

describe('dates', () => {
  it.each([
    ['3 May 2026', ['2026-05-03']],
    ['May 3rd, 2026', ['2026-05-03']],
    ['the 3rd of May 2026', ['2026-05-03']],
    ['2026-05-03', ['2026-05-03']],
    ['2026-05-03T10:00:00Z', ['2026-05-03']],
    ['03.05.2026', ['2026-05-03']],
    ['3. Mai 2026', ['2026-05-03']],
    ['in May 2026', ['2026-05']],
    ['Q1 2026 and the third quarter of 2025', ['2026-Q1', '2025-Q3']],
    ['since 1998', ['1998']],
    ['on 3 May', ['--05-03']],
    ['EUR 2026 was paid', []],
    ['Mayor 12 said', []],
    ['the year 20261', []],
  ])('reads %s', (text, expected) => {
    expect(dates(text)).toEqual(expected);
  });

  it('reads ranges and both orders of day and month', () => {
    expect(datesIn('3–5 May 2026')[0]?.readings).toEqual(['2026-05-03', '2026-05-05']);
    expect(datesIn('03/05/2026')[0]?.readings).toEqual(['2026-05-03', '2026-03-05']);
    expect(datesIn('05/23/2026')[0]?.readings).toEqual(['2026-05-23']);
  });

  it('bears out the same or a less exact date only', () => {
    expect(dateBearsOut('2026-05-03', '2026-05')).toBe(true);
    expect(dateBearsOut('2026-05-03', '2026-Q2')).toBe(true);
    expect(dateBearsOut('2026-05', '2026-05-03')).toBe(false);
    expect(dateBearsOut('2026-05-03', '2026-05-04')).toBe(false);
  });
});
