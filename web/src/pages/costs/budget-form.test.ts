import { expect, test } from 'vitest';
import { EMPTY_BUDGET, readBudgetForm } from './budget-form.ts';

test('a budget as people type it; an empty limit is no limit', () => {
  expect(
    readBudgetForm({
      ...EMPTY_BUDGET,
      name: ' monthly ',
      period: 'month',
      costUsd: '$20',
      tokens: '1 000 000',
    }),
  ).toEqual({
    budget: {
      name: 'monthly',
      scope: 'tenant',
      period: 'month',
      costUsd: 20,
      tokens: 1_000_000,
      energyJ: null,
      atLimit: 'stop',
    },
  });
});

test('without a limit, a name or an owner there is none', () => {
  const problemsOf = (form: Partial<typeof EMPTY_BUDGET>) => {
    const read = readBudgetForm({ ...EMPTY_BUDGET, ...form });
    return 'problems' in read ? Object.keys(read.problems) : [];
  };
  expect(problemsOf({})).toEqual(['name', 'costUsd']);
  expect(problemsOf({ name: 'a', costUsd: '0' })).toEqual([]);
  expect(problemsOf({ name: 'a', scope: 'team', costUsd: '1' })).toEqual(['scopeId']);
  expect(problemsOf({ name: 'a', costUsd: '-1', tokens: '1.5', energyJ: 'much' })).toEqual([
    'costUsd',
    'tokens',
    'energyJ',
  ]);
});
