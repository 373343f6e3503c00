import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { operation } from '../platform/kernel/operation.ts';
import { selectMessage, selectMessages } from '../platform/store/messages.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { Store } from '../platform/store/transaction.ts';
import { given, pageById } from '../tenants/page.ts';
import { MESSAGE_STATUSES, type Message, messageSchema } from './message.ts';

interface Needs {
  store: Store;
}

/** What people can do with messages so far: read them. Sending comes with the mailboxes. */
export const messageOperations = [
  operation({
    name: 'messages.list',
    summary: 'Messages between agents, newest first; filter by agent, task or status (dead letters: `dead`).',
    route: { method: 'GET', path: '/messages' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      agentId: z.string().optional(),
      taskId: z.string().optional(),
      status: z.enum(MESSAGE_STATUSES).optional(),
      cursor: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    output: z.object({ items: z.array(messageSchema), nextCursor: z.string().nullable() }),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, { cursor, limit, ...filter }) =>
      pageById(
        { cursor, limit },
        ({ beforeId, limit: rows }) =>
          store.read(caller.tenantId, (tx) =>
            selectMessages(tx, { ...given(filter), ...given({ before: beforeId }), limit: rows }),
          ),
        toMessage,
      ),
  }),
  operation({
    name: 'messages.get',
    summary: 'One message with its payload and receipts.',
    route: { method: 'GET', path: '/messages/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ id: z.string() }),
    output: messageSchema,
    example: { id: '01890000-0000-7000-8000-000000000000' },
    async run({ store }: Needs, caller, { id }) {
      const row = await store.read(caller.tenantId, (tx) => selectMessage(tx, id));
      if (!row) throw new CadreError('message/not-found', { id });
      return toMessage(row);
    },
  }),
];

function toMessage(row: MessageRow): Message {
  const time = (ms: number | null) => (ms === null ? null : toRfc3339(ms));
  return messageSchema.parse({
    id: row.id,
    conversationId: row.conversation_id,
    correlationId: row.correlation_id,
    senderId: row.sender_id,
    recipientId: row.recipient_id,
    type: row.type,
    priority: row.priority,
    status: row.status,
    subject: row.subject,
    payload: JSON.parse(row.payload),
    taskId: row.task_id,
    retryCount: row.retry_count,
    error: row.error,
    createdAt: toRfc3339(row.created_at),
    expiresAt: time(row.expires_at),
    deliveredAt: time(row.delivered_at),
    acknowledgedAt: time(row.acknowledged_at),
  });
}
