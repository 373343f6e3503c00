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
    message: 'The input of "{step}" is not what "{approval}" approved.',
    status: 409,
    hint: 'Give the approval the very input of the step that it lets through.',
    retryable: false,
  },
  'approval/used': {
    message: 'The approval "{approval}" has let "{by}" through already; it serves one step once.',
    status: 409,
    hint: 'Ask for another approval for this step.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
