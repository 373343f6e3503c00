import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about approvals: plain data, because `errors.ts` imports it. */
export const approvalErrors = {
  'approval/not-found': {
    message: 'There is no approval {id}.',
    status: 404,
    hint: 'See `cadre approval list`.',
    retryable: false,
  },
  'approval/rejected': {
    message: '{by} rejected it: {comment}',
    status: 409,
    hint: 'Change what was asked for, and start the task again.',
    retryable: false,
  },
  'approval/expired': {
    message: 'Nobody decided in time: {ask}',
    status: 409,
    hint: 'Ask again with a longer `deadlineMs`, or name who it is escalated to.',
    retryable: false,
  },
  'approval/missing': {
    message: 'The step "{step}" has approved nothing.',
    status: 409,
    hint: 'Let the step need its approval: name it in `needs`.',
    retryable: false,
  },
  'approval/changed': {
    message: 'What {who} has in mind is not the input that "{approval}" is about.',
    status: 409,
    hint: 'Look at the approval again, or give it the very input of the step that it lets through.',
    retryable: false,
  },
  'approval/decided': {
    message: '"{ask}" was decided already: {decision} by {by}.',
    status: 409,
    hint: 'A decision stands. See `cadre approval show {id}`.',
    retryable: false,
  },
  'approval/withdrawn': {
    message: '"{ask}" is not asked any more: its task has ended.',
    status: 409,
    hint: 'See `cadre task show {taskId}`.',
    retryable: false,
  },
  'approval/own-request': {
    message: 'Who asked may not decide: {person} began the task of this approval.',
    status: 403,
    hint: 'Let somebody with another key decide, or set `allowRequester` in the step when you work alone.',
    retryable: false,
  },
  'approval/not-asked': {
    message: 'Only {by} may decide this; you are "{name}" with the role {role}.',
    status: 403,
    hint: 'Ask one of them, or name your role or key in `by` of the step.',
    retryable: false,
  },
  'approval/used': {
    message: 'The approval "{approval}" has let "{by}" through already; it serves one step once.',
    status: 409,
    hint: 'Ask for another approval for this step.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
