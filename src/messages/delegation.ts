import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { selectOpenHandOvers, unlinkHandOvers } from '../platform/store/delegations.ts';
import {
  addMessages,
  closeMessage,
  isExpired,
  markDelivered,
  moveMessage,
  selectDelegation,
} from '../platform/store/messages.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { Party } from './accept.ts';
import { messageFact } from './facts.ts';
import type { Mail } from './mail.ts';

/**
 * The hand-over of a task to an operator (FEATURES CO-3): a message committed with the plan, delivered when an attempt
 * begins, acknowledged with the result, and answered with a `status_update` of the same correlation. A crash in between
 * delivers it again; the task's idempotency key keeps the effect single.
 */
export interface Delegation {
  taskId: string;
  rootId: string;
  conversationId: string;
  /** A chief, or whoever delegates to one agent directly. */
  sender: Party;
  recipientId: string;
  subject: string;
  priority: number;
  payload: Record<string, unknown>;
  /** Milliseconds since 1970; afterwards it is never handled. */
  expiresAt: number | null;
  /** The sender is not the chief of the plan, whose task takes notice by itself: it gets an answer. */
  requiresResponse?: boolean;
  /** Its place in a chain of delegations, and the requests of the chain (`askedBy`). */
  hops?: number;
  asked?: string | null;
}

interface Needs {
  events: EventLog;
}

/** Sends delegations in the transaction that makes their tasks; answers their ids. */
export async function sendDelegations(
  tx: TenantTx,
  { events }: Needs,
  delegations: Delegation[],
): Promise<string[]> {
  const rows = delegations.map((delegation) => ({
    id: newId(),
    conversation_id: delegation.conversationId,
    correlation_id: delegation.taskId,
    sender_id: delegation.sender.id,
    sender_type: delegation.sender.type,
    recipient_id: delegation.recipientId,
    type: 'task_delegation',
    priority: delegation.priority,
    status: 'sent',
    subject: delegation.subject,
    payload: JSON.stringify(delegation.payload),
    task_id: delegation.taskId,
    expires_at: delegation.expiresAt,
    requires_response: delegation.requiresResponse ? 1 : 0,
    hops: delegation.hops ?? 0,
    asked: delegation.asked ?? null,
  }));
  await addMessages(tx, rows);
  await events.append(
    tx,
    rows.map((row, index) =>
      messageFact(tx.tenantId, 'message.sent', row, delegations[index]?.rootId ?? null),
    ),
  );
  return rows.map((row) => row.id);
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
  // One that is closed belongs to an end of the task that was told; it is tried again.
  if (!message || !OPEN.includes(message.status)) return;
  if (message.expires_at !== null && (await isExpired(tx, message.id)))
    throw new CadreError('message/expired', { id: message.id, subject: message.subject });
  const again = message.status === 'delivered';
  const moved = await moveMessage(tx, message.id, ['sent', 'delivered'], {
    status: 'delivered',
    counted: again,
  });
  if (moved)
    await events.append(tx, [messageFact(tx.tenantId, 'message.delivered', moved, rootId, { again })]);
}

/** The same for one that was sent and cannot expire, at the first attempt: who claimed its run holds it. */
export async function deliverFirst(
  tx: TenantTx,
  { events }: Needs,
  message: MessageRow,
  rootId: string,
): Promise<void> {
  await markDelivered(tx, message.id);
  await events.append(tx, [messageFact(tx.tenantId, 'message.delivered', message, rootId, { again: false })]);
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

/**
 * Closes the delegation of a task and answers it, in the transaction that settles the task. One that asked for an
 * answer is only closed and given back: whoever listens to the end of tasks sends it (`coordination/delegation/report.ts`).
 */
export async function answerDelegation(
  tx: TenantTx,
  { events }: Needs,
  message: MessageRow | undefined,
  reply: Reply,
): Promise<MessageRow | undefined> {
  if (!message || !OPEN.includes(message.status)) return undefined;
  const { task_id: taskId } = message;
  const closing = { status: reply.how, ...(reply.error !== undefined && { error: reply.error }) };
  const end = messageFact(tx.tenantId, END_TYPES[reply.how], message, reply.rootId, { status: reply.how });
  if (message.requires_response === 1) {
    const closed = await moveMessage(tx, message.id, OPEN, closing);
    await events.append(tx, [end]);
    return closed;
  }
  // Who ends a task holds it, and with it its delegation: nobody else moves that meanwhile.
  await closeMessage(tx, message.id, closing);
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
    in_reply_to: message.id,
    hops: message.hops + 1,
  };
  await addMessages(tx, [answer]);
  await events.append(tx, [
    end,
    messageFact(tx.tenantId, 'message.sent', answer, reply.rootId),
    messageFact(tx.tenantId, 'message.acknowledged', answer, reply.rootId, { status: 'acknowledged' }),
  ]);
  return undefined;
}

/** A delegation is open in these states. */
const OPEN = ['sent', 'delivered'];

const END_TYPES = {
  acknowledged: 'message.acknowledged',
  expired: 'message.expired',
  dead: 'message.dead',
  failed: 'message.acknowledged',
} as const;

/** Ends what of a task still lies in mailboxes: whoever took it is told so when it acknowledges. */
export async function withdrawHandOvers(
  tx: TenantTx,
  { mail }: { mail: Mail },
  taskId: string,
  because: string,
): Promise<void> {
  const open = await selectOpenHandOvers(tx, taskId);
  mail.conclude(
    tx,
    open.map(({ id }) => ({ id, status: 'expired' as const, error: because, result: null })),
    [],
  );
}

/** Forgets what was handed over of a task: it is tried again, or by another agent, and handed over anew. */
export async function forgetHandOvers(tx: TenantTx, taskId: string): Promise<void> {
  await unlinkHandOvers(tx, taskId);
}

/** Gives the delegation of a task to another agent. */
export async function redirectDelegation(tx: TenantTx, taskId: string, recipientId: string): Promise<void> {
  const message = await selectDelegation(tx, taskId);
  if (message) await moveMessage(tx, message.id, ['sent', 'delivered'], { status: 'sent', recipientId });
}
