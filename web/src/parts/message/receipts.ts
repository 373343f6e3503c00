import type { Message, MessageWithReplies } from '../../api/models.ts';
import { MESSAGE_MEANS, type MessageTone, toneOfMessage } from './words.ts';

/** One step of the way of a message. `at` is missing where no time is kept. */
export interface ReceiptStep {
  name: 'sent' | 'delivered' | 'acknowledged' | 'failed' | 'expired' | 'dead' | 'waits' | 'redriven';
  tone: MessageTone;
  at: string | null;
  note: string;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** The way of a message so far, first step first: sent, delivered, and how it ended, or what it waits for. */
export function receiptsOf(message: Message): ReceiptStep[] {
  const { status, seq, retryCount, maxRetries } = message;
  const steps: ReceiptStep[] = [
    {
      name: 'sent',
      tone: 'done',
      at: message.createdAt,
      note:
        seq === null
          ? 'It takes no place in a mailbox.'
          : `Number ${seq} of its conversation in the mailbox.`,
    },
  ];
  if (message.deliveredAt !== null)
    steps.push({
      name: 'delivered',
      tone: status === 'delivered' && message.recipientType === 'agent' ? 'works' : 'done',
      at: message.deliveredAt,
      note:
        retryCount > 0
          ? `Delivered again ${times(retryCount)}, of at most ${maxRetries}; this is the latest.`
          : 'Delivered for the first time.',
    });
  if (status === 'sent' || status === 'pending')
    steps.push({
      name: 'waits',
      tone: 'waits',
      at: null,
      note:
        retryCount > 0
          ? `It failed ${times(retryCount)} of at most ${maxRetries + 1} and waits to be delivered again.`
          : 'It waits for its turn.',
    });
  if (status === 'delivered' && message.recipientType === 'agent')
    steps.push({ name: 'waits', tone: 'works', at: null, note: 'Its agent has it in hand.' });
  if (status === 'acknowledged')
    steps.push({ name: 'acknowledged', tone: 'done', at: message.acknowledgedAt, note: 'It was handled.' });
  if (status === 'failed' || status === 'dead' || status === 'expired')
    steps.push({
      name: status,
      tone: toneOfMessage(status),
      at: status === 'expired' ? message.expiresAt : message.acknowledgedAt,
      note:
        message.error ?? `${MESSAGE_MEANS[status].charAt(0).toUpperCase()}${MESSAGE_MEANS[status].slice(1)}.`,
    });
  if (message.redrivenAs !== null)
    steps.push({
      name: 'redriven',
      tone: 'done',
      at: null,
      note: 'A copy was sent at the end of its conversation.',
    });
  return steps;
}

/** What became of the question that a message asks. */
export type ReplyState =
  | { kind: 'not-wanted' }
  | { kind: 'answered'; replies: Message[] }
  | { kind: 'late'; replies: Message[] }
  | { kind: 'awaited'; until: string | null }
  | { kind: 'overdue'; since: string }
  | { kind: 'none'; because: string };

/** Whether and how a message was answered; `nowMs` decides what is overdue. Only its recipient answers it. */
export function replyStateOf(message: MessageWithReplies, nowMs: number): ReplyState {
  const answers = message.replies.filter(
    ({ senderId, recipientId }) => senderId === message.recipientId && recipientId === message.senderId,
  );
  if (answers.some(({ late }) => !late)) return { kind: 'answered', replies: answers };
  if (answers.length > 0) return { kind: 'late', replies: answers };
  const { status, responseDeadline } = message;
  if (status === 'failed' || status === 'dead' || status === 'expired')
    return message.requiresResponse
      ? { kind: 'none', because: message.error ?? MESSAGE_MEANS[status] }
      : { kind: 'not-wanted' };
  if (!message.requiresResponse) return { kind: 'not-wanted' };
  if (responseDeadline !== null && Date.parse(responseDeadline) < nowMs)
    return { kind: 'overdue', since: responseDeadline };
  return { kind: 'awaited', until: responseDeadline };
}
