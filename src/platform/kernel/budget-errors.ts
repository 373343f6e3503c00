import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about budgets: plain data, because `errors.ts` imports it. */
export const budgetErrors = {
  'budget/exceeded': {
    message: 'The budget {budget} does not hold this: {detail}.',
    status: 409,
    hint: 'Raise it with `cadre budget change`, wait for its next period, or choose a cheaper model.',
    retryable: false,
  },
  'budget/no-price': {
    message: 'Nobody has said what the model {model} costs, and the budget {budget} caps money: {detail}.',
    status: 409,
    hint: 'Set its prices with `cadre model change`, or take a model that has some.',
    retryable: false,
  },
  'budget/not-found': {
    message: 'There is no budget {id}.',
    status: 404,
    hint: 'List them with `cadre budget list`.',
    retryable: false,
  },
  'budget/exists': {
    message: 'There is a budget with the name {name} already.',
    status: 409,
    hint: 'Change that one with `cadre budget change`, or choose another name.',
    retryable: false,
  },
  'budget/no-limit': {
    message: 'A budget needs at least one limit: in dollars, tokens or joules.',
    status: 422,
    hint: 'Give `costUsd`, `tokens` or `energyJ`.',
    retryable: false,
  },
  'budget/owner-only': {
    message: 'Only an owner may remove the default budget of a tenant; you are {role}.',
    status: 403,
    hint: 'Change its limit with `cadre budget change`, or ask an owner.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
