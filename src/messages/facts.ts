import type { EventType, Fact } from '../platform/events/events.ts';
import type { MessageRow } from '../platform/store/schema.ts';

/** What a fact about a message names of it. */
export type Told = Pick<
  MessageRow,
  'id' | 'sender_id' | 'recipient_id' | 'type' | 'subject' | 'task_id' | 'correlation_id' | 'conversation_id'
> &
  Partial<Pick<MessageRow, 'seq' | 'topic' | 'in_reply_to' | 'recipient_type'>>;

/** A fact about a message; `rootId` is the task above it, where there is one. */
export function messageFact(
  tenantId: string,
  type: EventType & `message.${string}`,
  row: Told,
  rootId: string | null,
  extra: Record<string, unknown> = {},
): Fact {
  return {
    tenantId,
    type,
    taskId: row.task_id,
    rootId,
    agentId: row.recipient_type === 'person' ? null : row.recipient_id,
    data: {
      messageId: row.id,
      from: row.sender_id,
      to: row.recipient_id,
      kind: row.type,
      subject: row.subject,
      correlationId: row.correlation_id,
      conversationId: row.conversation_id,
      ...(row.seq != null && { seq: Number(row.seq) }),
      ...(row.topic && { topic: row.topic }),
      ...(row.in_reply_to && { inReplyTo: row.in_reply_to }),
      ...extra,
    },
  };
}
