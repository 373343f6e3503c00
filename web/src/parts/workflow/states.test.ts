import { expect, test } from 'vitest';
import type { PlanNode } from '../../api/models.ts';
import { blocksOf, everyPlace, type Flow, flowOf, kindOf, placeOf, saysOf } from './flow.ts';
import { nodesAt, nodesInWords, statesOf, whichOf } from './states.ts';

const work = (name: string) => ({ name, goal: name, needs: [] });
const flow: Flow = {
  name: 'all',
  steps: [
    { name: 'each', forEach: 'input.items', steps: [work('load')] },
    { name: 'loop', repeat: { until: 'done', max: 5, steps: [work('poll')] } },
    { name: 'both', parallel: { left: [work('a')], right: [work('b')] } },
    {
      name: 'choice',
      switch: { cases: [{ when: 'x > 1', steps: [work('big')] }], default: [work('small')] },
    },
    { name: 'guard', try: [work('risky')], catch: [work('instead')], finally: [work('tidy')] },
    { name: 'nap', wait: { forMs: 1_500 } },
    { name: 'ask', approval: { ask: 'Shall we?' } },
    { name: 'sub', workflow: 'inner@2' },
  ],
};

const node = (path: string, status: PlanNode['status'], more: Partial<PlanNode> = {}): PlanNode => ({
  path,
  kind: 'goal',
  status,
  taskId: null,
  items: null,
  error: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: ['running', 'waiting'].includes(status) ? null : '2026-01-01T00:00:02.000Z',
  ...more,
});

test('every step has its place, as the server says it in paths', () => {
  expect([...everyPlace(flow.steps)].map(({ place }) => place)).toEqual([
    'each',
    'each[].load',
    'loop',
    'loop[].poll',
    'both',
    'both.left.a',
    'both.right.b',
    'choice',
    'choice.case1.big',
    'choice.default.small',
    'guard',
    'guard.try.risky',
    'guard.catch.instead',
    'guard.finally.tidy',
    'nap',
    'ask',
    'sub',
  ]);
  expect(placeOf('each[3].loop[12].poll')).toBe('each[].loop[].poll');
});

test('each kind says what it does, and what holds others says what they are', () => {
  expect(flow.steps.map((step) => [kindOf(step), saysOf(step)])).toEqual([
    ['forEach', 'for each of input.items'],
    ['repeat', 'until done, at most 5 times'],
    ['parallel', '2 branches'],
    ['switch', 'the first whose condition holds'],
    ['try', 'and something else when it fails'],
    ['wait', 'waits 1.5 s'],
    ['approval', 'asks: Shall we?'],
    ['workflow', 'runs inner@2'],
  ]);
  const titles = flow.steps.flatMap((step) => blocksOf(step).map(({ title }) => title));
  expect(titles).toEqual([
    '',
    '',
    'left',
    'right',
    'when x > 1',
    'otherwise',
    'first',
    'when that failed',
    'in any case',
  ]);
});

test('items and rounds are counted, and each step says how it stands', () => {
  const states = statesOf(flow, [
    node('each', 'running', { kind: 'forEach', items: 40 }),
    node('each[0]', 'completed', { kind: 'block' }),
    node('each[0].load', 'completed'),
    node('each[1]', 'failed', { kind: 'block' }),
    node('each[1].load', 'failed'),
    node('each[2].load', 'running'),
    node('loop', 'running', { kind: 'repeat' }),
    node('loop[1]', 'completed', { kind: 'block' }),
    node('loop[1].poll', 'completed'),
    node('loop[2].poll', 'waiting'),
    node('choice', 'skipped'),
  ]);
  const words = (place: string) => states.get(place)?.words;
  expect(words('each')).toBe('running, 2 of 40 items, 1 failed');
  expect(words('each[].load')).toBe('1 completed, 1 failed, 1 running');
  expect(states.get('each[].load')?.status).toBe('running');
  expect(words('loop')).toBe('running, round 2 of at most 5');
  expect(words('choice')).toBe('skipped');
  expect([states.get('nap')?.status, words('nap')]).toEqual(['pending', 'not begun']);
});

test('a place in items and rounds is said in words', () => {
  expect(whichOf('each[3].load', flow)).toBe('item 4');
  expect(whichOf('loop[2].poll', flow)).toBe('round 2');
  expect(whichOf('both.left.a', flow)).toBe('');
});

test('a moment of the past shows what ran then, and not what came later', () => {
  const nodes = [node('nap', 'completed'), node('ask', 'failed', { startedAt: '2026-01-01T00:00:05.000Z' })];
  expect(nodesAt(nodes, Date.parse('2026-01-01T00:00:01Z'))).toEqual([
    { ...nodes[0], status: 'running', endedAt: null },
  ]);
  expect(nodesInWords(nodes)).toBe('1 step completed, 1 failed');
  expect(nodesInWords([])).toBe('no step has begun');
});

test('what is no definition is none', () => {
  for (const nothing of [null, undefined, 'x', {}, { steps: 3 }]) expect(flowOf(nothing)).toBeUndefined();
  expect(flowOf(flow)).toBe(flow);
});
