import { expect, test } from 'vitest';
import { raised, toggled } from './ranking.ts';

test('an option is added at the end, taken out, and raised one place', () => {
  expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
  expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
  expect(raised(['a', 'b', 'c'], 'c')).toEqual(['a', 'c', 'b']);
});

test('the first one stays, and so does what is not ranked', () => {
  expect(raised(['a', 'b'], 'a')).toEqual(['a', 'b']);
  expect(raised(['a', 'b'], 'x')).toEqual(['a', 'b']);
});
