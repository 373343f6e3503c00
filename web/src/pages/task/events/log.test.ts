import { expect, test } from 'vitest';
import type { CadreEvent } from '../../../api/models.ts';
import { compareCursors, eventsOf, merge } from './log.ts';

const event = (cursor: string, changes: Partial<CadreEvent> = {}): CadreEvent => ({
  cursor,
  at: '2026-01-01T00:00:00.000Z',
  type: 'task.started',
  taskId: 'root',
  rootId: 'root',
  agentId: null,
  runId: null,
  data: {},
  ...changes,
});
const cursors = (events: readonly CadreEvent[]) => events.map(({ cursor }) => cursor);

test('events stand in the order of the log, by number and not by letter', () => {
  expect(cursors(merge([event('0-9')], [event('0-10'), event('0-2'), event('1-1')]))).toEqual([
    '0-2',
    '0-9',
    '0-10',
    '1-1',
  ]);
  expect(compareCursors('2-1', '10-1')).toBeLessThan(0);
});

test('what comes twice is there once', () => {
  const known = [event('0-1'), event('0-2')];
  expect(merge(known, [event('0-2')])).toBe(known);
  expect(cursors(merge(known, [event('0-2'), event('0-3'), event('0-3')]))).toEqual(['0-1', '0-2', '0-3']);
});

test('a goal has the events of its steps, a step only its own', () => {
  const log = [
    event('0-1'),
    event('0-2', { taskId: 'step' }),
    event('0-3', { taskId: 'x', rootId: 'other' }),
  ];
  expect(cursors(eventsOf(log, { id: 'root', rootId: 'root' }))).toEqual(['0-1', '0-2']);
  expect(cursors(eventsOf(log, { id: 'step', rootId: 'root' }))).toEqual(['0-2']);
});
