import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about messages: plain data, because `errors.ts` imports it. */
export const messageErrors = {
  'message/expired': {
    message: 'The message {id} ("{subject}") expired before it was handled.',
    status: 410,
    hint: 'Send it again with a later deadline.',
    retryable: false,
  },
  'message/not-found': {
    message: 'There is no message {id}.',
    status: 404,
    hint: 'See `cadre message list`.',
    retryable: false,
  },
  'message/incomplete': {
    message: 'The message has no {field}.',
    status: 422,
    hint: 'Say to whom it goes (`to`, or `inReplyTo` for an answer) and its type.',
    retryable: false,
  },
  'message/payload-invalid': {
    message: 'The payload does not fit a message of the type {type}: {detail}.',
    status: 422,
    hint: 'docs/messages.md shows the payload of each type; free content goes into `data`.',
    retryable: false,
  },
  'message/too-large': {
    message: 'The payload has {bytes} bytes; at most {limitBytes} are carried.',
    status: 413,
    hint: 'Upload long material as a file and send its id.',
    retryable: false,
  },
  'message/deadline-past': {
    message: 'The message would expire at {expiresAt}, which is over.',
    status: 422,
    hint: 'Choose a later `expiresAt`, or none.',
    retryable: false,
  },
  'message/mailbox-full': {
    message: 'The mailbox of "{agent}" holds {open} open messages; its limit is {limit}.',
    status: 429,
    hint: 'Send it again when the agent has caught up, or raise `mailboxLimit` in its spec.',
    retryable: true,
  },
  'message/hop-limit': {
    message: 'The message would be number {hops} in a chain of replies; at most {limit} are carried.',
    status: 422,
    hint: 'Agents are answering one another without end: conclude, or begin a new message.',
    retryable: false,
  },
  'message/to-self': {
    message: 'The agent "{agent}" sent a message to itself.',
    status: 422,
    hint: 'Name another recipient; keep a note or submit a task instead.',
    retryable: false,
  },
  'message/id-taken': {
    message: 'The messageId "{messageId}" was used before for another message.',
    status: 409,
    hint: 'Use a new messageId for new content.',
    retryable: false,
  },
  'message/wrong-state': {
    message: 'The message {id} is {status}; it cannot be {action}.',
    status: 409,
    hint: 'See `cadre message show` for what became of it.',
    retryable: false,
  },
  'message/closed': {
    message: 'The message {id} was over before its handler ended; what the handler did is not kept.',
    status: 409,
    hint: 'Nothing to do: see `cadre message show`.',
    retryable: false,
  },
  'message/pushed': {
    message: 'Messages for "{agent}" are delivered to it; nobody takes them from its mailbox.',
    status: 409,
    hint: 'Only an agent with the executor kind "mailbox" takes and acknowledges its messages itself.',
    retryable: false,
  },
  'message/not-taken': {
    message: 'The agent takes messages from its mailbox and cannot be given a task.',
    status: 422,
    hint: 'Send it a message, or choose an agent with another executor.',
    retryable: false,
  },
  'message/no-handler': {
    message: 'The agent "{agent}" has no handler for {what}.',
    status: 422,
    hint: 'Send a type it knows; docs/messages.md lists what the built-in agents answer.',
    retryable: false,
  },
  'message/given-up': {
    message: 'Whoever took the message {times} times never acknowledged it.',
    status: 504,
    hint: 'Look at the agent, then `cadre message redrive`.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
