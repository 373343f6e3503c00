import { describe, expect, test } from 'vitest';
import type { TaskSummary } from '../../api/models.ts';
import { csvCell, tasksAsCsv, tasksAsJson } from './csv.ts';

const task: TaskSummary = {
  id: '0197',
  parentId: null,
  rootId: '0197',
  step: null,
  goal: 'Compare, please',
  type: 'goal',
  capability: null,
  status: 'waiting',
  priority: 50,
  agentId: null,
  agentName: null,
  dependsOn: [],
  progress: { done: 2, total: 7 },
  stopReason: null,
  stopSentence: null,
  error: null,
  deadline: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  completedAt: null,
};

describe('a cell', () => {
  test.each(['=1+1', '+49 30 1', '-2', '@SUM(A1)', '\tx', '\rx'])(
    'that begins as a formula is text: %j',
    (text) => {
      expect(csvCell(text).replace(/^"/, '').startsWith("'")).toBe(true);
    },
  );

  test('with a formula, quotes and lines is still one cell that does nothing', () => {
    expect(csvCell('=HYPERLINK("http://evil.example","a")\nx')).toBe(
      `"'=HYPERLINK(""http://evil.example"",""a"")\nx"`,
    );
  });

  test('that is harmless stays as it is', () => {
    expect([csvCell('a = b'), csvCell('x-1'), csvCell(null), csvCell(-2)]).toEqual([
      'a = b',
      'x-1',
      '',
      '-2',
    ]);
    expect(csvCell('say "yes"')).toBe('"say ""yes"""');
  });
});

test('a list has one line for each task, whatever its goal says', () => {
  const lines = tasksAsCsv([task, { ...task, id: '0198', goal: 'a\nb', progress: null }]);
  expect(lines.startsWith('\ufeffid,status,goal,')).toBe(true);
  expect(lines).toContain('0197,waiting,"Compare, please",goal,,50,2,7,2026-01-01T00:00:00.000Z,,,,\r\n');
  expect(lines).toContain('0198,waiting,"a\nb",goal,,50,,,');
  expect(lines.split('\r\n')).toHaveLength(4);
});

test('as JSON nothing is changed', () => {
  expect(JSON.parse(tasksAsJson([{ ...task, goal: '=1+1' }]))).toEqual([{ ...task, goal: '=1+1' }]);
});
