import { describe, expect, it } from 'vitest';
import { ibanValid, isbnValid, isinValid, leiValid } from './checksums.ts';
import { settleOverlaps } from './finding.ts';
import { findIdentifiers } from './identifiers.ts';

function identifiers(text: string): Array<[string, unknown]> {
  return settleOverlaps(findIdentifiers(text)).map(({ start, end, value }) => [
    text.slice(start, end),
    value,
  ]);
}

describe('identifiers', () => {
  it.each([
    ['IBAN DE89 3704 0044 0532 0130 00, BIC', 'DE89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
    ['ISIN US0378331005', 'US0378331005', 'US0378331005'],
    ['ISBN 978-0-471-11709-4', '978-0-471-11709-4', '9780471117094'],
    ['ISBN: 1857982185', '1857982185', '1857982185'],
    ['VAT DE123456789', 'DE123456789', 'DE123456789'],
    ['LEI 213800KUD8LAJWSQ9D15', '213800KUD8LAJWSQ9D15', '213800KUD8LAJWSQ9D15'],
    ['doi 10.1000/xyz123.', '10.1000/xyz123', '10.1000/xyz123'],
    ['Invoice No. INV-2026-0042', 'INV-2026-0042', 'INV-2026-0042'],
    ['Order number: 4711-88', '4711-88', '4711-88'],
    ['Contract no. 2026/114-B', '2026/114-B', '2026/114-B'],
    ['Case No. 19-cv-01234', '19-cv-01234', '19-cv-01234'],
    ['U.S. Patent No. 7,123,456', 'U.S. Patent No. 7,123,456', 'U.S. Patent No. 7,123,456'],
    ['see ABC-123 for', 'ABC-123', 'ABC-123'],
    ['(Closes: #998302)', '#998302', '998302'],
    [
      'id 123e4567-e89b-12d3-a456-426614174000',
      '123e4567-e89b-12d3-a456-426614174000',
      '123e4567-e89b-12d3-a456-426614174000',
    ],
    ['CVE-2024-12345', 'CVE-2024-12345', 'CVE-2024-12345'],
  ])('finds %j', (text, quote, value) => {
    expect(identifiers(text)).toEqual([[quote, value]]);
  });

  it.each([
    'DE89 3704 0044 0532 0130 01 has a wrong check digit',
    'ISIN US0378331003',
    'ISBN 978-0-471-11709-5',
    'UTF-8 and COVID-19 and SHA-256 and GPL-3',
    'the colour #336699',
    'phone 317-274-5902, whose digits happen to check',
    'case number of the day',
    'invoice number one',
    'in order no more',
    'the number 1 song',
    'file no longer 2 days',
  ])('finds nothing in %j', (text) => {
    expect(identifiers(text)).toEqual([]);
  });

  it('checks digits after their standards', () => {
    expect([
      ibanValid('GB82WEST12345698765432'),
      ibanValid('GB82WEST12345698765431'),
      ibanValid('X'),
    ]).toEqual([true, false, false]);
    expect([isinValid('GB00BYXJL758'), isinValid('GB00BYXJL759')]).toEqual([true, false]);
    expect([
      isbnValid('080442957X'),
      isbnValid('0804429570'),
      isbnValid('9789024538270'),
      isbnValid('123'),
    ]).toEqual([true, false, true, false]);
    expect([leiValid('213800KUD8LAJWSQ9D15'), leiValid('213800KUD8LXJWSQ9D15')]).toEqual([true, false]);
  });
});
