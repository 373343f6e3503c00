import { expect, test } from 'vitest';
import { EMPTY_PRICE, readPriceForm } from './price-form.ts';

test('a price as people type it', () => {
  const form = { ...EMPTY_PRICE, from: '2026-01-31', input: '$3', output: '15,50', cachedInput: '0.3' };
  expect(readPriceForm(form, 'm1')).toEqual({
    price: {
      id: 'm1',
      from: '2026-01-31',
      inputUsdPerMillion: 3,
      outputUsdPerMillion: 15.5,
      cachedInputUsdPerMillion: 0.3,
    },
  });
});

test('an empty amount is no zero, and no day is no day', () => {
  const read = readPriceForm({ ...EMPTY_PRICE, from: '2026-02-30', output: '-1', cacheWrite: 'much' }, 'm1');
  expect('problems' in read && Object.keys(read.problems)).toEqual(['from', 'input', 'output', 'cacheWrite']);
  expect(readPriceForm({ ...EMPTY_PRICE, input: '0', output: '0' }, 'm1')).toHaveProperty('price');
});
