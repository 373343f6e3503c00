import { expect, test } from 'vitest';
import { briefOf, citationsOf, escapedWords, reportOf, verificationOf } from './result.ts';

const citation = { fileId: 'f', quote: 'Anna', start: 0, end: 4 };
const finding = { sentence: 'Anna.', citations: [citation] };
const brief = { kind: 'brief', title: 'B', keyPoints: [finding] };
const report = { kind: 'total', title: 'R', answer: finding, findings: [] };

test('a brief may leave lists out; its citations are found in every part', () => {
  expect(briefOf(brief)?.timeline).toEqual([]);
  const full = briefOf({
    ...brief,
    timeline: [{ ...finding, date: '2026' }],
    amounts: [{ text: '1', number: 1, unit: 'EUR', what: '', citations: [citation] }],
    contradictions: [
      {
        ...finding,
        subject: 's',
        computation: { operation: 'sum', operands: [{ value: 1, citation }], result: 1 },
      },
    ],
  });
  expect(full && citationsOf(full)).toHaveLength(5);
});

test.each([
  ['no text', null],
  ['text', 'brief'],
  ['a point that is text', { ...brief, keyPoints: ['Anna.'] }],
  ['a point without citations', { ...brief, keyPoints: [{ sentence: 'Anna.' }] }],
  [
    'a place that is no number',
    { ...brief, keyPoints: [{ sentence: '', citations: [{ ...citation, end: '4' }] }] },
  ],
  ['an entity without mentions', { ...brief, entities: [{ kind: 'person', name: 'Anna' }] }],
  ['gaps that are objects', { ...brief, gaps: [{}] }],
  ['lists that are objects', { ...brief, timeline: {} }],
])('%s makes it no brief but data', (_what, output) => {
  expect(briefOf(output)).toBeUndefined();
});

test('a report is read, and the draft of one; other forms are not', () => {
  expect(reportOf(report)).toMatchObject({ gaps: [], documents: [] });
  expect(reportOf({ ...report, table: { columns: ['a'], rows: [['1']] } })?.table?.rows).toEqual([['1']]);
  expect(reportOf({ ...report, table: { columns: ['a'], rows: [[{}]] } })).toBeUndefined();
  expect(reportOf({ ...report, answer: 'Anna' })).toBeUndefined();
  expect(
    reportOf({
      ...report,
      answer: { ...finding, computation: { operation: 'hack', operands: [], result: 1 } },
    }),
  ).toBeUndefined();
  expect(reportOf(brief)).toBeUndefined();
});

test('marks that turn the direction of writing are taken out of words, never out of quotes', () => {
  const turned = { sentence: 'pay \u202e0001\u202c', citations: [{ ...citation, quote: '\u202eA' }] };
  const [point] = briefOf({ ...brief, keyPoints: [turned] })?.keyPoints ?? [];
  expect(point?.sentence).toBe('pay 0001');
  expect(point?.citations[0]?.quote).toBe('\u202eA');
  expect(escapedWords('a\u202eb\u0007\tc\n')).toBe('a\\u202eb\\u0007\tc\n');
});

test('a verification is believed only in its form', () => {
  expect(verificationOf({ checked: 3, failed: [] })).toMatchObject({ checked: 3, missedContradictions: [] });
  expect(verificationOf({ checked: 'all', failed: [] })).toBeUndefined();
  expect(verificationOf({ checked: 3, failed: [7] })).toBeUndefined();
  expect(verificationOf(undefined)).toBeUndefined();
});
