import { describe, expect, test } from 'vitest';
import { controlsOf } from './control.ts';

const goal = (status: Parameters<typeof controlsOf>[0]['status']) => controlsOf({ status, parentId: null });

describe('what can be done to a task', () => {
  test('is to pause and to end it while it is open', () => {
    for (const status of ['pending', 'running', 'waiting'] as const)
      expect(goal(status)).toEqual(['pause', 'terminate']);
  });

  test('is to resume one that is paused, never to pause it again', () => {
    expect(goal('paused')).toEqual(['resume', 'terminate']);
  });

  test('is to try again what did not end well, and nothing for what is done', () => {
    expect([goal('failed'), goal('terminated'), goal('completed')]).toEqual([['retry'], ['retry'], []]);
  });

  test('is not to try a step again without its goal', () => {
    expect(controlsOf({ status: 'failed', parentId: 'the goal' })).toEqual([]);
  });
});
