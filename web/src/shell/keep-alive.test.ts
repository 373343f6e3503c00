import { expect, test } from 'vitest';
import { atSignsOfLife } from './keep-alive.ts';

test('many signs of life in five minutes make one request; silence makes none', () => {
  let now = 0;
  const told: number[] = [];
  const sign = atSignsOfLife(
    () => told.push(now),
    () => now,
    300,
  );
  for (now = 0; now < 1_000; now += 10) sign();
  expect(told).toEqual([300, 600, 900]);
  now = 5_000; // nobody moved
  expect(told).toHaveLength(3);
  sign();
  expect(told).toEqual([300, 600, 900, 5_000]);
});
