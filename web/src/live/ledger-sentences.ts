import { because, type EventType, of, type Part, type Say } from './sentence-parts.ts';

const budget = (data: Record<string, unknown>): Part => of(data.budget, 'without a name');

/** What budgets and usage say. */
export const LEDGER_SENTENCES = {
  'budget.created': ({ data }) => ['The budget ', budget(data), ' was made.'],
  'budget.changed': ({ data }) => ['The budget ', budget(data), ' was changed.'],
  'budget.removed': ({ data }) => ['The budget ', budget(data), ' was removed.'],
  'budget.warned': ({ data }) => [
    'The budget ',
    budget(data),
    ' is 80 % spent',
    ...because(data.because),
    '.',
  ],
  'budget.reached': ({ data }) => ['The budget ', budget(data), ' is used up', ...because(data.because), '.'],
  'usage.compared': () => ['What a task took stands beside its estimate.'],
  'usage.anomalous': ({ data }) => ['A task took unusually much', ...because(data.because), '.'],
  'usage.overrun': ({ data }) => ['A task took more than was expected', ...because(data.because), '.'],
} as const satisfies Partial<Record<EventType, Say>>;
