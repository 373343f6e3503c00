import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue about schedules and triggers: plain data, because `errors.ts` imports it. */
export const scheduleErrors = {
  'schedule/not-found': {
    message: 'There is no schedule "{schedule}".',
    status: 404,
    hint: 'See `cadre schedule list`.',
    retryable: false,
  },
  'schedule/name-taken': {
    message: 'There is a schedule called "{name}" already.',
    status: 409,
    hint: 'Choose another name, or change that one with `cadre schedule change`.',
    retryable: false,
  },
  'schedule/bad-cron': {
    message: 'The cron "{cron}" cannot be used: {detail}.',
    status: 422,
    hint: 'Give 5 fields (minute hour day month weekday) or 6 (second first), such as "30 7 * * 1-5".',
    retryable: false,
  },
  'schedule/bad-zone': {
    message: 'There is no time zone "{zone}".',
    status: 422,
    hint: 'Give a name of the IANA list such as Europe/Paris, or UTC.',
    retryable: false,
  },
  'schedule/bad-task': {
    message: 'The task of "{name}" cannot be submitted again and again: {detail}.',
    status: 422,
    hint: 'Leave it out of `task`; each fire submits a task of its own.',
    retryable: false,
  },
  'schedule/too-many': {
    message: 'There are {limit} schedules already.',
    status: 409,
    hint: 'Delete those that are no longer needed.',
    retryable: false,
  },
  'trigger/not-found': {
    message: 'There is no trigger "{trigger}".',
    status: 404,
    hint: 'See `cadre trigger list`.',
    retryable: false,
  },
  'trigger/name-taken': {
    message: 'There is a trigger called "{name}" already.',
    status: 409,
    hint: 'Choose another name, or change that one with `cadre trigger change`.',
    retryable: false,
  },
  'trigger/bad-kind': {
    message: 'A trigger of the kind {kind} takes no `{field}`.',
    status: 422,
    hint: '`eventType` and `condition` belong to the kind `event`; only a `webhook` has a secret.',
    retryable: false,
  },
  'trigger/event-refused': {
    message: 'A trigger cannot wait for "{eventType}": {reason}.',
    status: 422,
    hint: 'Give a type of the event log such as `task.settled`, or a kind such as `file.*`.',
    retryable: false,
  },
  'trigger/no-inbox': {
    message: 'Files are taken for the first tenant of this home only.',
    status: 409,
    hint: 'Use a `webhook`, or upload the file and submit the task.',
    retryable: false,
  },
  'trigger/too-many': {
    message: 'There are {limit} triggers already.',
    status: 409,
    hint: 'Delete those that are no longer needed.',
    retryable: false,
  },
  'trigger/unsigned': {
    message: 'The delivery was not accepted.',
    status: 401,
    hint: 'Send `Cadre-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">` made within 5 minutes.',
    retryable: false,
  },
  'trigger/replayed': {
    message: 'This delivery was taken before.',
    status: 409,
    hint: 'Nothing more is to be done for it. Sign each delivery anew, with an id of its own.',
    retryable: false,
  },
  'trigger/paused': {
    message: 'The trigger "{name}" is paused.',
    status: 409,
    hint: 'Let it go on with `cadre trigger resume`.',
    retryable: false,
  },
  'trigger/key-revoked': {
    message: 'The key on whose behalf "{name}" submits was revoked.',
    status: 409,
    hint: 'Whoever resumes it answers for it from then on.',
    retryable: false,
  },
  'trigger/too-often': {
    message: 'The trigger "{name}" fired {limit} times within a minute.',
    status: 429,
    hint: 'Wait a moment, or allow more with `perMinute`.',
    retryable: true,
  },
  'trigger/chain': {
    message: 'The trigger "{name}" would be number {depth} in a chain of triggers; {limit} are allowed.',
    status: 409,
    hint: 'Let its `condition` leave out what its own tasks bring about.',
    retryable: false,
  },
  'trigger/bad-file': {
    message: 'The file "{name}" cannot be taken: {detail}.',
    status: 422,
    hint: 'Put an ordinary file into the folder of the trigger.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
