import type { Bus } from '../platform/bus/bus.ts';
import type { EventLog } from '../platform/events/events.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { beat } from '../platform/store/agents.ts';
import { markLate } from '../platform/store/delegations.ts';
import {
  extendLease,
  type Recipient,
  restMessage,
  selectRecipients,
  selectTakeable,
  takeMessages,
} from '../platform/store/mailboxes.ts';
import { selectMessage } from '../platform/store/messages.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import type { NewMessage } from './accept.ts';
import { messageFact } from './facts.ts';
import { expiryOf, type Mail } from './mail.ts';
import { type MessageType, REPLY_TYPES } from './message.ts';
import { waitFor } from './wait.ts';

/**
 * The mailbox of an agent that takes its messages itself: the heads of its conversations, under a lease. What it does
 * not acknowledge in time is handed out again, `maxRetries` times, then given up.
 */
export interface MailboxNeeds {
  store: Store;
  bus: Bus;
  clock: Clock;
  events: EventLog;
  mail: Mail;
}

/** One that waits shows every so often that it is there. */
const BEAT_MS = 2_000;

/** An agent by id, or by name where no agent has that id. @throws CadreError `agent/not-found` */
export async function findRecipient(tx: TenantTx, id: string): Promise<Recipient> {
  const named = await selectRecipients(tx, [id]);
  const found = named.find((agent) => agent.id === id) ?? named[0];
  if (!found) throw new CadreError('agent/not-found', { id });
  return found;
}

/** The id for a filter by agent, given as id or name; what is neither stays as it is and fits nothing. */
export async function agentFilter(tx: TenantTx, given: string | undefined): Promise<{ agentId?: string }> {
  if (given === undefined) return {};
  const named = await selectRecipients(tx, [given]);
  return { agentId: (named.find((agent) => agent.id === given) ?? named[0])?.id ?? given };
}

/**
 * Takes what may be handled now, or waits for it. @throws CadreError `agent/not-found`, `message/pushed`
 */
export async function takeFromMailbox(
  needs: MailboxNeeds,
  caller: Caller,
  idOrName: string,
  options: { limit: number; leaseMs: number; waitMs: number },
): Promise<MessageRow[]> {
  const { store, clock } = needs;
  const agent = await store.read(caller.tenantId, (tx) => findRecipient(tx, idOrName));
  const agentId = agent.id;
  if (agent.executor_kind !== 'mailbox') throw new CadreError('message/pushed', { agent: agent.name });
  let seenMs = Number.NEGATIVE_INFINITY;
  const look = async () => {
    if (clock.monotonicMs() - seenMs > BEAT_MS) {
      seenMs = clock.monotonicMs();
      await store.writeAll((tx) => beat(tx, [`agent:${agentId}`]));
    }
    const waiting = await store.read(caller.tenantId, (tx) => selectTakeable(tx, agentId, 1));
    if (waiting.length === 0) return undefined;
    const taken = await store.write(caller.tenantId, (tx) => take(tx, needs, agentId, options));
    return taken.length > 0 ? taken : undefined;
  };
  return (await waitFor(needs, look, { waitMs: options.waitMs, signal: caller.signal })) ?? [];
}

