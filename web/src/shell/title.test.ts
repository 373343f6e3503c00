import { expect, test } from 'vitest';
import { titleOf } from './title.tsx';

test('a title is one short line, with a dot in front while the task works', () => {
  expect(titleOf('Brief me', false)).toBe('Brief me · Cadre');
  expect(titleOf('Brief me', true)).toBe('● Brief me · Cadre');
  expect(titleOf('Brief\n  me', false)).toBe('Brief me · Cadre');
  expect(titleOf(undefined, false)).toBe('Cadre');
  const long = titleOf('word '.repeat(40), false);
  expect(long.length).toBeLessThan(75);
  expect(long).toMatch(/^word word .* … · Cadre$/);
});
