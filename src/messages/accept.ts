import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { isRecord } from '../platform/kernel/json.ts';
import { sha256 } from '../platform/kernel/random.ts';
import {
  type Recipient,
  selectAnswerable,
  selectByInboxIds,
  selectRecipients,
} from '../platform/store/mailboxes.ts';
import type { NewMessageRow } from '../platform/store/messages.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { canonicalJson } from './canonical.ts';
import { closeTalks, judgeTurn, noTalks, openTalks, type Taken, type Talks, type Turn } from './damping.ts';
import {
  MAILBOX_LIMIT,
  MAX_CHAIN,
  MAX_HOPS,
  MAX_RETRIES,
  type MessageType,
  type PARTY_TYPES,
  RESPONSE_TIMEOUT_MS,
} from './message.ts';
import { parsePayload } from './payloads.ts';
import { askedBy, refusePingPong } from './ping-pong.ts';

/** Who sends or receives. */
export interface Party {
  type: (typeof PARTY_TYPES)[number];
  id: string;
}

/** A message as its sender gives it. */
export interface NewMessage {
  from: Party;
  /** Id or name of an agent. Without it the message answers the sender of `inReplyTo`. */
  to?: string;
  type: MessageType;
  payload: unknown;
  subject?: string;
  priority?: number;
  /** Messages of one conversation with one recipient are handled in order. By default: those of one sender. */
  conversationId?: string;
  /** Whose chain it continues: as an answer when it goes back to the sender, else as a forward. */
  inReplyTo?: string;
  /** The sender's own id: the same id twice is one message. */
  messageId?: string;
  /** Milliseconds since 1970; afterwards it is never handled. */
  expiresAt?: number;
  /** The same as a time from now on. */
  expiresInMs?: number;
  requiresResponse?: boolean;
  responseTimeoutMs?: number;
  maxRetries?: number;
  topic?: string;
  correlationId?: string;
  /** Of a message that hands over a task: the run that goes on when it ends. */
  runId?: string;
  /** Of a message that is sent again after it was given up. */
  redrive?: { of: string; originId: string };
  /** Cadre's own passing on of what was judged before, or needs no judgement: no turn of a talk, no ping-pong. */
  isRelay?: boolean;
}

/** What the door makes of a message: one to add, one that is known already, or a refusal. */
export type Accepted =
  | { kind: 'new'; row: NewMessageRow; recipient: Recipient | undefined }
  | { kind: 'known'; row: MessageRow }
  /** The same as another of this transaction. */
  | { kind: 'twin'; id: string }
  | { kind: 'refused'; error: CadreError };

interface Known {
  byInboxId: Map<string, MessageRow>;
  parents: Map<string, MessageRow & { is_late: number }>;
  agents: Map<string, Recipient>;
  /** Messages that this transaction adds to each mailbox. */
  coming: Map<string, number>;
  /** Messages of this transaction by the id their sender gave. */
  fresh: Map<string, Extract<Accepted, { kind: 'new' }>>;
  /** Talks of agents with agents that it adds to. */
  talks: Talks;
}

/** What of the door may be switched off for a proof that it is needed. */
interface Options {
  inbox: boolean;
  damping: boolean;
}

/** Looks at messages at the door, each by itself: is it whole, may it go, is there room? */
export async function acceptMessages(
  tx: TenantTx,
  messages: NewMessage[],
  options: Options,
): Promise<Accepted[]> {
  const inboxIds = options.inbox ? messages.flatMap((one) => one.messageId ?? []) : [];
  const known: Known = {
    byInboxId: new Map((await selectByInboxIds(tx, inboxIds)).map((row) => [row.inbox_id ?? '', row])),
    parents: new Map(
      (
        await selectAnswerable(
          tx,
          messages.flatMap((one) => one.inReplyTo ?? []),
        )
      ).map((row) => [row.id, row]),
    ),
    agents: new Map(),
    coming: new Map(),
    fresh: new Map(),
    talks: noTalks,
  };
  const names = messages.flatMap((one) => [
    ...(one.from.type === 'agent' ? [one.from.id] : []),
    one.to ?? known.parents.get(one.inReplyTo ?? '')?.sender_id ?? [],
  ]);
  for (const agent of await selectRecipients(tx, [...new Set(names.flat())])) {
    known.agents.set(agent.name, agent);
    known.agents.set(agent.id, agent);
  }
  if (options.damping)
    known.talks = await openTalks(
      tx,
      messages.flatMap((message) => turnOf(message, known) ?? []),
    );
  const accepted = messages.map((message) => {
    try {
      const one = accept(message, known, options);
      if (one.kind === 'new' && one.row.inbox_id) known.fresh.set(one.row.inbox_id, one);
      return one;
    } catch (error) {
      if (error instanceof CadreError) return { kind: 'refused' as const, error };
      throw error;
    }
  });
  await closeTalks(tx, known.talks);
  return accepted;
}

