import { z } from 'zod';
import type { Bus } from '../platform/bus/bus.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { selectReplies } from '../platform/store/mailboxes.ts';
import { selectMessage } from '../platform/store/messages.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { messageSchema } from './message.ts';
import { toMessage } from './view.ts';
import { waitFor } from './wait.ts';

/** What became of a question. */
export const replySchema = z.object({
  /** `failed`: the message was given up or expired, so nobody will answer. */
  status: z.enum(['answered', 'failed', 'timeout']),
  reply: messageSchema.nullable(),
  /** Why, when it failed. */
  error: z.string().nullable(),
});
export type Answer = z.output<typeof replySchema>;

/** Replies that one message shows. */
export const REPLIES_SHOWN = 100;

/** The answers of the one who was asked to the one who asked; others that continue the chain are forwards. */
export function isAnswer(asked: MessageRow, row: MessageRow): boolean {
  return row.sender_id === asked.recipient_id && row.recipient_id === asked.sender_id;
}

/**
 * Waits for the answer to a message. A late one does not count: who asked has been told `timeout`.
 * @throws CadreError `message/not-found`
 */
export async function awaitReply(
  needs: { store: Store; bus: Bus; clock: Clock },
  caller: Caller,
  id: string,
  waitMs: number,
): Promise<Answer> {
  const { store } = needs;
  const look = () =>
    store.read(caller.tenantId, async (tx): Promise<Answer | undefined> => {
      const asked = await lastOf(tx, id);
      const replies = await selectReplies(tx, asked.id, REPLIES_SHOWN);
      const reply = replies.find((row) => isAnswer(asked, row) && row.late === 0);
      if (reply) return { status: 'answered', reply: toMessage(reply), error: null };
      if (!['dead', 'failed', 'expired'].includes(asked.status)) return undefined;
      return { status: 'failed', reply: null, error: asked.error };
    });
  const found = await waitFor(needs, look, { waitMs, signal: caller.signal });
  return found ?? { status: 'timeout', reply: null, error: null };
}

/** The message itself, or the copy that was sent after it was given up. */
async function lastOf(tx: TenantTx, id: string): Promise<MessageRow> {
  const row = await selectMessage(tx, id);
  if (!row) throw new CadreError('message/not-found', { id });
  return row.redriven_as === null ? row : lastOf(tx, row.redriven_as);
}
