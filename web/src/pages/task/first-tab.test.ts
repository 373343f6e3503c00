import { expect, test } from 'vitest';
import { firstTab } from './first-tab.ts';

const result = { completeness: 'complete' as const, output: 'text' };

test('an open task shows its plan, a finished one its result', () => {
  expect(firstTab({ status: 'waiting', result: null }, {})).toBe('plan');
  expect(firstTab({ status: 'completed', result }, {})).toBe('result');
  expect(firstTab({ status: 'completed', result }, {})).toBe('result');
});

test('who looks at a step keeps it in sight, and what failed shows where', () => {
  expect(firstTab({ status: 'completed', result }, { step: 'read' })).toBe('plan');
  expect(firstTab({ status: 'failed', result: null }, {})).toBe('plan');
  expect(firstTab({ status: 'terminated', result: null }, {})).toBe('plan');
});
