import { describe, expect, it } from 'vitest';
import { dropFailed } from './drop.ts';
import { materialOf, requestOf } from './fixture.ts';
import type { Citation, Computation, Finding, Report, Verification } from './skill.ts';
import { verifyResult } from './verify.ts';

const NAMES = {
  persons: ['Jane Doe', 'Peter Marsh'],
  organisations: ['Heron Energy', 'European Space Agency', 'ESA'],
};
const SOURCE = `The budget of Heron Energy is EUR 1.2 million and runs until 3 May 2026.
Jane Doe did not sign the contract with Peter Marsh.
It is not true that Heron Energy is bankrupt.
The European Space Agency agreed. ESA pays 12 percent.
Item | Cost (EUR)
Pump | 100
Pipe | 250`;
const source = materialOf('a.md', SOURCE, NAMES);
const other = materialOf('b.md', 'The weather was fine in Lisbon.');

function cited(...quotes: string[]): Citation[] {
  return quotes.map((quote) => {
    const start = SOURCE.indexOf(quote);
    if (start < 0) throw new Error(`not in the source: ${quote}`);
    return { fileId: source.fileId, quote, start, end: start + quote.length };
  });
}

function reportOf(finding: Finding): Report {
  return {
    kind: 'answer',
    title: 'Answer',
    answer: finding,
    findings: [],
    documents: [],
    gaps: [],
    notUnderstood: [],
    howMade: 'Made by built-in skills, no language model.',
  };
}

function verdict(finding: Finding, goal = ''): Verification {
  return verifyResult({ ...requestOf([source, other], { write: reportOf(finding) }), goal });
}

const BUDGET = 'The budget of Heron Energy is EUR 1.2 million and runs until 3 May 2026.';

describe('what the sources bear out passes', () => {
  it.each<[string, string, string[]]>([
    ['the sentence itself', BUDGET, [BUDGET]],
    ['part of it', 'The budget of Heron Energy is EUR 1.2 million', [BUDGET]],
    ['a number written out', '€1,200,000: the budget.', [BUDGET]],
    ['a date in another form', '2026-05-03', [BUDGET]],
    ['a less exact date', 'It runs until May 2026.', [BUDGET]],
    ['percent for %', 'ESA pays 12 %.', ['ESA pays 12 percent.']],
    ['the full name behind an acronym', 'European Space Agency: 12 percent', ['ESA pays 12 percent.']],
    ['a quoted statement with its file', 'a.md says “ESA pays 12 percent.”', ['ESA pays 12 percent.']],
    ['a row with its headers', 'Item: Pump; Cost (EUR): 100', ['Pump | 100', 'Item | Cost (EUR)']],
    ['a unit that the header gives', 'Pump: 100 EUR', ['Pump | 100']],
  ])('%s', (_what, sentence, quotes) => {
    expect(verdict({ sentence, citations: cited(...quotes) }).failed).toEqual([]);
  });

  it('words of the question may be repeated', () => {
    const finding = {
      sentence: 'The allowance is EUR 1.2 million.',
      citations: cited(BUDGET),
    };
    expect(verdict(finding, 'What is the allowance?').failed).toEqual([]);
    expect(verdict(finding).failed).toHaveLength(1);
  });

  it('nothing found needs no source', () => {
    expect(verdict({ sentence: 'The documents do not say.', citations: [] }).failed).toEqual([]);
    expect(
      verdict({ sentence: 'No contradiction was found in the 2 documents.', citations: [] }).failed,
    ).toEqual([]);
    const repeated = 'The documents do not say who said “two tiles are missing”.';
    expect(verdict({ sentence: repeated, citations: [] }).failed).toEqual([]);
    const claimed = 'The documents do not say that 7 tiles are missing.';
    expect(verdict({ sentence: claimed, citations: [] }).failed).toHaveLength(1);
  });
});

