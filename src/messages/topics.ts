import type { Bus } from '../platform/bus/bus.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { selectMessage } from '../platform/store/messages.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import { selectSubscribers } from '../platform/store/topics.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import type { NewMessage } from './accept.ts';
import type { Mail } from './mail.ts';
import { waitFor } from './wait.ts';

/** What became of a publication at one subscriber. */
export interface Outcome {
  agentId: string;
  messageId: string | null;
  /** `refused`: it was not sent (a full mailbox, say); `open`: its handler has not ended yet. */
  status: 'acknowledged' | 'failed' | 'expired' | 'dead' | 'open' | 'refused';
  result: unknown;
  error: string | null;
}

/**
 * Puts a message into the mailbox of every subscriber but its sender, in one transaction. A subscriber who cannot
 * take it is answered as `refused`; the others get it.
 */
export async function publish(
  tx: TenantTx,
  { mail }: { mail: Mail },
  topic: string,
  message: NewMessage,
): Promise<{ publicationId: string; outcomes: Outcome[] }> {
  const publicationId = newId();
  const subscribers = (await selectSubscribers(tx, topic)).filter((id) => id !== message.from.id);
  const sent = await mail.sendEach(
    tx,
    subscribers.map((to) => ({
      ...message,
      to,
      topic,
      correlationId: publicationId,
      conversationId: `topic:${topic}`,
    })),
  );
  const outcomes = sent.flatMap((one, index): Outcome[] => {
    const agentId = subscribers[index] ?? '';
    if (!(one instanceof CadreError))
      return [{ agentId, messageId: one.id, status: 'open', result: null, error: null }];
    if (one.code === 'message/to-self') return []; // the sender was given by its name
    return [{ agentId, messageId: null, status: 'refused', result: null, error: one.message }];
  });
  // What is wrong with the message itself is wrong for everybody: nothing was published.
  const refusal = sent.find((one) => one instanceof CadreError && !OF_RECIPIENT.includes(one.code));
  if (refusal instanceof CadreError) throw refusal;
  return { publicationId, outcomes };
}

const OF_RECIPIENT: readonly string[] = ['message/mailbox-full', 'agent/unavailable', 'message/to-self'];

/** Waits until every handler ended, or the time is up; answers what became of each. */
export async function awaitOutcomes(
  needs: { store: Store; bus: Bus; clock: Clock },
  caller: Caller,
  outcomes: Outcome[],
  waitMs: number,
): Promise<Outcome[]> {
  let seen = outcomes;
  const look = async () => {
    seen = await needs.store.read(caller.tenantId, async (tx) => {
      const looked: Outcome[] = [];
      for (const one of seen) {
        const row =
          one.status === 'open' && one.messageId ? await selectMessage(tx, one.messageId) : undefined;
        looked.push(row ? outcomeOf(one, row) : one);
      }
      return looked;
    });
    return seen.some((one) => one.status === 'open') ? undefined : true;
  };
  await waitFor(needs, look, { waitMs, signal: caller.signal });
  return seen;
}

function outcomeOf(before: Outcome, row: MessageRow): Outcome {
  if (['sent', 'delivered', 'pending'].includes(row.status)) return before;
  return {
    ...before,
    status: row.status as Outcome['status'], // the rest of the statuses
    result: row.result === null ? null : JSON.parse(row.result),
    error: row.error,
  };
}
