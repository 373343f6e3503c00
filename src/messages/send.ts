import { z } from 'zod';
import { fromRfc3339 } from '../platform/kernel/clock.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { nameSchema, variablesSchema } from '../prompts/prompt.ts';
import type { NewMessage, Party } from './accept.ts';
import { topicSchema } from './envelopes.ts';
import { MESSAGE_TYPES } from './message.ts';
import { priorityNumber, prioritySchema } from './priority.ts';

/** Every field of a message that says nothing of its recipient. */
export const contentFields = {
  type: z.enum(MESSAGE_TYPES),
  /** As the type wants it; docs/messages.md shows each. */
  payload: z.record(z.string(), z.json()).default({}),
  subject: z.string().trim().min(1).max(500).optional(),
  /** Id or name of the agent that sends it; without it, it is yours. */
  from: z.string().min(1).max(80).optional(),
  priority: prioritySchema.optional(),
  /** RFC 3339; afterwards it is never handled. */
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  maxRetries: z.coerce.number().int().min(0).max(20).optional(),
};

/** What one sends. */
export const sendSchema = z.object({
  ...contentFields,
  /** Id or name of the agent; without it the message answers the sender of `inReplyTo`. */
  to: z.string().min(1).max(80).optional(),
  conversationId: z.string().min(1).max(200).optional(),
  inReplyTo: z.string().max(64).optional(),
  /** Your own id: the same id twice is one message. */
  messageId: z.string().min(1).max(200).optional(),
  requiresResponse: z.stringbool().or(z.boolean()).optional(),
  responseTimeoutMs: z.coerce.number().int().min(1).max(86_400_000).optional(),
  /** Of a coordination_request: this prompt makes its `data.text`, and `data.prompt` names it. */
  prompt: z
    .object({
      name: nameSchema,
      /** The last one unless told otherwise. */
      version: z.coerce.number().int().min(1).optional(),
      variables: variablesSchema.default({}),
    })
    .optional(),
});
export type Sending = z.output<typeof sendSchema>;

/** What one publishes. */
export const publishSchema = z.object({
  topic: topicSchema,
  ...contentFields,
});

/** The sender: the agent that is named, or whoever calls. */
export function senderOf(caller: Caller, from: string | undefined): Party {
  return from === undefined
    ? { type: 'person', id: `${caller.actor.kind}:${caller.actor.id}` }
    : { type: 'agent', id: from };
}

/** A message as the mail takes it. */
export function toNewMessage(
  caller: Caller,
  sending: Omit<Sending, 'to' | 'prompt'> & { to?: string | undefined },
): NewMessage {
  const { from, priority, expiresAt, ...rest } = sending;
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const expiry = expiresAt === undefined ? undefined : fromRfc3339(expiresAt);
  return {
    type: sending.type,
    payload: sending.payload,
    ...said,
    from: senderOf(caller, from),
    ...(priority !== undefined && { priority: priorityNumber(priority) }),
    ...(expiry !== undefined && { expiresAt: expiry }),
  };
}
