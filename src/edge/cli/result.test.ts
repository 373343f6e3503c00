import { expect, test } from 'vitest';
import { memoryTerminal } from '../../../test/support/terminal.ts';
import { printResult, wrap } from './result.ts';

const quote = 'The council voted 7 to 2 for the new terminal on 14 March 2026.';
const citation = { fileId: 'f1', quote, start: 10, end: 10 + quote.length, page: 2 };
const other = { fileId: 'f2', quote: 'Total 4,100,000 EUR', start: 0, end: 19 };
const documents = [
  { fileId: 'f1', name: 'minutes.docx', type: 'docx', language: 'en', class: 'minutes', confidence: 0.9 },
  { fileId: 'f2', name: 'budget.xlsx', type: 'xlsx', language: 'en', class: 'table', confidence: 0.9 },
];

const brief = {
  kind: 'brief',
  title: 'The ferry terminal',
  documents,
  entities: [
    {
      kind: 'person',
      name: 'Ada Brook',
      mentions: [
        { fileId: 'f1', start: 1, end: 4 },
        { fileId: 'f2', start: 1, end: 4 },
      ],
      about: { sentence: 'Ada Brook chairs the council.', citations: [citation] },
    },
    ...Array.from({ length: 9 }, (_, index) => ({ kind: 'place', name: `Place ${index}`, mentions: [] })),
  ],
  keyPoints: [
    { sentence: quote, citations: [citation] },
    { sentence: 'The budget is 4.1 million euros.', citations: [other, citation] },
  ],
  timeline: [{ date: '2026-03-14', sentence: 'The vote.', citations: [citation] }],
  amounts: [
    { text: '4,100,000 EUR', number: 4_100_000, unit: 'EUR', what: 'the budget', citations: [other] },
  ],
  contradictions: [{ subject: 'the budget', sentence: 'Two papers disagree.', citations: [other] }],
  gaps: ['No paper says when work begins.'],
  notUnderstood: ['a scanned page'],
  howMade: 'By built-in skills, no language model.',
};

test('a brief shows everything, and one number for one source wherever it is cited', () => {
  const terminal = memoryTerminal(90);
  printResult(terminal, brief);
  const text = terminal.outText();
  expect(text).toContain('Ada Brook (2× in 2 documents) Ada Brook chairs the council. [1]');
  expect(text).toContain('The budget is 4.1 million euros. [2][1]');
  expect(text).toContain('2026-03-14 The vote. [1]');
  expect(text).toContain('4,100,000 EUR the budget [2]');
  expect(text).toContain('the budget: Two papers disagree. [2]');
  expect(text).toContain(`[1] minutes.docx, page 2: “${quote.slice(0, 40)}`);
  expect(text).toContain('and 1 more');
  for (const line of ['No paper says when work begins.', 'a scanned page', 'no language model'])
    expect(text).toContain(line);
  expect(text.match(/\[3\]/)).toBeNull();
});

test('a report begins with its answer and shows its table', () => {
  const terminal = memoryTerminal();
  printResult(terminal, {
    kind: 'total',
    title: 'Total of the column Amount',
    answer: { sentence: 'The total is 12.', citations: [other] },
    findings: [],
    table: { columns: ['payee', 'amount'], rows: [['Harbour', '12']] },
    documents,
    gaps: [],
    notUnderstood: [],
    howMade: '',
  });
  expect(terminal.outText()).toMatch(/^Total of the column Amount\nThe total is 12\. \[1\]/);
  expect(terminal.outText()).toMatch(/payee +amount/);
});

test('an answer of any other form is shown as it is', () => {
  const terminal = memoryTerminal();
  printResult(terminal, { echo: 'hello', parts: [1, 2] });
  printResult(terminal, 'just words');
  printResult(terminal, null);
  expect(terminal.outText()).toBe('echo  hello\nparts: 1, 2\njust words\nnull');
});

test('lines break at spaces and keep long words whole', () => {
  expect(wrap('one two three', 8)).toBe('one two\n  three');
  expect(wrap('a_very_long_word_indeed x', 8, '  ')).toBe('  a_very_long_word_indeed\n    x');
});