describe('what they do not bear out fails', () => {
  it.each<[string, string, string[], string]>([
    ['another number', 'The budget of Heron Energy is EUR 1.3 million.', [BUDGET], 'number-not-in-source'],
    ['another scale', 'The budget of Heron Energy is EUR 1.2 billion.', [BUDGET], 'number-not-in-source'],
    ['another currency', 'The budget of Heron Energy is USD 1.2 million.', [BUDGET], 'number-not-in-source'],
    ['a more exact date', 'It runs until 3 May 2026 and 14 June 2026.', [BUDGET], 'number-not-in-source'],
    ['a strange name', 'The budget of Falcon Works is EUR 1.2 million.', [BUDGET], 'name-not-in-source'],
    ['a strange verb', 'The budget of Heron Energy exploded.', [BUDGET], 'sentence-not-supported'],
    [
      'a lost denial',
      'Jane Doe did sign the contract with Peter Marsh.',
      ['Jane Doe did not sign the contract with Peter Marsh.'],
      'sentence-not-supported',
    ],
    [
      'a denial cut off',
      'Heron Energy is bankrupt.',
      ['It is not true that Heron Energy is bankrupt.'],
      'sentence-not-supported',
    ],
    [
      'names swapped',
      'Peter Marsh did not sign the contract with Jane Doe.',
      ['Jane Doe did not sign the contract with Peter Marsh.'],
      'sentence-not-supported',
    ],
    [
      'a statement of another file',
      'b.md says “ESA pays 12 percent.”',
      ['ESA pays 12 percent.'],
      'sentence-not-supported',
    ],
    [
      'a file that is not cited',
      'ESA pays 12 percent, as b.md says.',
      ['ESA pays 12 percent.'],
      'sentence-not-supported',
    ],
  ])('%s', (_what, sentence, quotes, reason) => {
    expect(verdict({ sentence, citations: cited(...quotes) }).failed).toMatchObject([
      { where: 'answer', reason },
    ]);
  });

  it('a claim without a source', () => {
    for (const sentence of [BUDGET, 'Jane Doe is not guilty of 77 crimes found in the documents.']) {
      expect(verdict({ sentence, citations: [] }).failed).toMatchObject([{ reason: 'no-citation' }]);
    }
  });

  it.each<[string, Partial<Citation>, string]>([
    ['shifted', { start: 1, end: BUDGET.length + 1 }, 'wrong-offset'],
    ['altered', { quote: BUDGET.replace('1.2', '1.4') }, 'quote-not-in-source'],
    ['empty', { quote: '', end: 0 }, 'quote-not-in-source'],
    ['of another file', { fileId: other.fileId }, 'quote-not-in-source'],
    ['of no file', { fileId: 'nowhere' }, 'quote-not-in-source'],
  ])('a quote %s', (_what, change, reason) => {
    const [citation] = cited(BUDGET);
    const finding = { sentence: BUDGET, citations: [{ ...citation!, ...change }] };
    expect(verdict(finding).failed).toMatchObject([{ reason }]);
  });
});

describe('computations are computed again', () => {
  const computation = (change: Partial<Computation> = {}): Finding => {
    const [pump, pipe] = cited('100', '250');
    const made: Computation = {
      operation: 'sum',
      operands: [
        { value: 100, citation: pump! },
        { value: 250, citation: pipe! },
      ],
      result: 350,
      unit: 'EUR',
      ...change,
    };
    return {
      sentence: `The total of Cost is ${made.result} EUR.`,
      citations: cited('Cost (EUR)'),
      computation: made,
    };
  };

  it.each<[string, Finding]>([
    ['sum', computation()],
    ['average', computation({ operation: 'average', result: 175 })],
    ['minimum', computation({ operation: 'minimum', result: 100 })],
    ['maximum', computation({ operation: 'maximum', result: 250 })],
    ['difference', computation({ operation: 'difference', result: -150 })],
    ['ratio', computation({ operation: 'ratio', result: 0.4 })],
    ['count', { ...computation({ operation: 'count', result: 2 }), sentence: '2 rows.' }],
  ])('a right %s passes', (_what, finding) => {
    expect(verdict(finding).failed).toEqual([]);
  });

  it.each<[string, Finding]>([
    ['a wrong result', computation({ result: 360 })],
    ['a wrong operation', computation({ operation: 'average' })],
    [
      'an operand that is not in its quote',
      computation({ operands: [{ value: 350, citation: cited('100')[0]! }] }),
    ],
    ['no operands', computation({ operation: 'average', operands: [] })],
    ['a sentence with another result', { ...computation(), sentence: 'The total of Cost is 351 EUR.' }],
    ['a sentence in another currency', { ...computation(), sentence: 'The total of Cost is 350 USD.' }],
    [
      'another currency than the column',
      { ...computation({ unit: 'USD' }), sentence: 'The total is 350 USD.' },
    ],
  ])('%s fails', (_what, finding) => {
    expect(verdict(finding).failed).toMatchObject([{ reason: 'wrong-computation' }]);
  });
});

