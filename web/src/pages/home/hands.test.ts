import { expect, test } from 'vitest';
import type { CadreEvent } from '../../api/models.ts';
import type { Working } from '../../live/working.ts';
import { doing } from '../../parts/agent/doing.ts';
import { glimpses, type Hands, nextHands, SEEN_MS } from './hands.ts';

const none: Working = new Map();
const reading = (taskId: string, what = 'Read a.txt'): Working =>
  new Map([['reader', [{ taskId, rootId: 'root', what, since: '2026-01-01T00:00:00.000Z' }]]]);
const event = (type: CadreEvent['type'], data: CadreEvent['data'], taskId = 't1'): CadreEvent => ({
  cursor: '1',
  at: '2026-01-01T00:00:00.000Z',
  type,
  taskId,
  rootId: 'root',
  agentId: 'reader',
  runId: null,
  data,
});
const empty: Hands = new Map();

test('a step that takes no time is still seen, then shown as done', () => {
  const seen = glimpses([event('task.started', { goal: 'Read a.txt' }), event('task.settled', {})]);
  const first = nextHands(empty, { working: none, seen, nowMs: 0 });
  expect(first.hands.get('reader')).toMatchObject({ what: 'Reading a.txt', isLive: true });
  expect(first.wakeAtMs).toBe(SEEN_MS);
  const later = nextHands(first.hands, { working: none, seen: [], nowMs: SEEN_MS });
  expect(later.hands.get('reader')).toMatchObject({ done: 'Read a.txt', isLive: false });
  expect(later.wakeAtMs).toBeUndefined();
});

test('what is in hand stays live however long it takes', () => {
  const first = nextHands(empty, { working: reading('t1'), seen: [], nowMs: 0 });
  const later = nextHands(first.hands, { working: reading('t1'), seen: [], nowMs: 60_000 });
  expect(later.hands.get('reader')).toMatchObject({ isLive: true, sinceMs: 0 });
  expect(later.wakeAtMs).toBeUndefined();
});

test('the next step waits until the one before was seen', () => {
  const first = nextHands(empty, { working: reading('t1'), seen: [], nowMs: 0 });
  const early = nextHands(first.hands, { working: reading('t2', 'Read b.txt'), seen: [], nowMs: 100 });
  expect(early.hands.get('reader')?.taskId).toBe('t1');
  expect(early.wakeAtMs).toBe(SEEN_MS);
  const then = nextHands(early.hands, { working: reading('t2', 'Read b.txt'), seen: [], nowMs: SEEN_MS });
  expect(then.hands.get('reader')).toMatchObject({ taskId: 't2', what: 'Reading b.txt', isLive: true });
});

test('nobody is shown at work who did nothing', () => {
  expect(nextHands(empty, { working: none, seen: [], nowMs: 0 }).hands.size).toBe(0);
  expect(glimpses([event('task.settled', {}), event('task.assigned', {})])).toEqual([]);
});

test('the chief is seen to have planned', () => {
  expect(glimpses([event('plan.made', { steps: [{}] })])[0]?.done).toBe('Planned 1 step');
  expect(glimpses([event('plan.made', { steps: [{}, {}] })])[0]?.done).toBe('Planned 2 steps');
});

test('a step is said as what happens; words of people are left as they are', () => {
  expect(doing('Find who said what')).toBe('Finding who said what');
  expect(doing('Readability: judge it')).toBe('Working on: Readability: judge it');
  expect(doing('Brief me: who matters')).toBe('Working on: Brief me: who matters');
  expect(doing('constructor of everything')).toBe('Working on: constructor of everything');
  expect(doing('')).toBe('Working on: ');
});
