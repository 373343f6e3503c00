import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about conversations and prompts: plain data, because `errors.ts` imports it. */
export const conversationErrors = {
  'conversation/not-found': {
    message: 'There is no conversation {id}: no message has this conversationId.',
    status: 404,
    hint: 'See `cadre conversation list`; a conversation begins with its first message.',
    retryable: false,
  },
  'conversation/version-conflict': {
    message: '"{key}" has version {version}, not {expectedVersion}: somebody else has set it.',
    status: 409,
    hint: 'Read it with `cadre conversation context`, then set it again with the version you saw.',
    retryable: false,
  },
  'conversation/context-full': {
    message: 'The conversation shares {what}; the limit is {limit}.',
    status: 413,
    hint: 'Take back what nobody needs (value null), or upload long material as a file and share its id.',
    retryable: false,
  },
  'prompt/not-found': {
    message: 'There is no {kind} "{name}"{version}.',
    status: 404,
    hint: 'See `cadre prompt list` and `cadre template list`.',
    retryable: false,
  },
  'prompt/bad-body': {
    message: 'The text cannot be kept: what stands at character {at} ({found}) is no variable.',
    status: 422,
    hint: 'A variable is a name in double braces, such as {{topic}}: a small letter first, then letters, digits and _.',
    retryable: false,
  },
  'prompt/variable-missing': {
    message: 'The {kind} "{name}" needs the variable "{variable}".',
    status: 422,
    hint: 'Give it in `variables`; `cadre prompt show` and `cadre template show` list all.',
    retryable: false,
  },
  'prompt/variable-unknown': {
    message: 'The {kind} "{name}" has no variable "{variable}".',
    status: 422,
    hint: 'Leave it out, or correct its name; `cadre prompt show` and `cadre template show` list all.',
    retryable: false,
  },
  'prompt/too-long': {
    message: 'The text would have more than {limit} characters.',
    status: 413,
    hint: 'Give shorter values; upload long material as a file and name it in the text.',
    retryable: false,
  },
  'prompt/archived': {
    message: 'The {kind} "{name}" is archived.',
    status: 410,
    hint: 'Save it again to bring it back, or choose another.',
    retryable: false,
  },
  'prompt/wrong-place': {
    message: 'A prompt cannot be rendered into this message: {detail}.',
    status: 422,
    hint: 'Send it as a coordination_request without `data.text` and `data.prompt` of your own.',
    retryable: false,
  },
  'chat/not-found': {
    message: 'This agent has no chat {chat}.',
    status: 404,
    hint: 'A chat begins with the first message to `POST /agents/{id}/chat`.',
    retryable: false,
  },
  'chat/nothing-said': {
    message: 'The last message is not something that a person said: {detail}.',
    status: 422,
    hint: 'End `messages` with a message of the role `user` that has text. Approvals are given with `acts.decide`, never in a chat.',
    retryable: false,
  },
  'chat/busy': {
    message: 'The agent still answers what was said last (task {task}).',
    status: 409,
    hint: 'Follow it at `/agents/{id}/chat/{chat}/stream`, or end it with `tasks.terminate`.',
    retryable: true,
  },
} as const satisfies Record<string, CatalogueEntry>;
