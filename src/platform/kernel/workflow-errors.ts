import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about workflows: plain data, because `errors.ts` imports it. */
export const workflowErrors = {
  'workflow/not-found': {
    message: 'There is no workflow "{workflow}".',
    status: 404,
    hint: 'See `cadre workflow list`.',
    retryable: false,
  },
  'workflow/no-version': {
    message: 'The workflow "{workflow}" has no version {version}.',
    status: 404,
    hint: 'See `cadre workflow versions {workflow}`.',
    retryable: false,
  },
  'workflow/not-published': {
    message: 'The workflow "{workflow}" has no published version.',
    status: 409,
    hint: 'Publish one with `cadre workflow publish {workflow}`.',
    retryable: false,
  },
  'workflow/paused': {
    message: 'The workflow "{workflow}" is paused and takes no new tasks.',
    status: 409,
    hint: 'Let it go on with `cadre workflow activate {workflow}`.',
    retryable: false,
  },
  'workflow/invalid': {
    message: 'The workflow cannot be used: {detail}',
    status: 422,
    hint: 'Correct the place named; `cadre workflow check <file>` lists all problems with line and column.',
    retryable: false,
  },
  'workflow/bad-input': {
    message: 'The input does not fit the workflow "{workflow}": {detail}',
    status: 422,
    hint: 'See `input` of the workflow for what it takes.',
    retryable: false,
  },
  'workflow/bad-output': {
    message: 'The step "{step}" gave an output that its workflow does not allow: {detail}',
    status: 422,
    hint: 'Correct who does the step, or the `output` that the workflow demands of it.',
    retryable: false,
  },
  'workflow/expression': {
    message: 'The expression {expression} has no value here: {detail}',
    status: 422,
    hint: 'Correct the expression, or make sure that what it reads is there: has(x.y) tells.',
    retryable: false,
  },
  'workflow/no-such-step': {
    message: 'The workflow has no place "{path}".',
    status: 404,
    hint: 'See the plan of the task for the paths of its steps.',
    retryable: false,
  },
  'workflow/need-failed': {
    message: 'It needs "{need}", which did not complete.',
    status: 409,
    hint: 'Look at the step it needs; make that step `optional` if this one can do without.',
    retryable: false,
  },
  'workflow/mailbox-operator': {
    message: '{agent} takes its work from a mailbox, and cannot carry out a whole workflow.',
    status: 409,
    hint: 'Name another agent or capability in `operator`, or leave `operator` out: then each step is a task of its own.',
    retryable: false,
  },
  'workflow/too-wide': {
    message: 'A forEach over {items} items is more than {limit}.',
    status: 422,
    hint: 'Give it fewer items at once, in several tasks if need be.',
    retryable: false,
  },
  'workflow/too-many-steps': {
    message: 'The task began more than {limit} steps.',
    status: 422,
    hint: 'Make rounds or items fewer, or put parts into workflows of their own.',
    retryable: false,
  },
  'workflow/round-limit': {
    message: 'After {limit} rounds "{until}" was still not true.',
    status: 422,
    hint: 'Allow more rounds with `max`, or correct `until`.',
    retryable: false,
  },
  'workflow/budget': {
    message: 'The budget of the task is used up: {detail}',
    status: 409,
    hint: 'Give it a larger `budget` and try the task again; steps that completed stay.',
    retryable: false,
  },
  'workflow/step-ended': {
    message: 'The step "{step}" was ended from outside.',
    status: 409,
    hint: 'See the task that did the step for who ended it.',
    retryable: false,
  },
  'workflow/wait-timeout': {
    message: 'What "{step}" waited for did not come within {timeoutMs} ms.',
    status: 504,
    hint: 'Allow a longer `timeoutMs`, or make the wait `optional`.',
    retryable: false,
  },
  'workflow/not-begun': {
    message: 'The step "{step}" has not begun, so nothing can be done anew from it.',
    status: 409,
    hint: 'Name a step that has begun; the plan of the task shows which.',
    retryable: false,
  },
  'workflow/no-plan': {
    message: 'The task {id} has no plan that could be used: {detail}',
    status: 409,
    hint: 'Name a task that a chief planned, or that follows a workflow.',
    retryable: false,
  },
  'workflow/in-use': {
    message: 'The workflow "{workflow}" is kept: {because}.',
    status: 409,
    hint: 'Take it out of use with `cadre workflow pause <name>`; remove schedules and triggers that start it.',
    retryable: false,
  },
  'workflow/decided': {
    message: 'Version {version} of the workflow "{workflow}" is {status}.',
    status: 409,
    hint: 'Only a proposed version can be rejected; publish another one instead.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
