import { expect, test } from 'vitest';
import { CadreError } from '../platform/kernel/errors.ts';
import { type CatchUp, dueBy, firstTime, localTime, nextTimes, timerOf } from './schedule.ts';

const at = (text: string) => Date.parse(text);
const times = (cron: string, zone: string, after: string, count: number) =>
  nextTimes(timerOf(cron, zone), at(after), count).map((ms) => localTime(ms, zone));

test('02:30 in Paris on the day that has no 02:30: at the leap, 03:00, once', () => {
  expect(times('30 2 * * *', 'Europe/Paris', '2026-03-28T00:00:00Z', 3)).toEqual([
    '2026-03-28T02:30:00+01:00',
    '2026-03-29T03:00:00+02:00',
    '2026-03-30T02:30:00+02:00',
  ]);
});

test('02:30 in Paris on the day that has it twice: the first time only', () => {
  expect(times('30 2 * * *', 'Europe/Paris', '2026-10-24T12:00:00Z', 2)).toEqual([
    '2026-10-25T02:30:00+02:00',
    '2026-10-26T02:30:00+01:00',
  ]);
});

test('every half hour counts the hours that pass, in both nights', () => {
  const spring = nextTimes(timerOf('*/30 * * * *', 'Europe/Paris'), at('2026-03-29T00:15:00Z'), 4);
  const autumn = nextTimes(timerOf('*/30 * * * *', 'Europe/Paris'), at('2026-10-25T00:15:00Z'), 6);
  for (const found of [spring, autumn])
    expect(found.map((ms, index) => (index === 0 ? 0 : ms - (found[index - 1] ?? 0)))).toEqual([
      0,
      ...found.slice(1).map(() => 1_800_000),
    ]);
});

test('the same two days in New York, where the clock changes at two', () => {
  expect(times('0 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', 2)).toEqual([
    '2026-03-08T03:00:00-04:00',
    '2026-03-09T02:00:00-04:00',
  ]);
  expect(times('30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', 2)).toEqual([
    '2026-11-01T01:30:00-04:00',
    '2026-11-02T01:30:00-05:00',
  ]);
});

test('the twin: in UTC neither day is anything special', () => {
  expect(times('30 2 * * *', 'UTC', '2026-03-28T12:00:00Z', 1)).toEqual(['2026-03-29T02:30:00+00:00']);
});

test.each([
  ['61 * * * *', 'minute'],
  ['* * * *', '4 fields'],
  ['0 0 * * * * 2030', '7 fields'],
  ['@daily', '1 field'],
  ['2026-12-01T00:00:00', '1 field'],
  ['a b c d e', 'illegal characters'],
  ['? * * * *', 'no fixed meaning'],
  ['*/0 * * * *', 'stepping'],
  ['0 0 30 2 *', 'never comes'],
  ['* * * * * ; drop table schedule', '9 fields'],
  ['\u0000 * * * *', 'illegal characters'],
  ['1'.repeat(190), '1 field'],
])('refuses the cron %j and says what is wrong', (cron, detail) => {
  const error = refusal(() => firstTime(cron, 'UTC', 0));
  expect([error.code, error.message]).toEqual(['schedule/bad-cron', expect.stringContaining(detail)]);
});

test.each(['Nowhere/Zone', '+02:00', '', 'Europe/Paris\u0000', '../../etc/passwd', '__proto__'])(
  'refuses the zone %j',
  (zone) => {
    expect(refusal(() => firstTime('* * * * *', zone, 0)).code).toBe('schedule/bad-zone');
  },
);

function refusal(work: () => unknown): CadreError {
  try {
    work();
  } catch (error) {
    if (error instanceof CadreError) return error;
    throw error;
  }
  throw new Error('not refused');
}

const timing = (catchUp: CatchUp, catchUpLimit = 10) => ({
  cron: '*/10 * * * *',
  zone: 'UTC',
  catchUp,
  catchUpLimit,
});
const due = at('2026-05-01T10:00:00Z');
const shown = ({ fires, missed, next }: ReturnType<typeof dueBy>) => [
  fires.map((ms) => new Date(ms).toISOString().slice(11, 16)),
  missed,
  new Date(next ?? 0).toISOString().slice(11, 16),
];

test('an hour away: none, the newest, or all up to the bound; and on from now', () => {
  const now = at('2026-05-01T11:05:00Z'); // 10:00, 10:10 … 11:00 passed
  expect(shown(dueBy(timing('skip'), due, now))).toEqual([[], 7, '11:10']);
  expect(shown(dueBy(timing('one'), due, now))).toEqual([['11:00'], 6, '11:10']);
  expect(shown(dueBy(timing('all', 3), due, now))).toEqual([['10:40', '10:50', '11:00'], 4, '11:10']);
  expect(shown(dueBy(timing('all'), due, now))[0]).toHaveLength(7);
});

test('on time every policy fires, also a little late', () => {
  for (const catchUp of ['skip', 'one', 'all'] as const)
    expect(shown(dueBy(timing(catchUp), due, due + 59_000))).toEqual([['10:00'], 0, '10:10']);
});

test('after a year away from a cron of every second, only the newest times are looked at', () => {
  const timing = { cron: '* * * * * *', zone: 'Europe/Paris', catchUp: 'all' as const, catchUpLimit: 2 };
  const now = due + 365 * 86_400_000 + 250;
  const { fires, next } = dueBy(timing, due, now);
  expect(fires).toEqual([now - 1_250, now - 250]);
  expect(next).toBe(now + 750);
});
