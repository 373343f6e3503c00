import { expect, test } from 'vitest';
import type { Model } from '../../api/models.ts';
import { callableWords, healthWords, priceSource, priceWords } from './model-words.ts';

const health = (isUp: boolean | null) => ({
  isUp,
  because: isUp === null ? null : 'it said so',
  since: null,
});

test('health in words: answers, does not, not tried, switched off', () => {
  const words = (isUp: boolean | null, enabled = true) => healthWords({ enabled, health: health(isUp) });
  expect(words(true)).toMatchObject({ state: 'up', word: 'Answers', because: 'it said so' });
  expect(words(false)).toMatchObject({ state: 'down', word: 'Does not answer' });
  expect(words(null)).toMatchObject({ state: 'unknown', word: 'Not tried yet' });
  expect(words(true, false)).toMatchObject({ state: 'off', word: 'Switched off' });
});

test('a price that nobody said is not free', () => {
  expect(priceWords(null)).toBe('not known');
  const price = { from: '2026-01-01', inputUsdPerMillion: 0, outputUsdPerMillion: 0, source: 'local' };
  expect(priceWords(price)).toBe('free');
  expect(priceWords({ ...price, inputUsdPerMillion: 3, outputUsdPerMillion: 15 })).toBe(
    '$3.00 in, $15.00 out',
  );
  expect(priceSource('person')).toBe('entered here');
  expect(priceSource('of-tomorrow')).toBe('of-tomorrow');
});

test('why a model is not called', () => {
  const model = { enabled: true, isCallable: true, health: health(true) } as Model; // only these fields matter
  expect(callableWords(model)).toContain('Ready');
  expect(callableWords({ ...model, health: health(false) })).toContain('does not answer');
  expect(callableWords({ ...model, isCallable: false })).toContain('Its provider');
  expect(callableWords({ ...model, enabled: false, isCallable: false })).toMatch(/^Switched off/);
});
