import { expect, test } from 'vitest';
import { PRIORITIES, priorityName, verbsFor } from './controls.ts';

test('each status offers what the server would do, and nothing else', () => {
  const offered = (status: Parameters<typeof verbsFor>[0]['status']) => verbsFor({ status, parentId: null });
  for (const status of ['pending', 'running', 'waiting'] as const)
    expect(offered(status)).toEqual(['pause', 'terminate']);
  expect(offered('paused')).toEqual(['resume', 'terminate']);
  expect(offered('completed')).toEqual([]);
  expect(offered('failed')).toEqual(['retry']);
  expect(offered('terminated')).toEqual(['retry']);
});

test('a step is not retried by itself', () => {
  expect(verbsFor({ status: 'failed', parentId: 'goal' })).toEqual([]);
  expect(verbsFor({ status: 'running', parentId: 'goal' })).toEqual(['pause', 'terminate']);
});

test('priorities have names, and numbers between them stay numbers', () => {
  for (const { name, value } of PRIORITIES) expect(priorityName(value)).toBe(name);
  expect(priorityName(60)).toBe('Priority 60');
});
