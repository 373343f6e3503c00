import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about teams and votes: plain data, because `errors.ts` imports it. */
export const teamErrors = {
  'team/not-found': {
    message: 'There is no team {id}.',
    status: 404,
    hint: 'See `cadre team list`.',
    retryable: false,
  },
  'team/exists': {
    message: 'A team called "{name}" exists already.',
    status: 409,
    hint: 'Choose another name.',
    retryable: false,
  },
  'team/not-member': {
    message: 'The agent {agent} is not a member of the team "{team}".',
    status: 422,
    hint: 'Let it join first: `cadre team join`.',
    retryable: false,
  },
  'team/no-members': {
    message: 'The team "{team}" has nobody who could hear it.',
    status: 422,
    hint: 'Let agents join first.',
    retryable: false,
  },
  'team/led': {
    message: 'The team "{team}" is led by another in term {term}, until {until}.',
    status: 409,
    hint: 'Ask again when that lease has ended, if it was not renewed.',
    retryable: true,
  },
  'team/old-term': {
    message: 'The term {given} is over; the team "{team}" is in term {term}.',
    status: 409,
    hint: 'Stop leading, and ask for the lead without a term to begin a new one.',
    retryable: false,
  },
  'vote/not-found': {
    message: 'There is no vote {id}.',
    status: 404,
    hint: 'See `cadre vote list`.',
    retryable: false,
  },
  'vote/closed': {
    message: 'The vote {id} is closed; a ballot changes nothing any more.',
    status: 409,
    hint: 'See `cadre vote show` for its outcome.',
    retryable: false,
  },
  'vote/not-voter': {
    message: 'The agent {agent} has no vote in {id}.',
    status: 422,
    hint: 'See `cadre vote show` for its voters.',
    retryable: false,
  },
  'vote/bad-ballot': {
    message: 'The ballot is not valid: {detail}.',
    status: 422,
    hint: 'Choose among the options of the vote; rank several only where the rule is `ranked`; none is to abstain.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
