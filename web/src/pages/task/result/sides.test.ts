import { expect, test } from 'vitest';
import { sidesOf } from './sides.ts';

const names = new Map([
  ['1', 'a.md'],
  ['2', 'b; c.pdf'],
]);
const left = { fileId: '1', quote: 'The **hall** holds 320.', start: 0, end: 23 };
const right = { fileId: '2', quote: 'It holds\n260.', start: 5, end: 18 };

test('each side has the words and the places of its own source', () => {
  const sides = sidesOf(
    {
      subject: 'the hall',
      sentence: 'a.md says “The hall holds 320.”; a.md says “It holds 260.”',
      citations: [left, { ...right, fileId: '1' }],
    },
    names,
  );
  expect(sides).toEqual([
    { name: 'a.md', text: 'The hall holds 320.', citations: [left] },
    { name: 'a.md', text: 'It holds 260.', citations: [{ ...right, fileId: '1' }] },
  ]);
});

test('a sentence of another form is shown as it is, with all its places', () => {
  const sentence = 'The rows add up to 12, the total says 13.';
  expect(sidesOf({ subject: '', sentence, citations: [left, right] }, names)).toEqual([
    { name: '', text: sentence, citations: [left, right] },
  ]);
});
