import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differencesOf } from './difference.ts';

const marked = (...sides: string[]) =>
  differencesOf(sides).map((words) => words.flatMap(({ text, differs }) => (differs ? [text] : [])));

test('numbers that differ are seen, with what belongs to them', () => {
  expect(
    marked(
      'The waiting hall is designed for 320 passengers.',
      'On the drawing the hall is for 260 passengers.',
    ),
  ).toEqual([['320'], ['260']]);
  expect(
    marked('It has a value of €2,490,000 and covers the quay.', 'It has a value of €2,940,000.'),
  ).toEqual([['€2,490,000'], ['€2,940,000']]);
  expect(marked('It will open on 14 June 2027, in time.', 'It will open on 1 May 2027.')).toEqual([
    ['14 June'],
    ['1 May'],
  ]);
  expect(marked('It takes 11 weeks.', 'It takes 3 months.')).toEqual([['11 weeks'], ['3 months']]);
});

test('names are seen where no numbers differ on every side', () => {
  expect(
    marked(
      'This report was ordered by the steering group, chaired by Dr Priya Raman, in March 2026.',
      'Mr Colin Byrne Chair of the Steering Group',
    ),
  ).toEqual([['Dr Priya Raman'], ['Mr Colin Byrne']]);
});

test('words are seen where the rest is the same, and nothing where all is different', () => {
  expect(
    marked('The group approved the plan for the quay.', 'The group rejected the plan for the quay.'),
  ).toEqual([['approved'], ['rejected']]);
  expect(marked('the work is done', 'nobody has begun anything here')).toEqual([[], []]);
});

test('no letter is lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 3 }),
      (sides) => {
        expect(differencesOf(sides).map((words) => words.map(({ text }) => text).join(''))).toEqual(sides);
      },
    ),
  );
});
