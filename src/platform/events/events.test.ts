import { expect, it } from 'vitest';
import { createRests } from './events.ts';

it('looks again soon, then ever later, while something is hidden and nothing new shows', () => {
  const restMs = createRests(10);
  const hides = (isNew = false) => restMs(true, isNew);
  expect([hides(), hides(), hides(), hides(), hides()]).toEqual([2, 4, 8, 10, 10]);
  expect([hides(true), hides(), restMs(false, false), hides()]).toEqual([2, 4, 10, 2]);
});
