import { expect, test } from 'vitest';
import { memoryTerminal } from '../../../test/support/terminal.ts';
import { firstOf } from './derived.ts';
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

test('amounts have six digits that count, also inside; whole numbers and texts stay as they are', () => {
  expect(shown({ joules: 8.201445094845617, tokens: 123_456_789, version: '1.23456789' })).toBe(
    'joules   8.20145\ntokens   123456789\nversion  1.23456789',
  );
  expect(shown({ shares: [1 / 3, 1], terms: [{ grams: 0.000_046_845_307 }] })).toBe(
    'shares: 0.333333, 1\nterms:\n  - grams 0.0000468453',
  );
});

test('an empty list says how its first comes about, where a command makes it', () => {
  const said = (first?: string) => {
    const terminal = memoryTerminal();
    printAnswer(terminal, { items: [], nextCursor: null }, first);
    return terminal.noteText();
  };
  expect(said('schedule create')).toBe('None yet. The first: cadre schedule create');
  expect(said()).toBe('None.');
  const operations = [
    'schedules.create',
    'schedules.list',
    'providers.create',
    'models.list',
    'events.list',
  ].map((name) => ({ name: name as `${string}.${string}` }));
  expect(operations.map((operation) => firstOf(operations, operation))).toEqual([
    undefined,
    'schedule create',
    undefined,
    'provider create',
    undefined,
  ]);
});

test('an empty thing makes no line', () => {
  expect(shown({ id: 'x', payload: { data: {} }, params: {} })).toBe('id  x\npayload:');
});
