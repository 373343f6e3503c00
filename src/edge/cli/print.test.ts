import { expect, test } from 'vitest';
import { memoryTerminal } from '../../../test/support/terminal.ts';
import { printAnswer } from './print.ts';

function shown(answer: unknown): string {
  const terminal = memoryTerminal();
  printAnswer(terminal, answer);
  return terminal.outText();
}
const ballot = { agentId: '01a1', name: 'Ann', choice: ['yes'], castBy: null };

test('what stands inside a thing is shown with what it says: a ballot with its choice', () => {
  expect(shown({ ballots: [ballot] })).toContain('name Ann · choice yes · agentId 01a1');
  expect(shown({ rounds: [{ counts: { yes: 2 } }] })).toContain('counts {"yes":2}');
});

test('a list shows names of things, values inside, and leaves out what is empty', () => {
  const text = shown({
    items: [{ topic: 'news', subscribers: [{ name: 'Ann' }, { name: 'Bob' }], extra: {} }],
  });
  expect(text).toMatch(/topic +subscribers/);
  expect(text).toContain('Ann, Bob');
  expect(text).not.toContain('extra');
  expect(shown({ items: [{ place: 0, params: { width: 10 } }] })).toContain('{"width":10}');
});

test('a long text is cut to what is left of the line; ids of other things come last', () => {
  const id = '01a1ff4b-1e9f-7000-85cb-11ff31117b3d';
  const long = 'Which queue does this ticket belong to, and who should read it first of all?';
  const items = [{ agentId: id, id, question: long, winner: 'billing' }];
  const [head, row] = shown({ items }).split('\n');
  expect(head).toMatch(/^id +question +winner *$/);
  expect(row).toContain('Which queue does this ticket');
  expect(row?.length).toBeLessThanOrEqual(100);
});

test('an empty thing makes no line', () => {
  expect(shown({ id: 'x', payload: { data: {} }, params: {} })).toBe('id  x\npayload:');
});
