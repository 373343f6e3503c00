import { expect, test } from 'vitest';
import type { Model } from '../../api/models.ts';
import { found } from './found.ts';

const model = (name: string, isCallable = true, strengths: string[] = []) =>
  ({ model: name, tier: 'small', strengths, isCallable }) as unknown as Model; // only what is looked at

test('every word must be there; what may be called comes first', () => {
  const all = [model('b/two', false), model('b/one'), model('a/code', true, ['code'])];
  const names = (words: string) => found(all, words).map((each) => each.model);
  expect(names('')).toEqual(['a/code', 'b/one', 'b/two']);
  expect(names('SMALL b/')).toEqual(['b/one', 'b/two']);
  expect(names('code small')).toEqual(['a/code']);
  expect(names('large')).toEqual([]);
});
