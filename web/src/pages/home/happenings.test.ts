import { expect, test } from 'vitest';
import type { CadreEvent } from '../../api/models.ts';
import { asText } from '../../live/sentences.ts';
import { addHappenings, type Happening, isTold, MOST_HAPPENINGS } from './happenings.ts';

let cursor = 0;
const event = (type: CadreEvent['type'], changes: Partial<CadreEvent> = {}): CadreEvent => {
  cursor += 1;
  const at = '2026-01-01T00:00:00.000Z';
  return {
    cursor: String(cursor),
    at,
    type,
    taskId: null,
    rootId: null,
    agentId: null,
    runId: null,
    data: {},
    ...changes,
  };
};
const names = { agent: () => 'Ada', step: () => undefined };
const told = (events: CadreEvent[], before: readonly Happening[] = []) =>
  addHappenings(before, events, names);
const step = (taskId: string, status = 'completed') =>
  event('task.settled', { taskId, rootId: 'root', data: { status, step: 'read' } });

test('what machines do among themselves is not told', () => {
  expect(
    ['run.claimed', 'message.sent', 'task.started'].some((type) => isTold(event(type as CadreEvent['type']))),
  ).toBe(false);
  expect(isTold(event('agent.status-changed', { data: { from: 'validating', to: 'idle' } }))).toBe(false);
  expect(isTold(event('agent.status-changed', { data: { from: 'idle', to: 'offline' } }))).toBe(true);
  const before = told([event('agent.created', { data: { name: 'Ada' } })]);
  expect(told([event('run.claimed')], before)).toBe(before);
});

test('files that came together are one line, one alone is named', () => {
  const files = ['a.txt', 'b.txt'].map((name) => event('file.stored', { data: { name } }));
  expect(told(files).map(({ parts }) => asText(parts))).toEqual(['2 files were stored.']);
  expect(asText(told(files.slice(0, 1))[0]?.parts ?? [])).toBe('The file a.txt was stored.');
});

test('of a task only its last good step is told, and none beside its end; a step that failed stays', () => {
  const some = told([step('a'), step('b', 'failed'), step('c'), step('d')]);
  expect(some.map(({ isStep }) => isStep ?? false)).toEqual([true, false]);
  const end = told(
    [event('task.settled', { taskId: 'root', rootId: 'root', data: { status: 'completed' } })],
    some,
  );
  expect(end.map(({ isStep }) => isStep ?? false)).toEqual([false, false]);
});

test('the newest comes first and the list stays short', () => {
  const many = Array.from({ length: 20 }, (_, index) =>
    event('agent.created', { agentId: `a${index}`, data: { name: `A${index}` } }),
  );
  const list = told(many);
  expect(list).toHaveLength(MOST_HAPPENINGS);
  expect(list[0]?.agentId).toBe('a19');
});
