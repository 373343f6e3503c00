import { expect, test } from 'vitest';
import { Problem } from '../../api/client.ts';
import { capProblemsIn, NO_CAP, readCap } from './cap.ts';

test('what is typed becomes a budget; nothing typed is no budget, and 0 dollars is one', () => {
  expect(readCap(NO_CAP)).toEqual({ budget: undefined });
  expect(readCap({ costUsd: ' $0,50', tokens: '' })).toEqual({ budget: { costUsd: 0.5 } });
  expect(readCap({ costUsd: '0', tokens: '20 000' })).toEqual({ budget: { costUsd: 0, tokens: 20_000 } });
});

test.each([
  ['costUsd', '-1'],
  ['costUsd', 'much'],
  ['costUsd', '1000001'],
  ['tokens', '0'],
  ['tokens', '1.5'],
  ['tokens', '2e12'],
] as const)('a wrong %s (%s) is said at that field only', (field, value) => {
  const read = readCap({ ...NO_CAP, [field]: value });
  expect('problems' in read && Object.keys(read.problems)).toEqual([field]);
});

const refusal = (code: string, detail: string) =>
  new Problem({ code, title: '', detail, hint: '', status: 422, traceId: '', values: {} });

test('what the server refuses of a budget stands at its field; another refusal stands at none', () => {
  const of = (detail: string, code = 'request/invalid') => capProblemsIn(refusal(code, detail));
  expect(of('The request is not valid: budget.tokens: too big.')).toEqual({ tokens: 'too big.' });
  expect(of('The request is not valid: budget: a number of dollars.')).toEqual({
    costUsd: 'a number of dollars.',
  });
  expect(of('The request is not valid: goal: too long.')).toEqual({});
  expect(of('budget: used up', 'budget/exceeded')).toEqual({});
});
