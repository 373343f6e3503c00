import { toRfc3339 } from '../platform/kernel/clock.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import { type Message, messageSchema } from './message.ts';

/** A row as people and agents see it. */
export function toMessage(row: MessageRow): Message {
  const time = (ms: number | null) => (ms === null ? null : toRfc3339(ms));
  return messageSchema.parse({
    id: row.id,
    messageId: row.inbox_id,
    conversationId: row.conversation_id,
    correlationId: row.correlation_id,
    seq: row.seq === null ? null : Number(row.seq),
    senderId: row.sender_id,
    senderType: row.sender_type,
    recipientId: row.recipient_id,
    recipientType: row.recipient_type,
    type: row.type,
    priority: row.priority,
    status: row.status,
    subject: row.subject,
    payload: JSON.parse(row.payload),
    taskId: row.task_id,
    topic: row.topic,
    inReplyTo: row.in_reply_to,
    hops: row.hops,
    requiresResponse: row.requires_response === 1,
    responseDeadline: time(row.reply_due_at),
    late: row.late === 1,
    retryCount: row.retry_count,
    maxRetries: row.max_retries,
    result: row.result === null ? null : JSON.parse(row.result),
    error: row.error,
    redrivenAs: row.redriven_as,
    redriveOf: row.redrive_of,
    createdAt: toRfc3339(row.created_at),
    expiresAt: time(row.expires_at),
    deliveredAt: time(row.delivered_at),
    acknowledgedAt: time(row.acknowledged_at),
  });
}

/** What a receiver uses to do a thing once: stays the same when a message is delivered again or redriven. */
export function idempotencyKeyOf(row: Pick<MessageRow, 'id' | 'origin_id'>): string {
  return `message:${row.origin_id ?? row.id}`;
}
