import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about run control: plain data, because `errors.ts` imports it. */
export const controlErrors = {
  'task/above-paused': {
    message: 'The task stands below one that is paused; it goes on with that one.',
    status: 409,
    hint: 'Resume the task above it.',
    retryable: false,
  },
  'checkpoint/not-found': {
    message: 'There is no checkpoint {id}.',
    status: 404,
    hint: 'See `cadre task checkpoints <task>`; a terminated task has none.',
    retryable: false,
  },
  'checkpoint/damaged': {
    message: 'The task stays paused, because its checkpoint cannot be trusted: {issues}.',
    status: 409,
    hint: 'Look at the task; if it is as it should be, make a new checkpoint with `cadre checkpoint create` and resume.',
    retryable: false,
  },
  'control/unknown-model': {
    message: 'No agent here works with a model "{model}"; known are: {known}.',
    status: 422,
    hint: 'Choose one of those, or leave the model out: the built-in skills need none.',
    retryable: false,
  },
  'control/mode-owner-only': {
    message: 'The role "{role}" may not choose the permission mode {mode}.',
    status: 403,
    hint: 'Ask the owner, or choose acceptEdits.',
    retryable: false,
  },
  'control/plan-mode': {
    message: 'The task is in plan mode, which changes nothing: "{act}" ({effect}) was refused.',
    status: 409,
    hint: 'Give the task another permission mode with `cadre task change`, then try it again.',
    retryable: false,
  },
  'control/act-declined': {
    message: '"{act}" ({effect}) was declined by {by}.',
    status: 409,
    hint: 'Read the comment of the decision; see `cadre act list`.',
    retryable: false,
  },
  'control/act-not-found': {
    message: 'There is no act {id} that was asked about.',
    status: 404,
    hint: 'See `cadre act list`.',
    retryable: false,
  },
  'control/act-decided': {
    message: 'The act is {status} already.',
    status: 409,
    hint: 'A decision stands; nothing to do.',
    retryable: false,
  },
  'control/denied-command': {
    message: 'There is no command "{command}"; there are: {known}.',
    status: 403,
    hint: 'Only these named commands exist, and none reaches a shell. The refusal is in the event log.',
    retryable: false,
  },
  'control/command-arguments': {
    message: 'The command "{command}" was refused: {detail}.',
    status: 422,
    hint: 'Correct its arguments; docs/run-control.md lists what each command takes.',
    retryable: false,
  },
  'control/rule-not-found': {
    message: 'There is no rule {id}.',
    status: 404,
    hint: 'See `cadre control-rule list`.',
    retryable: false,
  },
  'control/rule-exists': {
    message: 'A rule named "{name}" exists.',
    status: 409,
    hint: 'Choose another name, or change that rule.',
    retryable: false,
  },
  'control/rule-invalid': {
    message: 'The rule cannot be used: {detail}.',
    status: 422,
    hint: 'A condition is a CEL expression that is true or false; docs/run-control.md lists the values it can read.',
    retryable: false,
  },
  'control/rule-built-in': {
    message: 'The rule "{name}" is built in; it can be switched off, not {action}.',
    status: 409,
    hint: 'Switch it off with `cadre control-rule change`, and add a rule of your own.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
