import { describe, expect, it } from 'vitest';
import { findEmails, findPhones, findUrls } from './contacts.ts';
import type { Finding } from './finding.ts';

const quotes = (text: string, found: Finding[]) => found.map(({ start, end }) => text.slice(start, end));

describe('e-mail addresses', () => {
  it.each([
    ['Jane <jane.doe+x@mail.example.org>, or', 'jane.doe+x@mail.example.org'],
    ['mailto:a_b@example.co.uk.', 'a_b@example.co.uk'],
    ["o'neil@example.com", "o'neil@example.com"],
  ])('are found in %j', (text, quote) => {
    expect(quotes(text, findEmails(text))).toEqual([quote]);
  });

  it.each(['@handle', 'a@b', 'foo@localhost', 'a@@b.org', 'git@', 'user@host..org', 'x @ y.org'])(
    'are not seen in %j',
    (text) => {
      expect(findEmails(text)).toEqual([]);
    },
  );
});

describe('urls', () => {
  it.each([
    ['see https://example.org/a_(b)?x=1&y=2#z.', 'https://example.org/a_(b)?x=1&y=2#z'],
    ['(http://example.org/x)', 'http://example.org/x'],
    ['[text](https://example.org/a)](https://other.org)', 'https://example.org/a'],
    ['<ftp://ftp.example.org/pub/>', 'ftp://ftp.example.org/pub/'],
    ['go to www.example.com, then', 'www.example.com'],
    ['at example.org/path today', 'example.org/path'],
  ])('are found in %j', (text, quote) => {
    expect(quotes(text, findUrls(text))[0]).toBe(quote);
  });

  it.each([
    'http:// and https://',
    'Node.js and README.md',
    'e.g. this',
    'BeOpen.com Inc.',
    'a.b.c',
    'jane@example.org',
  ])('are not seen in %j', (text) => {
    expect(findUrls(text)).toEqual([]);
  });
});

describe('telephone numbers', () => {
  it.each([
    ['Tel.: +49 30 123456-78', '+49 30 123456-78', '+493012345678'],
    ['call (617) 542-5942 now', '(617) 542-5942', '6175425942'],
    ['617.542.5942', '617.542.5942', '6175425942'],
    ['1-800-555-0199 ext. 12', '1-800-555-0199 ext. 12', '18005550199'],
    ['Fax 0123 456789', '0123 456789', '0123456789'],
    ['+44 (0)20 8366 1177', '+44 (0)20 8366 1177', '+442083661177'],
  ])('are found in %j', (text, quote, value) => {
    expect(findPhones(text).map((item) => [text.slice(item.start, item.end), item.value])).toEqual([
      [quote, value],
    ]);
  });

  it.each([
    '2026-03-14',
    '192.168.1.1',
    'order 1234567',
    '978-0-471-11709-4',
    '1,234,567',
    '12:30-14:00',
    '2001, 2002, 2003',
    '+5 points',
    'pages 100-200',
  ])('are not seen in %j', (text) => {
    expect(findPhones(text)).toEqual([]);
  });
});
