import { describe, expect, test } from 'vitest';
import { changesOf, numbered, stretchesOf, summaryOf } from './changes.ts';
import { type Flow, operatorWords } from './flow.ts';

const before: Flow = {
  name: 'order',
  steps: [
    { name: 'book', goal: 'Book a room', needs: [] },
    { name: 'each', forEach: 'input.items', needs: ['book'], steps: [{ name: 'pack', goal: 'Pack it' }] },
  ],
};
const after: Flow = {
  name: 'order',
  steps: [
    { name: 'ask', approval: { ask: 'Shall we?' }, needs: [] },
    { name: 'book', goal: 'Book it', needs: ['ask'] },
  ],
};
const none = { added: [], removed: [], changed: [] };

describe('what became of the steps', () => {
  test('is told in the order of the second version, what is gone last, each with what it does', () => {
    const changes = changesOf(
      {
        added: ['ask'],
        removed: ['each', 'each[].pack'],
        changed: [
          { place: '', key: 'tags', from: null, to: ['a', 'b'] },
          { place: 'book', key: 'goal', from: 'Book a room', to: 'Book it' },
          { place: 'book', key: 'needs', from: [], to: ['ask'] },
        ],
      },
      before,
      after,
    );
    expect(changes.map(({ what, place, says }) => [what, place, says])).toEqual([
      ['changed', '', ''],
      ['added', 'ask', 'an approval: asks: Shall we?'],
      ['changed', 'book', 'work: Book it'],
      ['removed', 'each', 'for each item: for each of input.items'],
      ['removed', 'each[].pack', 'work: Pack it'],
    ]);
    expect(changes[2]?.parts).toEqual([
      { name: 'Goal', was: 'Book a room', now: 'Book it' },
      { name: 'When it begins', was: 'at once', now: 'after ask' },
    ]);
    expect(summaryOf(changes, [])).toBe(
      '1 step added, 2 steps removed, 1 step changed, the workflow itself changed.',
    );
  });

  test.each([
    ['needs', ['a', 'b', 'c'], 'after a, b and c'],
    ['timeoutMs', 90_000, '1 min 30 s'],
    ['optional', null, 'no'],
    ['optional', true, 'yes'],
    ['if', null, null],
    ['width', 0, '0'],
    ['tags', [], 'none'],
    ['retry', { maxAttempts: 3 }, 'maxAttempts: 3'],
    ['input', { day: { from: 1 } }, '{\n  "day": {\n    "from": 1\n  }\n}'],
  ])('%s: %j is said as %j', (key, value, words) => {
    const [change] = changesOf(
      { ...none, changed: [{ place: 'book', key, from: value, to: 'x' }] },
      before,
      after,
    );
    expect(change?.parts[0]?.was).toBe(words);
  });

  test('who carries out all steps is said in words', () => {
    const operator = { key: 'operator', from: null, to: { capability: 'pack' } };
    const [change] = changesOf({ ...none, changed: [{ place: '', ...operator }] }, before, after);
    expect(change?.parts).toEqual([
      { name: 'Who carries out all its steps', was: null, now: 'capability: pack' },
    ]);
    expect(operatorWords({ operator: { capability: 'pack' } })).toMatch(
      /: the best of those who can pack\.$/,
    );
    expect(operatorWords({ operator: { agent: 'Shop', capability: 'pack' } })).toMatch(
      /: Shop, who can pack\.$/,
    );
    expect(operatorWords(before)).toBeUndefined();
  });

  test('a key without a word of its own is told by its name, and a step without a definition by its place', () => {
    const [change] = changesOf(
      { ...none, changed: [{ place: 'x', key: 'later', from: 1, to: 2 }] },
      undefined,
      undefined,
    );
    expect(change).toEqual({
      place: 'x',
      what: 'changed',
      says: '',
      parts: [{ name: 'later', was: '1', now: '2' }],
    });
  });

  test('nothing is not said to be a change, and only other writing is not said to be nothing', () => {
    expect(summaryOf([], [])).toBe('Nothing is different.');
    expect(summaryOf([], [{ sign: '+', text: '# remark', now: 1 }])).toMatch(/only how it is written/);
  });
});

describe('the lines', () => {
  const text = [' a', '-b', '+c', '+d', ' e'];

  test('have their numbers on both sides', () => {
    expect(numbered({ firstLine: 7, text })).toEqual([
      { sign: ' ', text: 'a', was: 7, now: 7 },
      { sign: '-', text: 'b', was: 8 },
      { sign: '+', text: 'c', now: 8 },
      { sign: '+', text: 'd', now: 9 },
      { sign: ' ', text: 'e', was: 9, now: 10 },
    ]);
  });

  const folded = (same: number) =>
    stretchesOf(numbered({ firstLine: 1, text: ['-a', ...Array<string>(same).fill(' x'), '+b'] })).map(
      ({ lines, isFolded }) => [lines.length, isFolded],
    );

  test('are folded where many are the same, and nothing is lost by it', () => {
    expect(folded(20)).toEqual([
      [4, false],
      [14, true],
      [4, false],
    ]);
  });

  test('are not folded where that saves no room', () => {
    expect(folded(6)).toEqual([[8, false]]);
    expect(folded(7).every(([, isFolded]) => !isFolded)).toBe(true);
    expect(folded(8).some(([, isFolded]) => isFolded)).toBe(true);
    expect(stretchesOf([])).toEqual([]);
  });
});
