import { expect, test } from 'vitest';
import type { Ballot } from '../../api/models.ts';
import { choiceWords, countOf, rowsOf, standingOf } from './vote-words.ts';

const ballot = (choice: string[] | null, weight = 1): Ballot => ({
  agentId: 'a',
  name: 'Ann',
  weight,
  choice,
  note: null,
  castAt: null,
  castBy: null,
  changes: 0,
  messageId: null,
});

test('silence, an abstention and a ranking are told apart', () => {
  expect([null, [], ['yes'], ['b', 'a']].map(choiceWords)).toEqual(['silent', 'abstains', 'yes', 'b › a']);
  expect(countOf({ ballots: [ballot(null), ballot([]), ballot(['a'])] })).toEqual({
    voters: 3,
    heard: 2,
    chose: 1,
  });
});

test('a round is shown with shares, the largest first; without a ballot nothing is divided', () => {
  expect(rowsOf({ a: 1, b: 3 })).toEqual([
    { option: 'b', count: 3, share: 0.75 },
    { option: 'a', count: 1, share: 0.25 },
  ]);
  expect(rowsOf({ a: 0 })).toEqual([{ option: 'a', count: 0, share: 0 }]);
});

test('while it is open first choices stand, by weight where the rule counts it', () => {
  const ballots = [ballot(['b', 'a'], 0.4), ballot(['a'], 0.9), ballot([], 1), ballot(null)];
  const options = ['a', 'b', 'constructor'];
  expect(standingOf({ options, rule: 'ranked', ballots }).map(({ count }) => count)).toEqual([1, 1, 0]);
  expect(standingOf({ options, rule: 'weighted', ballots })[0]).toMatchObject({ option: 'a', count: 0.9 });
});
