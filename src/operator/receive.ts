import { ASSIGNABLE, parseSpec } from '../agents/agent.ts';
import type { Delivery, ExecutorPorts, Receipt, ReplyDraft } from '../agents/executor.ts';
import type { NewMessage } from '../messages/accept.ts';
import { expiryOf, type Mail } from '../messages/mail.ts';
import { type Message, REPLY_TYPES } from '../messages/message.ts';
import { idempotencyKeyOf, toMessage } from '../messages/view.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import type { Attempt, Handler } from '../platform/runs/run.ts';
import { type DeliveryRow, selectDelivery } from '../platform/store/mailboxes.ts';
import type { Store } from '../platform/store/transaction.ts';
import { isSilent } from './silence.ts';

export interface ReceiveNeeds {
  store: Store;
  mail: Mail;
  executors: ExecutorPorts;
  clock: Clock;
}

/** An agent that cannot be reached now keeps its messages; it is asked again this often. */
const AWAY_MS = 5_000;
/** Of a message that its agent takes itself: nothing to do here, unless the agent changes. */
const TAKEN_MS = 60_000;
/** A handler that takes longer has its receipt written meanwhile. */
const NOTED_AFTER_MS = 20;

/**
 * Hands the first message of a conversation to its agent. What the handler changes in our database, the
 * acknowledgement, the answer and the turn of the next message commit together; a crash before that delivers the
 * message again, with the same idempotency key.
 */
export function messageHandle(needs: ReceiveNeeds): Handler {
  const { store, mail, executors, clock } = needs;
  return {
    async work(attempt) {
      const row = await store.readAll((tx) => selectDelivery(tx, attempt.tenantId, attempt.runId));
      if (!row || !['sent', 'delivered'].includes(row.status)) return {}; // over by another way
      if (row.is_expired) return { commit: async (tx) => mail.settle(tx, expiryOf(row), []) };
      const delivery = deliveryOf(row, attempt);
      const { executor } = delivery.spec;
      if (executor.kind === 'mailbox') return attempt.postpone(TAKEN_MS);
      if (!row.agent_enabled || !ASSIGNABLE.includes(row.agent_status)) return attempt.postpone(AWAY_MS);
      const startedMs = clock.monotonicMs();
      // The claim has made the delivery durable. Its receipt is written at once for one that is handled again, soon
      // for a slow handler, and else together with the acknowledgement.
      let noted: Promise<boolean> | undefined;
      const note = () => {
        noted ??= mail.deliver(row.id);
        noted.catch(() => undefined); // awaited below, if the handler has not failed by then
      };
      if (attempt.fence > 1) note();
      const timer = setTimeout(note, NOTED_AFTER_MS);
      let receipt: Receipt;
      try {
        receipt = await receive(delivery, attempt);
      } catch (error) {
        note();
        await noted?.catch(() => undefined); // the first failure is the one to tell
        throw error;
      } finally {
        clearTimeout(timer);
      }
      await noted;
      return {
        result: receipt.result ?? null,
        async commit(tx) {
          await receipt.effect?.(tx);
          mail.settle(
            tx,
            {
              id: row.id,
              status: 'acknowledged',
              error: null,
              result: receipt.result === undefined ? null : JSON.stringify(receipt.result),
              ...(!noted && { deliveredMsAgo: clock.monotonicMs() - startedMs }),
            },
            receipt.reply ? [replyTo(delivery.message, receipt.reply)] : [],
          );
        },
      };
    },
    async giveUp(tx, failure) {
      const status = failure.state === 'dead' ? 'dead' : 'failed';
      await mail.close(tx, [{ id: failure.runId, status, error: failure.error.message, result: null }]);
    },
  };

  async function receive(delivery: Delivery, attempt: Attempt): Promise<Receipt> {
    const { executor } = delivery.spec;
    const port = executors[executor.kind];
    try {
      return await port.receive(executor, delivery, attempt.signal);
    } catch (error) {
      // One who does not answer at all has failed nothing yet: no retry is spent.
      if (await isSilent(error, () => port.check(executor, [], attempt.signal, attempt.tenantId)))
        return attempt.postpone(AWAY_MS);
      throw error;
    }
  }
}

function deliveryOf(row: DeliveryRow, attempt: Attempt): Delivery {
  const spec = parseSpec(row.agent_spec);
  return {
    tenantId: attempt.tenantId,
    agentId: row.recipient_id,
    agentName: row.agent_name,
    spec,
    message: toMessage(row),
    idempotencyKey: idempotencyKeyOf(row),
    timeoutMs: spec.timeoutMs,
  };
}

/** The answer of an agent, back to who sent the message, in the same conversation. */
export function replyTo(message: Message, reply: ReplyDraft): NewMessage {
  return {
    from: { type: 'agent', id: message.recipientId },
    type: reply.type ?? REPLY_TYPES[message.type] ?? 'status_update',
    payload: reply.payload,
    inReplyTo: message.id,
    ...(reply.subject !== undefined && { subject: reply.subject }),
    ...(reply.requiresResponse && { requiresResponse: true }),
  };
}
