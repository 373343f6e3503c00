import { expect, test } from 'vitest';
import { memoryTerminal } from '../../../test/support/terminal.ts';
import { createProgress, isEnd } from './progress.ts';

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1_000).toISOString();
const item = (event: string, taskId: string, data: Record<string, unknown>, seconds = 0) => ({
  id: '0-1',
  event,
  data: { taskId, at: at(seconds), data },
});

test('tells the plan, who does what and why, what went wrong on the way, and how long it took', () => {
  const terminal = memoryTerminal();
  const statuses: string[] = [];
  const tell = createProgress({ ...terminal, status: (text) => statuses.push(text) }, 'root');
  const events = [
    item('task.submitted', 'root', { goal: 'Brief me' }),
    item('plan.made', 'root', {
      rule: 'wording',
      because: 'the goal asks for a brief',
      oneOperatorEnough: { enough: false, because: 'two files can be read at once' },
    }),
    item('task.assigned', 'a', { name: 'Reader 1', step: 'read-a', score: 0.9, because: 'it is free' }),
    item('task.assigned', 'b', { name: 'Reader 1', step: 'read-b', score: 0.8, because: 'it is still best' }),
    item('task.assigned', 'c', { name: 'Writer', step: 'write', score: 0.9, because: 'nobody else can' }),
    item('task.started', 'a', { attempt: 1 }, 1),
    item('run.retried', 'a', { error: { message: 'the child died' } }, 2),
    item('run.lease-expired', 'a', { owner: 'x' }, 3),
    item('task.reassigned', 'a', { name: 'Reader 2', because: 'Reader 1 went offline' }, 3),
    item('task.settled', 'a', { status: 'completed' }, 4.5),
    item('task.settled', 'b', { status: 'failed', sentence: 'The file is broken.' }, 5),
    item('task.paused', 'root', {}),
    item('task.resumed', 'root', {}),
    item('something.unknown', 'a', {}),
    item('task.settled', 'root', { status: 'completed' }, 6),
  ];
  for (const event of events) tell(event);
  expect(terminal.noteText().split('\n')).toEqual([
    'Plan wording: the goal asks for a brief',
    '  One operator enough? No: two files can be read at once',
    '  Reader 1 → read-a, read-b  it is free',
    '  Writer → write  nobody else can',
    '  ↻ read-a (Reader 1) is tried again: the child died',
    '  ↻ read-a (Reader 1): its worker went away, another takes over',
    '  read-a goes to Reader 2 instead: Reader 1 went offline',
    '  ✓ read-a (Reader 2) 3.5 s',
    '  ✗ read-b (Reader 1): The file is broken.',
    '  paused',
    '  goes on',
  ]);
  expect(statuses[0]).toBe('  0/3 done · Reader 1: read-a');
});

test('tells the steps of one operator, though they are no tasks; twin: those of others tell themselves', () => {
  const notes = (enough: boolean, task = 'root') => {
    const terminal = memoryTerminal();
    const statuses: string[] = [];
    const tell = createProgress({ ...terminal, status: (text) => statuses.push(text) }, 'root');
    const advanced = (seconds: number, steps: Record<string, string>) =>
      item(
        'plan.advanced',
        task,
        { steps: Object.entries(steps).map(([path, status]) => ({ path, status })) },
        seconds,
      );
    const events = [
      item('plan.made', task, { rule: 'workflow', because: 'It is', oneOperatorEnough: { enough } }),
      item('task.assigned', task, { name: 'Shop', step: task === 'root' ? null : 'call', because: 'it can' }),
      item('task.started', task, {}, 1),
      advanced(1, { list: 'running' }),
      advanced(2, { list: 'completed', each: 'running', 'each[0].box': 'running' }),
      advanced(4, { 'each[0].box': 'failed', each: 'failed', last: 'failed', never: 'skipped' }),
      item('task.settled', 'root', { status: 'failed' }, 4),
    ];
    for (const event of events) tell(event);
    return { lines: terminal.noteText().split('\n').slice(1), statuses };
  };
  const { lines, statuses } = notes(true);
  expect(lines).toEqual(['  Shop → the task  it can', '  ✓ list 1.0 s', '  ✗ each[0].box 2.0 s']);
  expect(statuses).toContain('  1/3 done · Shop: each · Shop: each[0].box');
  // In a workflow that another one calls they stand below the step that calls it.
  expect(notes(true, 'called').lines.slice(1)).toEqual(['  ✓ call/list 1.0 s', '  ✗ call/each[0].box 2.0 s']);
  expect(notes(false).lines).toEqual(['  Shop → the task  it can']);
});

test('only the end of the task itself is the end', () => {
  expect(isEnd(item('task.settled', 'root', {}), 'root')).toBe(true);
  expect(isEnd(item('task.settled', 'a', {}), 'root')).toBe(false);
  expect(isEnd(item('task.started', 'root', {}), 'root')).toBe(false);
});