/** The turn of a talk that a message is, if it is one. It may still be refused, or be known already. */
function turnOf(message: NewMessage, known: Known): Turn | undefined {
  if (message.from.type !== 'agent' || message.isRelay || message.redrive || message.topic) return undefined;
  const parent = known.parents.get(message.inReplyTo ?? '');
  if (message.to === undefined && parent?.sender_type === 'person') return undefined;
  const from = known.agents.get(message.from.id);
  const to = known.agents.get(message.to ?? parent?.sender_id ?? '');
  if (!from || !to || from.id === to.id) return undefined;
  const payload = isRecord(message.payload) ? message.payload : {}; // whole or refused by `parsePayload`
  const conversationId = message.conversationId ?? parent?.conversation_id ?? `direct:${from.id}`;
  return { from, to, conversationId, type: message.type, payload, subject: message.subject };
}

function accept(message: NewMessage, known: Known, options: Options): Accepted {
  if (!message.type) throw new CadreError('message/incomplete', { field: 'type' });
  const payload = parsePayload(message.type, message.payload);
  const parent = parentOf(message, known);
  const sender = message.from.type === 'agent' ? agentNamed(message.from.id, known) : undefined;
  const from: Party = sender ? { type: 'agent', id: sender.id } : message.from;
  const { to, recipient } = recipientOf(message, parent, known);
  const content_hash = sha256(
    canonicalJson([
      from,
      to,
      message.type,
      payload,
      message.subject,
      message.conversationId,
      message.inReplyTo,
    ]),
  );
  const before = message.messageId === undefined ? undefined : known.byInboxId.get(message.messageId);
  if (before) {
    if (before.content_hash !== content_hash)
      throw new CadreError('message/id-taken', { messageId: message.messageId });
    return { kind: 'known', row: before };
  }
  const twin = message.messageId === undefined ? undefined : known.fresh.get(message.messageId);
  if (twin) {
    if (twin.row.content_hash !== content_hash)
      throw new CadreError('message/id-taken', { messageId: message.messageId });
    return { kind: 'twin', id: twin.row.id };
  }
  if (to.id === from.id) throw new CadreError('message/to-self', { agent: sender?.name ?? from.id });
  const asking = { from: { id: from.id, name: sender?.name ?? from.id }, type: message.type, payload };
  if (options.damping && sender && recipient && !message.redrive && !message.isRelay)
    refusePingPong(parent, { ...asking, to: { id: recipient.id, name: recipient.name } });
  // A reply for a person waits where the person asked; only agents have a mailbox.
  const late = parent !== undefined && isLateAnswer(parent, from, to);
  const turn = late ? undefined : turnOf({ ...message, payload }, known);
  const taken = turn && judgeTurn(known.talks, turn);
  const hops = hopsOf(message, from, to, parent, taken);
  if (recipient) checkRecipient(recipient, message, known, late);
  taken?.take();
  const id = newId();
  const row: NewMessageRow = {
    id,
    conversation_id: message.conversationId ?? parent?.conversation_id ?? `direct:${from.id}`,
    correlation_id: message.correlationId ?? parent?.correlation_id ?? id,
    sender_id: from.id,
    sender_type: from.type,
    recipient_id: to.id,
    recipient_type: to.type,
    type: message.type,
    priority: message.priority ?? parent?.priority ?? 50,
    status: late ? 'expired' : recipient ? 'sent' : 'delivered',
    subject: message.subject ?? parent?.subject ?? message.type.replaceAll('_', ' '),
    payload: JSON.stringify(payload),
    task_id: typeof payload.taskId === 'string' ? payload.taskId : null,
    expires_at: message.expiresAt ?? null,
    inbox_id: options.inbox ? (message.messageId ?? null) : null,
    content_hash,
    in_reply_to: message.inReplyTo ?? null,
    requires_response: message.requiresResponse ? 1 : 0,
    late: late ? 1 : 0,
    error: late ? 'It answers after the deadline and changes nothing for who asked.' : null,
    ...hops,
    asked: parent || sender ? askedBy(parent, asking) : null,
    topic: message.topic ?? null,
    max_retries: message.maxRetries ?? MAX_RETRIES,
    origin_id: message.redrive?.originId ?? null,
    redrive_of: message.redrive?.of ?? null,
    run_id: message.runId ?? null,
  };
  if (message.expiresInMs !== undefined && recipient) row.expires_at = recipient.now + message.expiresInMs;
  if (message.requiresResponse && recipient)
    row.reply_due_at = recipient.now + (message.responseTimeoutMs ?? RESPONSE_TIMEOUT_MS);
  return { kind: 'new', row, recipient: late ? undefined : recipient };
}

