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
    message:
      'The message would be number {hops} in a chain of messages {since}; at most {limit} are carried.',
    status: 422,
    hint: 'Agents are answering one another without end: conclude, or begin a new message.',
    retryable: false,
  },
  'message/no-progress': {
    message:
      'The talk of "{from}" with "{to}" in the conversation {conversationId} is stopped: the last messages brought nothing new, and neither does this one.',
    status: 422,
    hint: 'Say something new: a statement, a figure, a name, a file, a task. A person who writes to one of them in the conversation lets it go on; else leave it, or begin a new conversation.',
    retryable: false,
  },
  'message/ping-pong': {
    message: '"{from}" would hand {what} back to "{to}", from which it came: {chain}.',
    status: 422,
    hint: 'Answer it, fail it with a reason, ask back something different, or hand it to another agent.',
    retryable: false,
  },
  'message/too-many-signals': {
    message:
      '"{from}" and "{to}" exchanged {limit} heartbeats, pings and capability inquiries within a minute; no more are carried.',
    status: 429,
    hint: 'Send them less often: one every few seconds is enough.',
    retryable: true,
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
  'message/envelope-invalid': {
    message: 'The topic {topic} carries the envelope {envelope}; this one does not fit: {detail}.',
    status: 422,
    hint: 'Publish a status_update with the envelope in `data.envelope`; docs/messages.md shows every envelope.',
    retryable: false,
  },
  'message/envelope-taken': {
    message: 'The same sender published another task under the taskId "{taskId}" before.',
    status: 409,
    hint: 'Use a new taskId for a new task.',
    retryable: false,
  },
  'message/too-many-tasks': {
    message: '{open} tasks that came on topics are not settled yet; at most {limit} are taken.',
    status: 429,
    hint: 'Publish it again when some of them have ended; see `cadre task list`.',
    retryable: true,
  },
  'message/too-many-recipients': {
    message: 'More than {limit} agents fit; one broadcast goes to no more.',
    status: 422,
    hint: 'Narrow the filter by capability, role or status, or publish on a topic.',
    retryable: false,
  },
  'listener/not-found': {
    message: 'There is no listener {id}.',
    status: 404,
    hint: 'See `cadre listener list`.',
    retryable: false,
  },
  'listener/event-refused': {
    message: 'Nobody can listen to "{eventType}": {reason}.',
    status: 422,
    hint: 'Name a type of docs/messages.md, such as task.settled, or a kind, such as task.*.',
    retryable: false,
  },
  'listener/too-many': {
    message: 'There are {limit} listeners already.',
    status: 429,
    hint: 'Remove one with `cadre listener remove`; one listener can stand for a whole kind, such as task.*.',
    retryable: false,
  },
  'event/lifecycle-name': {
    message: 'Cadre itself says when an agent is "{name}"; nobody else may.',
    status: 422,
    hint: 'Choose another name, such as cache.warmed.',
    retryable: false,
  },
  'event/too-large': {
    message: 'The data of the event has {bytes} bytes; at most {limitBytes} are kept.',
    status: 413,
    hint: 'Upload long material as a file and send its id.',
    retryable: false,
  },
  'live/upgrade-required': {
    message: 'Live events come over a WebSocket; this is a plain request.',
    status: 426,
    hint: 'Connect a WebSocket to this address, or follow `GET /api/v1/events` instead.',
    retryable: false,
  },
  'live/bad-message': {
    message: 'The message is not understood: {detail}.',
    status: 422,
    hint: 'Send {"type": "subscribe"} with `types`, `taskId` or `after` as JSON; docs/api.md shows it.',
    retryable: false,
  },
  'live/too-slow': {
    message: 'Nothing was read for {stallMs} ms.',
    status: 503,
    hint: 'Connect again and subscribe `after` the last cursor you saw.',
    retryable: true,
  },
} as const satisfies Record<string, CatalogueEntry>;
