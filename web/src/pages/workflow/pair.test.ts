import { expect, test } from 'vitest';
import { firstPair, pairWith } from './pair.ts';
import { readWorkflowSearch } from './search.ts';

test('the newest is held against what new tasks follow, or against the one before it', () => {
  expect(firstPair({ latest: 5, published: 2 })).toEqual({ from: 2, to: 5 });
  expect(firstPair({ latest: 5, published: 5 })).toEqual({ from: 4, to: 5 });
  expect(firstPair({ latest: 5, published: null })).toEqual({ from: 4, to: 5 });
});

test('the older one always comes first', () => {
  expect(pairWith({ latest: 5, published: 3 }, 1)).toEqual({ from: 1, to: 3 });
});

test('one version alone is held against nothing', () => {
  expect(firstPair({ latest: 1, published: 1 })).toBeUndefined();
  expect(firstPair({ latest: 1, published: null })).toBeUndefined();
});

test('an address says what is compared; what makes no sense in it is left out', () => {
  expect(readWorkflowSearch({ tab: 'compare', from: 1, to: 3 })).toEqual({ tab: 'compare', from: 1, to: 3 });
  expect(readWorkflowSearch({ tab: 'nothing', from: 0, to: '<b>', version: 1.5 })).toEqual({});
});
