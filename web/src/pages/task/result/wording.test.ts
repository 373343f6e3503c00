import { expect, test } from 'vitest';
import { amountWords, counted, dateWords, documentWords, whereWords } from './wording.ts';

test('dates are written out as exactly as they are known', () => {
  expect(dateWords('2026-05-03')).toBe('3 May 2026');
  expect(dateWords('2026-05')).toBe('May 2026');
  expect(dateWords('2026')).toBe('2026');
  expect(dateWords('2026-13-01')).toBe('2026-13-01');
  expect(dateWords('soon')).toBe('soon');
});

test('amounts have their unit once', () => {
  const amount = { number: 0, what: '', citations: [] };
  expect(amountWords({ ...amount, text: '1,200', unit: 'EUR' })).toBe('1,200 EUR');
  expect(amountWords({ ...amount, text: '€1.2 million', unit: 'EUR' })).toBe('€1.2 million');
});

test('documents are named by what they are, whatever an agent says of their language', () => {
  const document = { fileId: '', name: '', type: 'pdf', confidence: 1 };
  expect(documentWords({ ...document, class: 'press-release', language: 'de' })).toBe(
    'press release, German',
  );
  expect(documentWords({ ...document, class: 'table', language: 'en' })).toBe('table');
  expect(documentWords({ ...document, class: 'other', language: 'und' })).toBe('pdf file');
  expect(documentWords({ ...document, class: 'letter', language: '<script>' })).toBe('letter, <script>');
});

test('counts and places in a result read as words', () => {
  expect(counted(1, 'place')).toBe('1 place');
  expect(counted(1_200, 'entry', 'entries')).toBe('1,200 entries');
  expect(whereWords('keyPoints.3')).toBe('key point 4');
  expect(whereWords('documents.0.about')).toBe('document 1, what it is about');
  expect(whereWords('title')).toBe('title');
});