describe('tables of a report', () => {
  it('hold only what is in the sources or computed', () => {
    const finding = { sentence: BUDGET, citations: cited(BUDGET) };
    const table = {
      columns: ['Item', 'Cost'],
      rows: [
        ['Pump', '100'],
        ['Pipe', '777'],
        ['Gustav Lindholm', '250'],
      ],
    };
    const report = { ...reportOf(finding), table };
    const { failed } = verifyResult(requestOf([source, other], { write: report }));
    expect(failed).toMatchObject([
      { where: 'table.1', reason: 'number-not-in-source' },
      { where: 'table.2', reason: 'name-not-in-source' },
    ]);
    const kept = dropFailed(report, { checked: 4, failed, missedContradictions: [] });
    expect(kept).toMatchObject({ table: { rows: [['Pump', '100']] } });
  });
});

describe('contradictions the result passes over', () => {
  const a = materialOf('x.md', 'The budget of Heron is EUR 5 million.');
  const b = materialOf('y.md', 'The budget of Heron is EUR 6 million.');
  const quote = 'The budget of Heron is EUR 5 million.';
  const finding = { sentence: quote, citations: [{ fileId: a.fileId, quote, start: 0, end: quote.length }] };

  it('are named, and put before the reader', () => {
    const report = reportOf(finding);
    const verification = verifyResult(requestOf([a, b], { write: report }));
    expect(verification.failed).toEqual([]);
    expect(verification.missedContradictions).toHaveLength(1);
    expect(dropFailed(report, verification).gaps.join()).toContain('The sources disagree here: x.md says');
  });

  it('are none where the answer rests on other words', () => {
    const calm = materialOf('z.md', 'Jane Doe is the mayor of Porto.');
    const [text] = [calm.document.text];
    const answer = {
      sentence: text,
      citations: [{ fileId: calm.fileId, quote: text, start: 0, end: text.length }],
    };
    const { missedContradictions } = verifyResult(requestOf([a, b, calm], { write: reportOf(answer) }));
    expect(missedContradictions).toEqual([]);
  });
});

describe('removing what failed', () => {
  it('leaves a result alone that passed', () => {
    const report = reportOf({ sentence: BUDGET, citations: cited(BUDGET) });
    expect(dropFailed(report, { checked: 1, failed: [], missedContradictions: [] })).toBe(report);
  });

  it('withdraws an answer and says why', () => {
    const report = reportOf({ sentence: 'The budget is EUR 9 million.', citations: cited(BUDGET) });
    const kept = dropFailed(report, verdict(report.answer));
    expect(kept).toMatchObject({
      answer: { sentence: 'No answer that its sources bear out was found.', citations: [] },
    });
    expect(kept.notUnderstood.join()).toContain(
      'The verifier removed “The budget is EUR 9 million.”: a number or date is not in the source',
    );
  });
});

it('refuses to verify nothing', () => {
  expect(() => verifyResult(requestOf([source]))).toThrow(
    expect.objectContaining({ code: 'request/invalid' }),
  );
});
