import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { markRedriven } from '../platform/store/mailboxes.ts';
import { selectMessage } from '../platform/store/messages.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { NewMessage } from './accept.ts';
import { messageFact } from './facts.ts';
import type { Mail } from './mail.ts';
import type { MessageType, PARTY_TYPES } from './message.ts';

/**
 * Sends a message that was given up once more: as a copy at the end of its conversation, so that nothing overtakes
 * anything. The first one stays where it was, with its error and a link to the copy; the idempotency key is the same.
 * @throws CadreError `message/not-found`, `message/wrong-state`, `message/mailbox-full`
 */
export async function redriveMessage(
  tx: TenantTx,
  { mail, events }: { mail: Mail; events: EventLog },
  caller: Caller,
  id: string,
): Promise<MessageRow> {
  const row = await selectMessage(tx, id);
  if (!row) throw new CadreError('message/not-found', { id });
  const action = 'redriven';
  if (!['dead', 'failed'].includes(row.status) || row.seq === null)
    throw new CadreError('message/wrong-state', { id, status: row.status, action });
  if (row.run_id !== null)
    throw new CadreError('message/wrong-state', {
      id,
      status: 'the hand-over of a task: retry that',
      action,
    });
  if (row.redriven_as !== null)
    throw new CadreError('message/wrong-state', { id, status: `redriven as ${row.redriven_as}`, action });
  const [copy] = await mail.send(tx, [copyOf(row)]);
  if (!copy || !(await markRedriven(tx, id, copy.id)))
    throw new CadreError('message/wrong-state', { id, status: 'being redriven', action });
  await events.append(tx, [
    messageFact(tx.tenantId, 'message.redriven', row, null, { as: copy.id, by: caller.actor.name }),
  ]);
  return copy;
}

function copyOf(row: MessageRow): NewMessage {
  return {
    from: { type: row.sender_type as (typeof PARTY_TYPES)[number], id: row.sender_id }, // written by accept
    to: row.recipient_id,
    type: row.type as MessageType, // written by accept
    payload: JSON.parse(row.payload),
    subject: row.subject,
    priority: row.priority,
    conversationId: row.conversation_id,
    correlationId: row.correlation_id,
    maxRetries: row.max_retries,
    redrive: { of: row.id, originId: row.origin_id ?? row.id },
    ...(row.in_reply_to !== null && { inReplyTo: row.in_reply_to }),
    ...(row.requires_response === 1 && { requiresResponse: true }),
    ...(row.topic !== null && { topic: row.topic }),
  };
}
