import { expect, test } from 'vitest';
import { firstTab } from './first-tab.ts';

const result = { completeness: 'complete' as const, output: 'text' };
const plan = { steps: [] };

test('an open task shows its plan, a finished one its result', () => {
  expect(firstTab({ status: 'waiting', result: null, plan }, {})).toBe('plan');
  expect(firstTab({ status: 'completed', result, plan }, {})).toBe('result');
  expect(firstTab({ status: 'completed', result, plan: null }, {})).toBe('result');
});

test('who looks at a step keeps it in sight, and what failed shows where', () => {
  expect(firstTab({ status: 'completed', result, plan }, { step: 'read' })).toBe('plan');
  expect(firstTab({ status: 'failed', result: null, plan }, {})).toBe('plan');
  expect(firstTab({ status: 'failed', result: null, plan: null }, {})).toBe('result');
});