async function take(
  tx: TenantTx,
  { mail, events }: MailboxNeeds,
  agentId: string,
  options: { limit: number; leaseMs: number },
): Promise<MessageRow[]> {
  const heads = await selectTakeable(tx, agentId, options.limit);
  const over = heads.filter((row) => row.is_expired || row.is_used_up);
  await mail.close(
    tx,
    over.map((row) => (row.is_expired ? expiryOf(row) : giveUpOf(row))),
  );
  const ids = heads.filter((row) => !over.includes(row)).map((row) => row.id);
  const taken = await takeMessages(tx, ids, options.leaseMs);
  await events.append(
    tx,
    taken.map((row) =>
      messageFact(tx.tenantId, 'message.delivered', row, null, { again: row.retry_count > 0 }),
    ),
  );
  return taken.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

function giveUpOf(row: MessageRow) {
  const { message } = new CadreError('message/given-up', { times: row.retry_count + 1 });
  return { id: row.id, status: 'dead' as const, error: row.error ?? message, result: null };
}

/** What one says of a message it took. */
export interface Ack {
  result?: unknown;
  /** It could not be handled. */
  error?: string | undefined;
  /** False: trying again makes no sense. */
  retry: boolean;
  reply?: { type?: MessageType | undefined; subject?: string | undefined; payload: unknown } | undefined;
}

/**
 * Acknowledges a message, or says that it failed: then it rests 2^n seconds and is handed out again. What comes after a
 * task has ended is noted as late.
 * @throws CadreError `message/not-found`, `message/pushed`, `message/wrong-state`
 */
export async function acknowledge(tx: TenantTx, needs: MailboxNeeds, id: string, ack: Ack): Promise<void> {
  const row = await selectMessage(tx, id);
  if (!row) throw new CadreError('message/not-found', { id });
  if (row.status === 'acknowledged' && ack.error === undefined) return; // said twice
  const [agent] = row.recipient_type === 'agent' ? await selectRecipients(tx, [row.recipient_id]) : [];
  if (agent && agent.executor_kind !== 'mailbox')
    throw new CadreError('message/pushed', { agent: agent.name });
  if (row.run_id !== null && OVER.includes(row.status)) return noteLate(tx, needs, row, ack);
  if (row.status !== 'delivered' || row.seq === null)
    throw new CadreError('message/wrong-state', { id, status: row.status, action: 'acknowledged' });
  if (ack.error === undefined) {
    const result = ack.result === undefined ? null : JSON.stringify(ack.result);
    const closing = { id, status: 'acknowledged' as const, error: null, result };
    return needs.mail.finish(tx, closing, ack.reply ? [answerOf(row, ack.reply)] : []);
  }
  const used = row.retry_count >= row.max_retries;
  if (used || !ack.retry) {
    await needs.mail.close(tx, [
      { id, status: ack.retry ? 'dead' : 'failed', error: ack.error, result: null },
    ]);
    return;
  }
  const delayMs = 1_000 * 2 ** row.retry_count;
  const rested = await restMessage(tx, id, ack.error, delayMs);
  if (rested)
    await needs.events.append(tx, [
      messageFact(tx.tenantId, 'message.retried', rested, null, { error: ack.error, delayMs }),
    ]);
}

/**
 * Keeps a message in hand for longer: for whoever works longer than its lease, and would rather have a short one.
 * @throws CadreError `message/not-found`, `message/wrong-state` when it was not taken, or is over
 */
export async function extend(tx: TenantTx, id: string, leaseMs: number): Promise<MessageRow> {
  const row = await selectMessage(tx, id);
  if (!row) throw new CadreError('message/not-found', { id });
  const held = await extendLease(tx, id, leaseMs);
  if (!held) throw new CadreError('message/wrong-state', { id, status: row.status, action: 'kept in hand' });
  return held;
}

/** How the hand-over of a task ends without its agent. */
const OVER = ['expired', 'dead'];

/** An answer to a task that has ended: it is kept in the log and changes nothing. */
async function noteLate(
  tx: TenantTx,
  { events }: MailboxNeeds,
  row: MessageRow,
  ack: Pick<Ack, 'error'>,
): Promise<void> {
  const delegation = row.in_reply_to === null ? undefined : await selectMessage(tx, row.in_reply_to);
  const isFirst = await markLate(tx, [row.id, ...(delegation ? [delegation.id] : [])]);
  if (!isFirst) return;
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'task.answered-late',
      taskId: row.task_id,
      rootId: delegation?.conversation_id ?? row.task_id, // delegations stand in the conversation of their root
      agentId: row.recipient_id,
      data: { messageId: row.id, subject: row.subject, said: ack.error === undefined ? 'done' : 'failed' },
    },
  ]);
}

function answerOf(row: MessageRow, reply: NonNullable<Ack['reply']>): NewMessage {
  const type = reply.type ?? REPLY_TYPES[row.type as MessageType] ?? 'status_update'; // written by accept
  return {
    from: { type: 'agent', id: row.recipient_id },
    type,
    payload: reply.payload,
    inReplyTo: row.id,
    ...(reply.subject !== undefined && { subject: reply.subject }),
  };
}
