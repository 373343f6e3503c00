import { describe, expect, test } from 'vitest';
import { onEveryStore } from '../support/stores.ts';
import { isSound, runTimers, type TimersReport } from './timers.ts';
import { faultsIn, spreadOf } from './timers-judge.ts';
import { toPage } from './timers-page.ts';
import { areWaitsSound, runWaits, type WaitsReport } from './waits.ts';

const NONE = { missing: 0, twice: 0, unwanted: 0 };

/** P19 in short: exact in what fires, without a limit of time. The long form measures it: `npm run guarantees -- P19`. */
onEveryStore('timers across an outage of an hour (P19)', (store) => {
  test.concurrent('each time that is wanted fires once: on time, made up for, and meanwhile', async () => {
    const report = await runTimers({ store, timers: 300, windowSeconds: 2, afterSeconds: 1 });
    expect(report.running).toMatchObject({ wanted: 300, fired: 300, ...NONE });
    // A third each: none, the newest, all six.
    expect(report.outage).toMatchObject({ wanted: 100 + 600, fired: 700, ...NONE });
    expect(report.outage.awaySeconds).toBeGreaterThan(3_600);
    expect(report.meanwhile).toMatchObject({ wanted: 30, fired: 30, ...NONE });
    expect(toPage([report], [], '2026-11-22T00:00:00.000Z')).toContain('300 of 300');
  }, 240_000);

  test.concurrent('each wait begins once, in normal running and after an hour in which nobody was there', async () => {
    const report = await runWaits({ store, waits: 300, windowSeconds: 2, afterSeconds: 1 });
    expect(report.running).toMatchObject({ wanted: 300, fired: 300, ...NONE });
    expect(report.outage).toMatchObject({ wanted: 300, fired: 300, ...NONE });
    expect(report.meanwhile).toMatchObject({ wanted: 30, fired: 30, ...NONE });
    expect(toPage([], [report], '2026-11-22T00:00:00.000Z')).toContain('300 of 300');
  }, 240_000);
});

describe('the judge of timers', () => {
  const wanted = [
    { scheduleId: 'a', dueAt: 1_000 },
    { scheduleId: 'b', dueAt: 2_000 },
  ];
  const [a, b] = [
    { scheduleId: 'a', dueAt: 1_000, at: 1_010 },
    { scheduleId: 'b', dueAt: 2_000, at: 2_020 },
  ];

  test('finds nothing wrong with each time once', () => {
    expect(faultsIn(wanted, [b, a])).toEqual({ wanted: 2, fired: 2, ...NONE });
  });

  test.each([
    ['one that is missing', [a], { missing: 1 }],
    ['one that fired twice', [a, b, { ...b, at: 2_030 }], { twice: 1 }],
    ['one for a time that nobody wanted', [a, b, { ...a, dueAt: 3_000, at: 3_000 }], { unwanted: 1 }],
    ['one before its time', [a, { ...b, at: 1_999 }], { missing: 1, unwanted: 1 }],
  ])('the twin: finds %s', (_, fires, faults) => {
    expect(faultsIn(wanted, fires)).toMatchObject({ ...NONE, ...faults });
  });

  test('counts how late', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(spreadOf(hundred)).toEqual({ p50: 50, p99: 99, max: 100 });
    expect(spreadOf([])).toEqual({ p50: 0, p99: 0, max: 0 });
  });

  test('the twin: a report with one fault, or one p99 that is too late, is not sound', () => {
    const part = { ...NONE, wanted: 1, fired: 1, lateMs: { p50: 1, p99: 2_000, max: 9_000 } };
    const report = { running: part, outage: part, meanwhile: part } as unknown as TimersReport; // what is judged of it
    expect(isSound(report)).toBe(true);
    for (const name of ['running', 'outage', 'meanwhile'] as const)
      for (const fault of ['missing', 'twice', 'unwanted'])
        expect(isSound({ ...report, [name]: { ...part, [fault]: 1 } })).toBe(false);
    const late = { ...part, lateMs: { ...part.lateMs, p99: 2_001 } };
    expect(isSound({ ...report, running: { ...report.running, ...late } })).toBe(false);
    expect(isSound({ ...report, meanwhile: { ...report.meanwhile, ...late } })).toBe(false);
    const waits = { running: part, outage: part, meanwhile: late } as unknown as WaitsReport; // what is judged of it
    expect(areWaitsSound(waits)).toBe(true);
    expect(areWaitsSound({ ...waits, running: { ...waits.running, ...late } })).toBe(false);
    expect(areWaitsSound({ ...waits, outage: { ...waits.outage, twice: 1 } })).toBe(false);
  });
});
