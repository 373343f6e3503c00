import { z } from 'zod';

/** The types of FEATURES CO-1. */
export const MESSAGE_TYPES = [
  'task_delegation',
  'status_update',
  'coordination_request',
  'coordination_response',
  'capability_inquiry',
  'capability_response',
  'heartbeat',
  'error_report',
  'workflow_step',
  'resource_request',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** pending -> sent -> delivered -> acknowledged; or expired, failed, dead (FEATURES CO-2). */
export const MESSAGE_STATUSES = [
  'pending',
  'sent',
  'delivered',
  'acknowledged',
  'failed',
  'expired',
  'dead',
] as const;

/** Who sends or receives: an agent, or a person (with the key or session they used). */
export const PARTY_TYPES = ['agent', 'person'] as const;

/** Begins the id of a sender that is a run which waits for answers; the id of the run follows, and what it asks. */
export const ASKS = 'ask:';

/** What one answers to each type, unless the handler says otherwise. */
export const REPLY_TYPES: Partial<Record<MessageType, MessageType>> = {
  coordination_request: 'coordination_response',
  capability_inquiry: 'capability_response',
};

/** Messages in one chain of replies and forwards since it brought something new; circles are stopped here. */
export const MAX_HOPS = 16;
/** Messages in one chain, whatever they bring. */
export const MAX_CHAIN = 200;
/** Open messages of one recipient, unless its spec says otherwise. */
export const MAILBOX_LIMIT = 10_000;
/** Further deliveries after the first one failed. */
export const MAX_RETRIES = 3;
/** How long an answer is waited for, unless the sender says otherwise (FEATURES CO-5). */
export const RESPONSE_TIMEOUT_MS = 30_000;

/** An envelope between agents, as people and agents see it. */
export const messageSchema = z.object({
  id: z.string(),
  /** The sender's own id for it, where one was given. */
  messageId: z.string().nullable(),
  conversationId: z.string(),
  correlationId: z.string(),
  /** Place in the conversation with the recipient; null for a delegation, which its task's run carries out. */
  seq: z.number().int().nullable(),
  senderId: z.string(),
  senderType: z.enum(PARTY_TYPES),
  recipientId: z.string(),
  recipientType: z.enum(PARTY_TYPES),
  type: z.enum(MESSAGE_TYPES),
  priority: z.number().int(),
  status: z.enum(MESSAGE_STATUSES),
  subject: z.string(),
  payload: z.record(z.string(), z.unknown()),
  taskId: z.string().nullable(),
  topic: z.string().nullable(),
  inReplyTo: z.string().nullable(),
  hops: z.number().int(),
  requiresResponse: z.boolean(),
  responseDeadline: z.string().nullable(),
  /** It answers after the deadline and changes nothing for who asked. */
  late: z.boolean(),
  retryCount: z.number().int(),
  maxRetries: z.number().int(),
  result: z.unknown(),
  error: z.string().nullable(),
  /** Of what was given up and sent again: the copy, and of the copy what it copies. */
  redrivenAs: z.string().nullable(),
  redriveOf: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  deliveredAt: z.string().nullable(),
  acknowledgedAt: z.string().nullable(),
});
export type Message = z.output<typeof messageSchema>;
