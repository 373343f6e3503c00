import type { Budget } from '../../api/models.ts';
import type { Operations } from '../../api/types.ts';
import { amountIn, isFrom0 } from '../../parts/budget/typed.ts';

/** What is typed and chosen for a budget. An empty limit: not limited. */
export interface BudgetForm {
  name: string;
  scope: Exclude<Budget['scope'], 'task'> | 'task';
  scopeId: string;
  period: Budget['period'];
  costUsd: string;
  tokens: string;
  energyJ: string;
  atLimit: Budget['atLimit'];
}

export const EMPTY_BUDGET: BudgetForm = {
  name: '',
  scope: 'tenant',
  scopeId: '',
  period: 'day',
  costUsd: '',
  tokens: '',
  energyJ: '',
  atLimit: 'stop',
};

export type BudgetProblems = Partial<Record<keyof BudgetForm, string>>;

const text = (value: number | null): string => (value === null ? '' : String(value));

export const formOf = (budget: Budget): BudgetForm => ({
  name: budget.name,
  scope: budget.scope,
  scopeId: budget.scopeId,
  period: budget.period,
  costUsd: text(budget.costUsd),
  tokens: text(budget.tokens),
  energyJ: text(budget.energyJ),
  atLimit: budget.atLimit,
});

type Limits = Pick<Operations['budgets.change']['input'], 'costUsd' | 'tokens' | 'energyJ'>;

/** The budget that a form describes, or what is wrong with each field. */
export function readBudgetForm(
  form: BudgetForm,
): { budget: Operations['budgets.create']['input'] & Required<Limits> } | { problems: BudgetProblems } {
  const name = form.name.trim();
  const [costUsd, tokens, energyJ] = [amountIn(form.costUsd), amountIn(form.tokens), amountIn(form.energyJ)];
  const areWhole = tokens === null || Number.isInteger(tokens);
  const problems: BudgetProblems = {
    ...(name === '' && { name: 'A name, to know it again.' }),
    ...(name.length > 120 && { name: 'At most 120 characters.' }),
    ...(form.scope !== 'tenant' && form.scopeId === '' && { scopeId: `Choose the ${form.scope}.` }),
    ...(!isFrom0(costUsd, 1_000_000) && { costUsd: 'Dollars from 0 to 1,000,000, or nothing.' }),
    ...(!(areWhole && isFrom0(tokens, 1e12)) && { tokens: 'A whole number, or nothing.' }),
    ...(!isFrom0(energyJ, 1_000_000_000) && { energyJ: 'Joules from 0, or nothing.' }),
    ...(costUsd === null &&
      tokens === null &&
      energyJ === null && { costUsd: 'At least one of the three limits.' }),
  };
  if (Object.keys(problems).length > 0) return { problems };
  return {
    budget: {
      name,
      scope: form.scope,
      ...(form.scope !== 'tenant' && { scopeId: form.scopeId }),
      period: form.period,
      costUsd,
      tokens,
      energyJ,
      atLimit: form.atLimit,
    },
  };
}
