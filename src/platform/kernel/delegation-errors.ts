import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about delegations to one agent: plain data, because `errors.ts` imports it. */
export const delegationErrors = {
  'delegation/not-found': {
    message: 'There is no delegation {id}.',
    status: 404,
    hint: 'See `cadre delegation list`.',
    retryable: false,
  },
  'delegation/unsupported': {
    message: 'The agent "{agent}" does not offer "{type}"; it offers {offers}.',
    status: 422,
    hint: 'Ask for a type that it offers, or see `cadre agent best <capability>` for who does.',
    retryable: false,
  },
  'delegation/timeout': {
    message: 'The agent "{agent}" did not finish "{type}" within {timeoutMs} ms.',
    status: 504,
    hint: 'Allow a longer `timeoutMs`, or look at what the agent is busy with.',
    retryable: true,
  },
  'delegation/ended': {
    message: 'The delegated task was ended: {detail}',
    status: 409,
    hint: 'See `cadre task show`; delegate it again if it is still wanted.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
