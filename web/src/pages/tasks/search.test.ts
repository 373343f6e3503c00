import { describe, expect, test } from 'vitest';
import { filterOf, isFiltered, readTasksSearch, toggleStatus } from './search.ts';

describe('the address of the list', () => {
  test('is read as filters; what is not understood is left out', () => {
    expect(readTasksSearch({ status: 'failed,paused', text: 'offers', agent: 'a1', all: true })).toEqual({
      status: 'failed,paused',
      text: 'offers',
      agent: 'a1',
      all: true,
    });
    expect(readTasksSearch({ status: 'done', text: 7, all: 'yes', more: 1 })).toEqual({ text: '7' });
  });

  test('becomes the filter that the server knows; an agent is looked for among steps as well', () => {
    expect(filterOf({})).toEqual({});
    expect(filterOf({ status: 'failed,paused', text: 'a' })).toEqual({ status: 'failed,paused', text: 'a' });
    expect(filterOf({ agent: 'a1' })).toEqual({ agentId: 'a1', all: true });
  });

  test('keeps statuses in their order, and none when the last one is taken away', () => {
    expect(toggleStatus('failed', 'running')).toBe('running,failed');
    expect(toggleStatus('running,failed', 'running')).toBe('failed');
    expect(toggleStatus('failed', 'failed')).toBeUndefined();
  });

  test('tells whether anything is left out', () => {
    expect([isFiltered({}), isFiltered({ all: true }), isFiltered({ text: 'x' })]).toEqual([
      false,
      false,
      true,
    ]);
  });
});
