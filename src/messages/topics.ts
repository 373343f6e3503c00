import type { Bus } from '../platform/bus/bus.ts';
import type { EventLog } from '../platform/events/events.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { followFromNow } from '../platform/store/followers.ts';
import type { Recipient } from '../platform/store/mailboxes.ts';
import { selectOutcomes } from '../platform/store/messages.ts';
import { insertSubscription, selectSubscribers } from '../platform/store/topics.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import type { NewMessage } from './accept.ts';
import { agentOfTopic, LIFECYCLE_TYPES, readEnvelope, type TaskEnvelope } from './envelopes.ts';
import type { Mail } from './mail.ts';
import { findRecipient } from './mailbox.ts';
import { parsePayload } from './payloads.ts';
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

/** What became of a publication: its id is the correlation id of all its messages. */
export interface Published {
  publicationId: string;
  outcomes: Outcome[];
}

/** Makes tasks of envelopes; the tasks stand further down and bring it. */
export interface TaskIntake {
  /** Submits the task of an envelope in the transaction of who publishes it; answers its id. */
  take(
    tx: TenantTx,
    published: { envelope: TaskEnvelope; sender: string; agent: Recipient | undefined },
  ): Promise<string>;
}

export interface TopicNeeds {
  events: EventLog;
  mail: Mail;
  intake: TaskIntake;
}

/** Topics on which Cadre itself publishes what it reads in the event log. */
export const FOLLOWED_TOPICS: readonly string[] = ['agents.event', 'tasks.result'];

/** Has an agent get what is published on a topic; false when it already does. */
export async function subscribe(tx: TenantTx, topic: string, agentId: string): Promise<boolean> {
  if (FOLLOWED_TOPICS.includes(topic)) await followFromNow(tx);
  return insertSubscription(tx, topic, agentId);
}

/**
 * Puts a message into the mailbox of every subscriber but its sender, in one transaction. A subscriber who cannot
 * take it is answered as `refused`; the others get it. On a well-known topic the envelope is read first, and a task
 * is submitted with it; `taskId` is that task.
 * @throws CadreError `message/envelope-invalid`, `message/payload-invalid`, `message/too-large`,
 *   `event/lifecycle-name`, and what a submission refuses
 */
export async function publish(
  tx: TenantTx,
  needs: TopicNeeds,
  topic: string,
  message: NewMessage,
): Promise<Published & { taskId: string | null }> {
  const envelope = readEnvelope(topic, message);
  if (envelope?.name === 'AgentEvent' && LIFECYCLE_TYPES.some((name) => name === envelope.content.type))
    throw new CadreError('event/lifecycle-name', { name: envelope.content.type });
  let taskId: string | null = null;
  if (envelope?.name === 'Task') {
    const name = agentOfTopic(topic);
    const agent = name === undefined ? undefined : await findRecipient(tx, name);
    const sender = message.from.type === 'agent' ? `agent:${await idOf(tx, message)}` : message.from.id;
    taskId = await needs.intake.take(tx, { envelope: envelope.content, sender, agent });
  }
  const published = await sendToAll(tx, needs, await selectSubscribers(tx, topic), {
    ...message,
    topic,
    conversationId: `topic:${topic}`,
  });
  await tell(tx, needs, topic, message, published);
  return { ...published, taskId };
}

/**
 * A publication is a fact also when nobody subscribed: plans may wait for it. The payload stands in the messages; in
 * the event only where there is none.
 */
async function tell(
  tx: TenantTx,
  { events }: TopicNeeds,
  topic: string,
  message: NewMessage,
  { publicationId, outcomes }: Published,
): Promise<void> {
  const messageId = outcomes.find((one) => one.messageId !== null)?.messageId ?? null;
  const payload = messageId === null ? parsePayload(message.type, message.payload) : undefined;
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'topic.published',
      data: {
        topic,
        publicationId,
        messageId,
        from: message.from,
        subject: message.subject ?? null,
        recipients: outcomes.filter((one) => one.messageId !== null).length,
        ...(payload !== undefined && { payload }),
      },
    },
  ]);
}

const idOf = async (tx: TenantTx, { from }: NewMessage): Promise<string> =>
  (await findRecipient(tx, from.id)).id;

/**
 * Sends one message to many agents but its sender, in one transaction; one who cannot take it breaks nobody.
 * What is wrong with the message itself is wrong for everybody: nothing is sent then.
 */
export async function sendToAll(
  tx: TenantTx,
  { mail }: { mail: Mail },
  agentIds: readonly string[],
  message: NewMessage,
): Promise<Published> {
  const publicationId = newId();
  const recipients = agentIds.filter((id) => id !== message.from.id);
  const sent = await mail.sendEach(
    tx,
    recipients.map((to) => ({ ...message, to, correlationId: publicationId })),
  );
  const outcomes = sent.flatMap((one, index): Outcome[] => {
    const agentId = recipients[index] ?? '';
    if (!(one instanceof CadreError))
      return [{ agentId, messageId: one.id, status: 'open', result: null, error: null }];
    if (one.code === 'message/to-self') return []; // the sender was given by its name
    return [{ agentId, messageId: null, status: 'refused', result: null, error: one.message }];
  });
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
    const open = seen.flatMap((one) => (one.status === 'open' && one.messageId ? [one.messageId] : []));
    const rows = await needs.store.read(caller.tenantId, (tx) => selectOutcomes(tx, open));
    const byId = new Map(rows.map((row) => [row.id, row]));
    seen = seen.map((one) => outcomeOf(one, byId.get(one.messageId ?? '')));
    return seen.some((one) => one.status === 'open') ? undefined : true;
  };
  await waitFor(needs, look, { waitMs, signal: caller.signal });
  return seen;
}

type Ended = Awaited<ReturnType<typeof selectOutcomes>>[number];

function outcomeOf(before: Outcome, row: Ended | undefined): Outcome {
  if (!row) return before;
  return {
    ...before,
    status: row.status as Outcome['status'], // of those that ended
    result: row.result === null ? null : JSON.parse(row.result),
    error: row.error,
  };
}
