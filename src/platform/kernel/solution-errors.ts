import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about collective solving: plain data, because `errors.ts` imports it. */
export const solutionErrors = {
  'solution/not-found': {
    message: 'There is no solution {id}.',
    status: 404,
    hint: 'See `cadre solution list`.',
    retryable: false,
  },
  'solution/nobody': {
    message: 'Nobody can be asked: {detail}.',
    status: 422,
    hint: 'Name `agents` or a `teamId`, or a `capability` that agents offer; see `cadre agent summary`.',
    retryable: false,
  },
  'solution/too-many': {
    message: '{count} agents would be asked; a question is put to at most {limit}.',
    status: 422,
    hint: 'Name fewer agents, or a smaller team.',
    retryable: false,
  },
  'solution/open': {
    message: 'The solution {id} is not finished; there is nothing to judge yet.',
    status: 409,
    hint: 'Wait for its end: `cadre solution show`.',
    retryable: true,
  },
  'solution/bad-outcome': {
    message: 'The judgement is not valid: {detail}.',
    status: 422,
    hint: 'Say the right answer (`answer`), or whether the answer of the team was right (`correct`), not both.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
