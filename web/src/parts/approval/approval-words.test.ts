import { expect, test } from 'vitest';
import type { Approval } from '../../api/models.ts';
import { deciders, whyNot } from './approval-words.ts';

const approval = (more: Partial<Approval>) =>
  ({
    status: 'pending',
    mayDecide: false,
    by: ['operator', 'admin', 'owner'],
    allowRequester: false,
    ...more,
  }) as Approval; // what is read of it

test('who may decide is said by the lowest role and the names of keys', () => {
  expect(deciders(['owner', 'operator'])).toBe('operators and those with a higher role');
  expect(deciders(['owner', 'Boss'])).toBe('owners, or the key Boss');
});

test('who may not decide is told why; who may is not', () => {
  expect(whyNot(approval({ mayDecide: true }), 'owner')).toBeUndefined();
  expect(whyNot(approval({ status: 'approved' }), 'owner')).toBeUndefined();
  expect(whyNot(approval({}), 'viewer')).toMatch(/role operator/);
  expect(whyNot(approval({}), 'admin')).toMatch(/You began its task/);
  expect(whyNot(approval({ by: ['owner'] }), 'admin')).toBe(
    'Only owners may decide this, and never who began the task.',
  );
  expect(whyNot(approval({ by: ['Boss'], allowRequester: true }), 'owner')).toBe(
    'Only the key Boss may decide this.',
  );
});
