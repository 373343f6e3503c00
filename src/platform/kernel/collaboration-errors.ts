import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue about collaborations and optimisations: plain data, because `errors.ts` imports it. */
export const collaborationErrors = {
  'collaboration/not-found': {
    message: 'There is no collaboration {id}.',
    status: 404,
    hint: 'See `cadre collaboration list`.',
    retryable: false,
  },
  'collaboration/over': {
    message: 'The collaboration {id} is over ({status}).',
    status: 409,
    hint: 'See `cadre collaboration show` for what it brought.',
    retryable: false,
  },
  'collaboration/too-few': {
    message: '{found} agents can be asked; at least {needed} are needed.',
    status: 422,
    hint: 'Name more agents with `agents`, a team with members, or a capability that agents offer.',
    retryable: false,
  },
  'collaboration/too-many': {
    message: '{found} agents were named; at most {limit} take part.',
    status: 422,
    hint: 'Name fewer agents, or let them work in parallel.',
    retryable: false,
  },
  'optimization/not-found': {
    message: 'There is no optimisation {id}.',
    status: 404,
    hint: 'See `cadre optimization list`.',
    retryable: false,
  },
  'optimization/over': {
    message: 'The optimisation {id} is over ({status}).',
    status: 409,
    hint: 'See `cadre optimization show` for what it found.',
    retryable: false,
  },
  'optimization/space': {
    message: 'The space of parameters is not valid: {detail}.',
    status: 422,
    hint: 'Give each parameter {"type": "range", min, max, step} or {"type": "choice", values}.',
    retryable: false,
  },
  'optimization/too-large': {
    message: 'The full grid has {points} points; at most {limit} are evaluated.',
    status: 422,
    hint: 'Choose larger steps, or the method "random" or "halving" with `samples`.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
