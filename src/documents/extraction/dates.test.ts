import { describe, expect, it } from 'vitest';
import { findDates } from './dates.ts';

function dates(text: string, reference?: string): Array<[string, unknown]> {
  return findDates(text, reference)
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, value }) => [text.slice(start, end), value]);
}

describe('dates', () => {
  it.each([
    ['on 2026-03-14.', '2026-03-14', '2026-03-14'],
    ['at 2026-03-14T10:00:00.123+01:00,', '2026-03-14T10:00:00.123+01:00', '2026-03-14'],
    ['14 March 2026', '14 March 2026', '2026-03-14'],
    ['March 14, 2026', 'March 14, 2026', '2026-03-14'],
    ['March 14th, 2026', 'March 14th, 2026', '2026-03-14'],
    ['Saturday, 14 March 2026', 'Saturday, 14 March 2026', '2026-03-14'],
    ['the 3d day of January', '3d day of January', undefined],
    ['14.03.2026', '14.03.2026', '2026-03-14'],
    ['31/12/2025', '31/12/2025', '2025-12-31'],
    ['12/31/2025', '12/31/2025', '2025-12-31'],
    ['12/31/99 was the day', '12/31/99', '1999-12-31'],
    ['14-Mar-2026', '14-Mar-2026', '2026-03-14'],
    ['am 14. März 2026', '14. März 2026', '2026-03-14'],
    ['den 3. April 2026', '3. April 2026', '2026-04-03'],
    ['le 1er août 2026', '1er août 2026', '2026-08-01'],
    ['el 14 de marzo de 2026', '14 de marzo de 2026', '2026-03-14'],
    ['il 5 maggio 2026', '5 maggio 2026', '2026-05-05'],
    ['im Dezember 2025', 'Dezember 2025', '2025-12'],
    ['14-16 March 2026', '14-16 March 2026', '2026-03-14'],
    ['March 30 to April 2, 2026', 'March 30 to April 2, 2026', '2026-03-30'],
    ['March 2026', 'March 2026', '2026-03'],
    ['Sept. 2026', 'Sept. 2026', '2026-09'],
    ['Q3 2026', 'Q3 2026', '2026'],
    ['the first quarter of 2026', 'first quarter of 2026', undefined],
    ['FY 2025/26', 'FY 2025/26', '2025'],
    ['in 2026,', '2026', '2026'],
    ['1998-2003', '1998-2003', '1998'],
    ['the mid-1990s', '1990s', undefined],
    ['Tue Mar 14 10:00:00 UTC 2026', 'Tue Mar 14', '2026-03-14'],
    ['on 29 February 2024', '29 February 2024', '2024-02-29'],
  ])('finds %j', (text, quote, value) => {
    expect(dates(text)).toContainEqual([quote, value]);
  });

  it.each([
    'version 1.2.26 of it',
    'section 3.14.2 says',
    '192.168.12.20',
    '31.02.2026 is no day',
    'call 617-542-5942',
    'may 5 people come? May I?',
    'room 2026 has 1998 bytes',
    'score 3/4 and 24/7',
    'part 2010-2345-11',
    'the march of 300 men',
    '2026-13-45',
    'file-2026-03-14-x.txt',
    '$2026 and 2,026 and 2026.5',
  ])('finds nothing in %j', (text) => {
    expect(dates(text).filter(([quote]) => quote !== 'March')).toEqual([]);
  });

  it('reads an ambiguous day the way the rest of the document writes days', () => {
    expect(dates('on 05/03/2026 and 28/03/2026')[0]).toEqual(['05/03/2026', '2026-03-05']);
    expect(dates('on 05/03/2026 and 03/28/2026')[0]).toEqual(['05/03/2026', '2026-05-03']);
  });

  it('takes every year of a copyright line', () => {
    expect(dates('Copyright (C) 1998, 1999, 2001-2004 Jane Doe').map(([quote]) => quote)).toEqual([
      '1998',
      '1999',
      '2001-2004',
    ]);
  });

  it('gives a day without a year the year of the others only when they agree', () => {
    const agreeing = 'On 3 May 2026 and 5 June 2026; then 7 July.';
    expect(dates(agreeing)).toContainEqual(['7 July', '2026-07-07']);
    expect(dates(agreeing.replace('June 2026', 'June 2027'))).toContainEqual(['7 July', undefined]);
    expect(dates('On 3 May 2026, then 7 July.')).toContainEqual(['7 July', undefined]);
  });

  it('understands yesterday only when the document has a date of its own', () => {
    expect(dates('It came yesterday.', '2026-03-01')).toEqual([['yesterday', '2026-02-28']]);
    expect(dates('It came yesterday.')).toEqual([]);
  });
});