/**
 * Its place in the chain. The budget counts hops since the chain last brought something new: an answer in the same
 * conversation that is progress, or the word of a person, begins it anew. A forward never does, so a circle ends.
 * @throws CadreError `message/hop-limit`
 */
function hopsOf(
  message: NewMessage,
  from: Party,
  to: Party,
  parent: MessageRow | undefined,
  taken: Taken | undefined,
): { hops: number; idle_hops: number } {
  if (!parent) return { hops: 0, idle_hops: 0 };
  const hops = parent.hops + 1;
  if (hops > MAX_CHAIN)
    throw new CadreError('message/hop-limit', { hops, limit: MAX_CHAIN, since: 'since it began' });
  const isAnswer =
    parent.recipient_id === from.id &&
    parent.sender_id === to.id &&
    (message.conversationId ?? parent.conversation_id) === parent.conversation_id;
  const isProgress = from.type === 'person' || (isAnswer && taken?.isProgress === true);
  const idle_hops = isProgress ? 0 : parent.idle_hops + 1;
  if (idle_hops > MAX_HOPS)
    throw new CadreError('message/hop-limit', {
      hops: idle_hops,
      limit: MAX_HOPS,
      since: 'without anything new in an answer',
    });
  return { hops, idle_hops };
}

function parentOf(message: NewMessage, known: Known): (MessageRow & { is_late: number }) | undefined {
  if (message.inReplyTo === undefined) return undefined;
  const parent = known.parents.get(message.inReplyTo);
  if (!parent) throw new CadreError('message/not-found', { id: message.inReplyTo });
  return parent;
}

function recipientOf(
  message: NewMessage,
  parent: MessageRow | undefined,
  known: Known,
): { to: Party; recipient: Recipient | undefined } {
  if (message.to === undefined && parent?.sender_type === 'person')
    return { to: { type: 'person', id: parent.sender_id }, recipient: undefined };
  const name = message.to ?? parent?.sender_id;
  if (!name) throw new CadreError('message/incomplete', { field: 'to' });
  const recipient = agentNamed(name, known);
  return { to: { type: 'agent', id: recipient.id }, recipient };
}

function agentNamed(name: string, known: Known): Recipient {
  const agent = known.agents.get(name);
  if (!agent) throw new CadreError('agent/not-found', { id: name });
  return agent;
}

function isLateAnswer(parent: MessageRow & { is_late: number }, from: Party, to: Party): boolean {
  return parent.is_late === 1 && parent.recipient_id === from.id && parent.sender_id === to.id;
}

/** Of a spec, what the mail reads. */
const limitSchema = z.object({ mailboxLimit: z.number().optional() });

function checkRecipient(agent: Recipient, message: NewMessage, known: Known, late: boolean): void {
  if (agent.status === 'archived')
    throw new CadreError('agent/unavailable', { name: agent.name, status: agent.status });
  if (message.expiresAt !== undefined && message.expiresAt <= agent.now)
    throw new CadreError('message/deadline-past', { expiresAt: toRfc3339(message.expiresAt) });
  if (late) return; // it takes no place
  const coming = known.coming.get(agent.id) ?? 0;
  const limit = limitSchema.parse(JSON.parse(agent.spec)).mailboxLimit ?? MAILBOX_LIMIT;
  if (agent.open + coming >= limit)
    throw new CadreError('message/mailbox-full', { agent: agent.name, open: agent.open + coming, limit });
  known.coming.set(agent.id, coming + 1);
}
