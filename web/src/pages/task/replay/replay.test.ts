import { expect, test } from 'vitest';
import type { Step } from '../steps.ts';
import { scaleOf, stepsAt } from './replay.ts';

const step = (name: string, startedAt: number | null, completedAt: number | null): Step => ({
  name,
  label: name,
  goal: name,
  doneWhen: '',
  optional: false,
  dependsOn: [],
  taskId: name,
  status: completedAt === null ? 'running' : 'completed',
  agentId: null,
  agentName: null,
  createdAt: 0,
  startedAt,
  completedAt,
});

test('a step is pending, then running, then what it became', () => {
  const done = step('a', 100, 200);
  const at = (atMs: number) => stepsAt([done], atMs)[0];
  expect(at(99)).toMatchObject({ status: 'pending', startedAt: null, completedAt: null });
  expect(at(100)).toMatchObject({ status: 'running', startedAt: 100, completedAt: null });
  expect(at(199)).toMatchObject({ status: 'running' });
  expect(at(200)).toBe(done);
  expect(at(110)).toBe(at(120));
  expect(at(10)).toBe(at(20));
});

test('a step that never began goes straight to its end, and keeps it', () => {
  const refused: Step = { ...step('a', null, 300), status: 'failed' };
  expect(stepsAt([refused], 299)[0]).toMatchObject({ status: 'pending' });
  expect(stepsAt([refused], 300)[0]).toBe(refused);
});

test('the scale goes from the beginning to the end and never back', () => {
  const scale = scaleOf([step('a', 100, 500), step('b', 300, 900)], 0, 1_000);
  expect(scale.timeAt(0)).toBe(0);
  expect(scale.timeAt(1)).toBe(1_000);
  expect(scale.timeAt(7)).toBe(1_000);
  let last = -1;
  for (let place = 0; place <= 1; place += 0.01) {
    const time = scale.timeAt(place);
    expect(time).toBeGreaterThan(last);
    expect(scale.placeOf(time)).toBeCloseTo(place, 6);
    last = time;
  }
});

test('a night in which nobody worked passes in a moment', () => {
  const night = 12 * 3_600_000;
  const scale = scaleOf([step('a', 0, 10_000), step('b', night, night + 10_000)], 0, night + 10_000);
  expect(scale.placeOf(10_000)).toBeGreaterThan(0.4);
  expect(scale.placeOf(night)).toBeLessThan(0.6);
  // Work itself passes evenly.
  expect(scale.placeOf(5_000) * 2).toBeCloseTo(scale.placeOf(10_000), 6);
});

test('a run without any work still has a scale', () => {
  expect(scaleOf([], 50, 50).timeAt(0.5)).toBeGreaterThanOrEqual(50);
  expect(scaleOf([step('a', null, 100)], 0, 100).timeAt(0.5)).toBe(50);
});
