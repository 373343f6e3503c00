import { expect, test } from 'vitest';
import { EMPTY_VOTE, optionsOf, readVoteForm } from './vote-form.ts';

const good = { ...EMPTY_VOTE, question: 'Ready?', teamId: 't' };

test('a form becomes a vote of a team, or of the agents chosen', () => {
  expect(readVoteForm(good)).toEqual({
    vote: { question: 'Ready?', options: ['yes', 'no'], rule: 'majority', teamId: 't', timeoutMs: 600_000 },
  });
  const chosen = readVoteForm({ ...good, teamId: '', voters: ['a', 'b'], quorum: '2' });
  expect('vote' in chosen && chosen.vote).toMatchObject({ voters: ['a', 'b'], quorum: 2 });
  expect('vote' in chosen && 'teamId' in chosen.vote).toBe(false);
});

test.each([
  ['question', { question: ' ' }],
  ['options', { options: 'only one\n\n' }],
  ['options', { options: 'a\na' }],
  ['options', { options: `a\n${'x'.repeat(201)}` }],
  ['teamId', { teamId: '' }],
  ['quorum', { quorum: '0' }],
  ['quorum', { quorum: '1.5' }],
] as const)('a wrong %s (%j) is said at that field only', (field, changes) => {
  const read = readVoteForm({ ...good, ...changes });
  expect('problems' in read && Object.keys(read.problems)).toEqual([field]);
});

test('options stand one a line, without what surrounds them', () => {
  expect(optionsOf(' a \n\n b, c\n')).toEqual(['a', 'b, c']);
});
