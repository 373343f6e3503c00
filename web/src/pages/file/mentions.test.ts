import { expect, test } from 'vitest';
import { filterNamed, namedIn } from './mentions.ts';

const mention = (kind: 'person' | 'date' | 'amount', text: string, start: number, value?: string) => ({
  kind,
  text,
  start,
  end: start + text.length,
  confidence: 1,
  ...(value && { value }),
});

const MENTIONS = [
  mention('date', '3 May', 0, '2026-05-03'),
  mention('person', 'Anna Berg', 10, 'Anna Berg'),
  mention('person', 'Berg', 40, 'Anna Berg'),
  mention('amount', '€5', 50),
];

test('mentions of one thing are one line, those named most first', () => {
  expect(namedIn(MENTIONS).map(({ name, places }) => [name, places.length])).toEqual([
    ['Anna Berg', 2],
    ['3 May', 1],
    ['€5', 1],
  ]);
});

test('the list is filtered by kind and by what was typed', () => {
  const things = namedIn(MENTIONS);
  expect(filterNamed(things, 'person', '').map(({ name }) => name)).toEqual(['Anna Berg']);
  expect(filterNamed(things, undefined, ' MAY ').map(({ name }) => name)).toEqual(['3 May']);
  expect(filterNamed(things, 'amount', 'anna')).toEqual([]);
});
