import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { insertMessages, isExpired, moveMessage, selectDelegation } from '../platform/store/messages.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { messageFact } from './facts.ts';

/**
 * The hand-over of a task from a chief to an operator (FEATURES CO-3): a message committed with the plan, delivered
 * when an attempt begins, acknowledged with the result, and answered with a `status_update` of the same correlation.
 * A crash in between delivers it again; the task's idempotency key keeps the effect single.
 */
export interface Delegation {
  taskId: string;
  rootId: string;
  conversationId: string;
  senderId: string;
  recipientId: string;
  subject: string;
  priority: number;
  payload: Record<string, unknown>;
  /** Milliseconds since 1970; afterwards it is never handled. */
  expiresAt: number | null;
}

interface Needs {
  events: EventLog;
}

/** Sends delegations in the transaction of the plan. */
export async function sendDelegations(
  tx: TenantTx,
  { events }: Needs,
  delegations: Delegation[],
): Promise<void> {
  const rows = delegations.map((delegation) => ({
    id: newId(),
    conversation_id: delegation.conversationId,
    correlation_id: delegation.taskId,
    sender_id: delegation.senderId,
    recipient_id: delegation.recipientId,
    type: 'task_delegation',
    priority: delegation.priority,
    status: 'sent',
    subject: delegation.subject,
    payload: JSON.stringify(delegation.payload),
    task_id: delegation.taskId,
    expires_at: delegation.expiresAt,
  }));
  await insertMessages(tx, rows);
  await events.append(
    tx,
    rows.map((row, index) =>
      messageFact(tx.tenantId, 'message.sent', row, delegations[index]?.rootId ?? null),
    ),
  );
}

/**
 * Notes that an attempt took the delegation of a task in hand; a later attempt counts as a redelivery.
 * @throws CadreError `message/expired` when its time has passed: an expired message is never handled
 */
export async function deliverDelegation(
  tx: TenantTx,
  { events }: Needs,
  taskId: string,
  rootId: string,
): Promise<void> {
  const message = await selectDelegation(tx, taskId);
  if (!message || message.status === 'acknowledged') return;
  if (await isExpired(tx, message.id))
    throw new CadreError('message/expired', { id: message.id, subject: message.subject });
  const again = message.status === 'delivered';
  const moved = await moveMessage(tx, message.id, ['sent', 'delivered'], {
    status: 'delivered',
    counted: again,
  });
  if (moved)
    await events.append(tx, [messageFact(tx.tenantId, 'message.delivered', moved, rootId, { again })]);
}

/** How a task ended, for the answer to who delegated it. */
export interface Reply {
  rootId: string;
  status: 'completed' | 'failed' | 'terminated';
  sentence: string;
  /** `expired` and `dead` leave the message in that state with its error. */
  how: 'acknowledged' | 'expired' | 'dead' | 'failed';
  error?: string;
}

/** Closes the delegation of a task and answers it, in the transaction that settles the task. */
export async function answerDelegation(
  tx: TenantTx,
  { events }: Needs,
  taskId: string,
  reply: Reply,
): Promise<void> {
  const message = await selectDelegation(tx, taskId);
  if (!message) return;
  const moved = await moveMessage(tx, message.id, ['sent', 'delivered'], {
    status: reply.how,
    ...(reply.error !== undefined && { error: reply.error }),
  });
  if (!moved) return;
  const answer = {
    id: newId(),
    conversation_id: message.conversation_id,
    correlation_id: message.correlation_id,
    sender_id: message.recipient_id,
    recipient_id: message.sender_id,
    type: 'status_update',
    priority: message.priority,
    // The chief's task takes notice of it in this very transaction.
    status: 'acknowledged',
    subject: message.subject,
    payload: JSON.stringify({ status: reply.status, message: reply.sentence, taskId }),
    task_id: taskId,
    expires_at: null,
  };
  await insertMessages(tx, [answer]);
  const types = {
    acknowledged: 'message.acknowledged',
    expired: 'message.expired',
    dead: 'message.dead',
    failed: 'message.acknowledged',
  } as const;
  await events.append(tx, [
    messageFact(tx.tenantId, types[reply.how], moved, reply.rootId, { status: reply.how }),
    messageFact(tx.tenantId, 'message.sent', answer, reply.rootId),
    messageFact(tx.tenantId, 'message.acknowledged', answer, reply.rootId, { status: 'acknowledged' }),
  ]);
}

/** Gives the delegation of a task to another agent. */
export async function redirectDelegation(tx: TenantTx, taskId: string, recipientId: string): Promise<void> {
  const message = await selectDelegation(tx, taskId);
  if (message) await moveMessage(tx, message.id, ['sent', 'delivered'], { status: 'sent', recipientId });
}
