import { expect, test } from 'vitest';
import type { Operations } from '../../api/types.ts';
import { forecastWords, savedWords, score, slopeWords } from './energy-words.ts';

test('a score has no unit, and a minus that can be read', () => {
  expect([0, -0, 1.23456, -1234.5, -0.0456].map(score)).toEqual(['0', '0', '1.23', '−1235', '−0.0456']);
});

test('falling is better', () => {
  expect(slopeWords(-0.1).words).toBe('falling: better');
  expect(slopeWords(0.1).words).toBe('rising: worse');
  expect(slopeWords(0).words).toBe('steady');
});

test('more than random choice is said as it is', () => {
  const summary = (savedPercent: number | null) =>
    ({
      savedPercent,
      random: savedPercent === null ? null : { joulesPerSuccess: 50, attempts: 9 },
    }) as Operations['energy.summary']['output']; // only these fields matter
  expect(savedWords(summary(22))).toEqual({ value: '22 % less', below: 'random choice would take 50 J' });
  expect(savedWords(summary(-12)).value).toBe('12 % more');
  expect(savedWords(summary(null)).value).toBe('not known yet');
});

test('a forecast says how wrong it was', () => {
  const next = [10, 20];
  expect(forecastWords({ method: 'holt', next, mape: 12.4, naiveMape: 30 }, 2)).toContain('wrong by 12 %');
  expect(forecastWords({ method: 'naive', next, mape: 12, naiveMape: 30 }, 2)).toContain('wrong by 30 %');
  expect(forecastWords({ method: 'naive', next, mape: null, naiveMape: null }, 2)).toContain('nobody knows');
  expect(forecastWords({ method: 'naive', next: [0, 0], mape: null, naiveMape: null }, 2)).toBeUndefined();
});
