import { expect, test } from 'vitest';
import { measuredRows } from './measured.ts';

const team = { members: [1, 2, 3, 4, 5] };
const values = (rows: ReturnType<typeof measuredRows>) =>
  rows.map(({ value, note }) => `${value} ${note}`.trim());

test('figures stand beside what is allowed; work in sequence is allowed half', () => {
  const measured = { tasks: 20, messages: 90, taskMs: 30_000, messageMs: 10_000, atOnce: 2 };
  expect(values(measuredRows(measured, team))).toEqual([
    '20 enough to judge',
    '4.5 of at most 8',
    '25 % of at most 25 %',
    '2',
  ]);
  const inSequence = measuredRows({ ...measured, atOnce: 1 }, team);
  expect(values(inSequence)).toContain('4.5 of at most 4');
  expect(values(inSequence)).toContain('25 % of at most 12.5 %');
});

test('without work nothing is divided', () => {
  const rows = measuredRows({ tasks: 0, messages: 0, taskMs: 0, messageMs: 0, atOnce: 0 }, team);
  expect(rows.map(({ value }) => value)).toEqual(['0', '–', '–', '–']);
});
