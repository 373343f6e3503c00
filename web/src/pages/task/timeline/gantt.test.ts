import { expect, test } from 'vitest';
import type { Step } from '../steps.ts';
import { chartOf, tickLabel, tickMs, widthOf } from './gantt.ts';

const step = (
  name: string,
  agentName: string | null,
  startedAt: number | null,
  completedAt: number | null,
  dependsOn: string[] = [],
): Step => ({
  name,
  label: name,
  goal: name,
  doneWhen: '',
  optional: false,
  dependsOn,
  taskId: name,
  status: completedAt !== null ? 'completed' : startedAt !== null ? 'running' : 'pending',
  agentId: agentName,
  agentName,
  createdAt: 1_000,
  startedAt,
  completedAt,
});
const PERIOD = { fromMs: 0, nowMs: 10_000 };

test('each agent has a lane; a bar waits light and works solid', () => {
  const { lanes, spanMs } = chartOf(
    [step('a', 'Ann', 2_000, 5_000), step('b', 'Bob', 6_000, 8_000, ['a'])],
    PERIOD,
  );
  expect(spanMs).toBe(10_000);
  expect(lanes.map(({ agent }) => agent)).toEqual(['Ann', 'Bob']);
  expect(lanes[0]?.bars[0]).toMatchObject({ waitFrom: 0.1, workFrom: 0.2, to: 0.5, workedMs: 3_000 });
  // Not since it was created: it had nobody to wait for before its need was done.
  expect(lanes[1]?.bars[0]).toMatchObject({ waitFrom: 0.5, workFrom: 0.6, to: 0.8, waitedMs: 1_000 });
});

test('what runs grows until now, what is not ready is not drawn', () => {
  const steps = [
    step('a', 'Ann', 2_000, null),
    step('b', 'Ann', null, null, ['a']),
    step('c', 'Ann', null, null),
  ];
  const bars = chartOf(steps, PERIOD).lanes[0]?.bars ?? [];
  expect(bars.map((bar) => bar.step.name).sort()).toEqual(['a', 'c']);
  expect(bars.find((bar) => bar.step.name === 'a')).toMatchObject({ to: 1, workedMs: 8_000 });
  expect(bars.find((bar) => bar.step.name === 'c')).toMatchObject({ workedMs: undefined, waitedMs: 9_000 });
});

test('bars of one row never overlap, however long the queue', () => {
  const queue = Array.from({ length: 60 }, (_, index) =>
    step(`s${index}`, 'Ann', 1_000 + index * 100, 1_100 + index * 100),
  );
  const lane = chartOf(queue, PERIOD).lanes[0];
  expect(lane?.rows).toBeLessThanOrEqual(9);
  expect(lane?.bars).toHaveLength(60);
  for (const a of lane?.bars ?? [])
    for (const b of lane?.bars ?? [])
      if (a !== b && a.row === b.row)
        expect(a.to <= b.waitFrom + 1e-9 || b.to <= a.waitFrom + 1e-9).toBe(true);
});

test('a queue that nobody has begun is counted where it has no room', () => {
  const queue = Array.from({ length: 20 }, (_, index) => step(`s${index}`, 'Ann', null, null));
  expect(chartOf(queue, PERIOD).lanes[0]).toMatchObject({ rows: 8, hidden: 12 });
});

test('marks are round and few, and say plain units', () => {
  for (const span of [50, 900, 3_400, 61_000, 3_600_000, 86_400_000, 30 * 86_400_000]) {
    expect(span / tickMs(span)).toBeLessThanOrEqual(9);
    const { ticks, spanMs } = chartOf([], { fromMs: 0, nowMs: span });
    expect(spanMs).toBeGreaterThanOrEqual(span);
    expect(ticks[0]).toEqual({ at: 0, label: '0' });
    expect(ticks.at(-1)?.at).toBe(1);
  }
  expect([500, 1_000, 1_500, 60_000, 150_000, 3_600_000, 5_400_000, 3 * 86_400_000].map(tickLabel)).toEqual([
    '0.5 s',
    '1 s',
    '1.5 s',
    '1 min',
    '2 min 30 s',
    '1 h',
    '1 h 30 min',
    '3 days',
  ]);
});

test('while a run is replayed the axis is that of the whole run', () => {
  const { lanes, spanMs } = chartOf([step('a', 'Ann', 1_000, null)], {
    fromMs: 0,
    nowMs: 2_000,
    toMs: 10_000,
  });
  expect(spanMs).toBe(10_000);
  expect(lanes[0]?.bars[0]?.to).toBe(0.2);
});

test('a long run of short steps is wider than the page, within reason', () => {
  const short = [step('a', 'Ann', 1_000, 1_100), step('b', 'Ann', 1_000, 1_100)];
  expect(widthOf(short, 100_000, 100_000)).toBe(6_000);
  expect(widthOf(short, 200, 200)).toBe(52);
  expect(widthOf([], 1_000, 1_000)).toBe(0);
});
