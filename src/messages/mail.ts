import type { EventLog, Fact } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { NewRun } from '../platform/runs/run.ts';
import type { Runs } from '../platform/runs/runs.ts';
import {
  type Closing,
  changePlaces,
  closeMessages,
  type Head,
  holdWaitingRuns,
  markDelivered,
  type PlaceChange,
  selectHeads,
  selectHeadsWithoutRun,
  selectOverdue,
} from '../platform/store/mailboxes.ts';
import { insertMessages, type NewMessageRow } from '../platform/store/messages.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { type Accepted, acceptMessages, type NewMessage } from './accept.ts';
import { LOOP_REFUSALS, stopFacts } from './damping.ts';
import { createDispatch, type Outgoing } from './dispatch.ts';
import { messageFact } from './facts.ts';
import type { MailListener, Onward } from './listener.ts';
import { ASKS } from './message.ts';

/**
 * The mail: what goes into mailboxes and how it leaves them. A message is committed with the transaction that sends
 * it. In each conversation of a recipient exactly one open message, the first, is in hand: as a run of the kind
 * `message.handle` (its id is the message's, so there is never a second one), or for an agent that takes messages
 * itself, in its mailbox. Whoever closes the first makes the next one the first, in the same transaction.
 */
export interface Mail {
  /** Sends in the caller's transaction, all or none. A message that is known by its messageId is answered as it is. */
  send(tx: TenantTx, messages: NewMessage[]): Promise<MessageRow[]>;
  /** Sends what can be sent; a refusal is answered in its place. */
  sendEach(tx: TenantTx, messages: NewMessage[]): Promise<Array<MessageRow | CadreError>>;
  /** Sends one message in a transaction of its own, which others may share (group commit). */
  dispatch(outgoing: Outgoing): Promise<MessageRow>;
  /** Ends messages; answers those that were open. */
  close(tx: TenantTx, closings: Closing[]): Promise<MessageRow[]>;
  /**
   * Ends a message with its answers as the last act of the transaction, together with those of others that share
   * it. The transaction fails with `message/closed` when the message was over before.
   */
  settle(tx: TenantTx, closing: Closing, replies: NewMessage[]): void;
  /**
   * Ends what of these is still open and sends, as the last act of the transaction. A refusal is told in the log and
   * spoils nothing.
   */
  conclude(tx: TenantTx, closings: Closing[], messages: NewMessage[]): void;
  /** The same as `settle` at once. @throws CadreError `message/closed` */
  finish(tx: TenantTx, closing: Closing, replies: NewMessage[]): Promise<void>;
  /** Notes that a message went to its handler; false when it was over. Group commit. */
  deliver(messageId: string): Promise<boolean>;
  /** The agent can be reached (again): what was put off is delivered now, and what it took itself until now. */
  wake(tx: TenantTx, agentId: string): Promise<void>;
  /** Expires what waited beyond its time. One round; answers how many. */
  expire(): Promise<number>;
  /** Rooms further down that go on where messages end or arrive; set once, at the start. */
  listen(listener: MailListener): void;
}

/** What is there to be switched off for a proof that it is needed (`CADRE_FAULTS`). */
export interface MailGuards {
  /** Only the first open message of a conversation is handled. */
  order: boolean;
  /** The same messageId twice is one message. */
  inbox: boolean;
  /** Talks without progress and ping-pong are stopped. */
  damping: boolean;
}

export interface MailNeeds {
  store: Store;
  events: EventLog;
  runs: Runs;
  guards?: MailGuards;
}

/** Runs of one mailbox share this name, so that the engine limits them apart from the tasks of the agent. */
export function mailboxOf(agentId: string): string {
  return `mailbox:${agentId}`;
}

/** A handler that began in time may end; only what nobody began for this long is expired by the sweep. */
const EXPIRY_GRACE_MS = 5_000;
const EXPIRED_PER_ROUND = 500;

interface Settling {
  closings: Closing[];
  replies: NewMessage[];
  /** The transaction fails when one of the closings was over before. */
  isStrict: boolean;
}

export function createMail(needs: MailNeeds): Mail {
  const { store, events, runs, guards = { order: true, inbox: true, damping: true } } = needs;
  const settling = new WeakMap<TenantTx['beforeCommit'], Settling[]>();
  const listeners: MailListener[] = [];

  /** The order in which rows are locked begins here (README). */
  const hold = (tx: TenantTx, closings: Closing[]) =>
    holdWaitingRuns(
      tx,
      closings.map(({ id }) => id),
      ASKS,
    );

  async function end(tx: TenantTx, closings: Closing[]): Promise<MessageRow[]> {
    await hold(tx, closings);
    return (await post(tx, closings, [])).closed;
  }

  /** Adds and ends messages: one turn at each conversation, then runs for what is first now. */
  async function post(tx: TenantTx, closings: Closing[], accepted: Accepted[]): Promise<Posted> {
    const closed = await closeMessages(tx, closings);
    // Looked at before any conversation is held, so that all of them are held in one order.
    const onward = await onwardOf(tx, closed);
    const fresh = [...accepted, ...onward.map((one) => one.accepted)].filter((one) => one.kind === 'new');
    const unnoted = new Set(closings.filter((one) => one.deliveredMsAgo !== undefined).map((one) => one.id));
    const changes = new Map<string, PlaceChange>();
    const at = (row: { recipient_id: string; conversation_id: string }): PlaceChange => {
      const { recipient_id, conversation_id } = row;
      const key = keyOf(row);
      const change = changes.get(key) ?? { recipient_id, conversation_id, adds: 0, ends: 0 };
      changes.set(key, change);
      return change;
    };
    for (const row of closed) at(row).ends += 1;
    for (const { row, recipient } of fresh) if (recipient) at(row).adds += 1;
    const places = new Map(
      (await changePlaces(tx, [...changes.values()])).map((place) => [keyOf(place), place]),
    );
    const next = new Map<string, number>();
    for (const { row, recipient } of fresh) {
      const place = recipient && places.get(keyOf(row));
      if (!place) continue;
      const seq = next.get(keyOf(row)) ?? place.last_seq - at(row).adds + 1;
      next.set(keyOf(row), seq + 1);
      row.seq = seq;
    }
    const inserted = new Map(
      (
        await insertMessages(
          tx,
          fresh.map(({ row }) => row),
        )
      ).map((row) => [row.id, row]),
    );
    const heads = [...firstOfAll(fresh, places, at), ...(await risen(tx, closed, places))];
    await runs.enqueue(
      tx,
      heads.filter((head) => head.executor_kind !== 'mailbox').map((head) => runOf(tx.tenantId, head)),
    );
    await events.append(tx, [
      ...closed.flatMap((row) => endFacts(tx.tenantId, row, unnoted.has(row.id))),
      ...fresh.map(({ row }) =>
        messageFact(tx.tenantId, 'message.sent', { ...row, seq: row.seq ?? null }, null, {
          ...(row.late && { late: true }),
        }),
      ),
    ]);
    for (const one of onward) {
      if (one.accepted.kind === 'refused') await one.refused(tx, one.accepted.error);
      const row = one.accepted.kind === 'new' ? inserted.get(one.accepted.row.id) : undefined;
      if (row) await one.added(tx, row);
    }
    if (inserted.size > 0)
      for (const listener of listeners) await listener.added?.(tx, [...inserted.values()]);
    return { closed, inserted };
  }

  /** What goes on because messages ended, with what the door makes of it. */
  async function onwardOf(
    tx: TenantTx,
    closed: MessageRow[],
  ): Promise<Array<Onward & { accepted: Accepted }>> {
    if (closed.length === 0) return [];
    const onward: Onward[] = [];
    for (const listener of listeners) onward.push(...((await listener.ended?.(tx, closed)) ?? []));
    if (onward.length === 0) return [];
    const accepted = await acceptMessages(
      tx,
      onward.map((one) => ({ ...one.message, isRelay: true })),
      guards,
    );
    return onward.flatMap((one, index) => {
      const how = accepted[index];
      return how ? [{ ...one, accepted: how }] : [];
    });
  }

  /** What was added to a conversation in which nothing was open is first there. */
  function firstOfAll(
    fresh: Array<Extract<Accepted, { kind: 'new' }>>,
    places: Map<string, { last_seq: number; open: number }>,
    at: (row: NewMessageRow) => PlaceChange,
  ): Head[] {
    return fresh.flatMap(({ row, recipient }) => {
      const place = places.get(keyOf(row));
      if (!recipient || !place || row.seq == null) return [];
      const { adds, ends } = at(row);
      const isFirst = ends === 0 && place.open === adds && row.seq === place.last_seq - adds + 1;
      if (!isFirst && guards.order) return [];
      const { executor_kind, max_concurrent } = recipient;
      return [
        {
          id: row.id,
          recipient_id: row.recipient_id,
          conversation_id: row.conversation_id,
          seq: row.seq,
          priority: row.priority,
          max_retries: row.max_retries ?? 0,
          executor_kind,
          max_concurrent,
        },
      ];
    });
  }

  /** The first of the conversations in which a message before it was ended just now. */
  async function risen(
    tx: TenantTx,
    closed: MessageRow[],
    places: Map<string, { open: number }>,
  ): Promise<Head[]> {
    if (!guards.order) return [];
    const lowest = new Map<string, number>();
    for (const row of closed) {
      lowest.set(keyOf(row), Math.min(Number(row.seq), lowest.get(keyOf(row)) ?? Number.POSITIVE_INFINITY));
    }
    const open = closed.filter((row) => (places.get(keyOf(row))?.open ?? 0) > 0);
    const heads = await selectHeads(tx, distinct(open));
    return heads.filter((head) => (lowest.get(keyOf(head)) ?? Number.POSITIVE_INFINITY) < head.seq);
  }

  function collect(tx: TenantTx, one: Settling): void {
    const batch = settling.get(tx.beforeCommit);
    if (batch) {
      batch.push(one);
      return;
    }
    // Scopes copy a transaction but keep this function, so it stands for the transaction itself.
    settling.set(tx.beforeCommit, [one]);
    tx.beforeCommit(() => flush(tx));
  }

  async function flush(tx: TenantTx): Promise<void> {
    const batch = settling.get(tx.beforeCommit) ?? [];
    settling.delete(tx.beforeCommit);
    await finishAll(tx, batch);
  }

  async function finishAll(tx: TenantTx, batch: Settling[]): Promise<void> {
    const replies = batch.flatMap((one) => one.replies.map((reply) => ({ reply, of: one })));
    const closings = batch.flatMap((one) => one.closings);
    await hold(tx, closings);
    const accepted = await acceptMessages(
      tx,
      replies.map(({ reply }) => reply),
      guards,
    );
    const refused: Fact[] = [];
    for (const [index, one] of accepted.entries()) {
      if (one.kind !== 'refused') continue;
      const { of, reply } = replies[index] as (typeof replies)[number]; // one answer for each
      if (of.isStrict)
        for (const closing of of.closings) closing.error = `Its answer was refused: ${one.error.message}`;
      refused.push(...stopFacts(tx.tenantId, one.error), refusalFact(tx.tenantId, reply, one.error));
    }
    const { closed } = await post(tx, closings, accepted);
    const found = new Set(closed.map((row) => row.id));
    const missing = batch
      .filter((one) => one.isStrict)
      .flatMap((one) => one.closings)
      .find((closing) => !found.has(closing.id));
    if (missing) throw new CadreError('message/closed', { id: missing.id });
    if (refused.length > 0) await events.append(tx, refused);
  }

  async function sendEach(tx: TenantTx, messages: NewMessage[]): Promise<Array<MessageRow | CadreError>> {
    const accepted = await acceptMessages(tx, messages, guards);
    const { inserted } = await post(tx, [], accepted);
    const loops = accepted.flatMap((one, index): Fact[] => {
      const message = messages[index];
      if (one.kind !== 'refused' || !message || !LOOP_REFUSALS.includes(one.error.code)) return [];
      return [...stopFacts(tx.tenantId, one.error), refusalFact(tx.tenantId, message, one.error)];
    });
    if (loops.length > 0) await events.append(tx, loops);
    return accepted.map((one) => {
      if (one.kind === 'refused') return one.error;
      if (one.kind === 'known') return one.row;
      return inserted.get(one.kind === 'twin' ? one.id : one.row.id) as MessageRow; // just added
    });
  }

  return {
    sendEach,
    dispatch: createDispatch(store, sendEach),
    async send(tx, messages) {
      return (await sendEach(tx, messages)).map((one) => {
        if (one instanceof CadreError) throw one; // and with it the transaction
        return one;
      });
    },
    close: end,
    settle: (tx, closing, replies) => collect(tx, { closings: [closing], replies, isStrict: true }),
    conclude(tx, closings, messages) {
      if (closings.length + messages.length > 0)
        collect(tx, { closings, replies: messages, isStrict: false });
    },
    finish: (tx, closing, replies) => finishAll(tx, [{ closings: [closing], replies, isStrict: true }]),
    deliver: delivering(store, events),
    async wake(tx, agentId) {
      await runs.recall(tx, mailboxOf(agentId));
      const heads = await selectHeadsWithoutRun(tx, agentId, EXPIRED_PER_ROUND);
      await runs.enqueue(
        tx,
        heads.filter((head) => head.executor_kind !== 'mailbox').map((head) => runOf(tx.tenantId, head)),
      );
    },
    async expire() {
      const overdue = await store.readAll((tx) => selectOverdue(tx, EXPIRY_GRACE_MS, EXPIRED_PER_ROUND));
      const tenants = Map.groupBy(overdue, (row) => row.tenant_id);
      for (const [tenantId, rows] of tenants) {
        await store.write(tenantId, (tx) => end(tx, rows.map(expiryOf)));
      }
      return overdue.length;
    },
    listen(listener) {
      listeners.push(listener);
    },
  };
}

interface Posted {
  closed: MessageRow[];
  inserted: Map<string, MessageRow>;
}

/** The end of a message whose time is over. */
export function expiryOf({ id }: { id: string }): Closing {
  return { id, status: 'expired', error: 'It expired before it was handled.', result: null };
}

/** Notes deliveries: those that arrive while a write is under way share the next one. */
function delivering(store: Store, events: EventLog): Mail['deliver'] {
  let waiting: Array<{ id: string; resolve(found: boolean): void; reject(error: unknown): void }> = [];
  let writing = false;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const found = await store.writeAll(async (tx) => {
          const rows = await markDelivered(tx, [...new Set(batch.map(({ id }) => id))].sort());
          const facts = rows.map((row) =>
            messageFact(row.tenant_id, 'message.delivered', row, null, { again: row.retry_count > 0 }),
          );
          await events.append(tx, facts);
          return new Set(rows.map((row) => row.id));
        });
        for (const { id, resolve } of batch) resolve(found.has(id));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = false;
  }

  return (id) =>
    new Promise((resolve, reject) => {
      waiting.push({ id, resolve, reject });
      if (writing) return;
      writing = true;
      queueMicrotask(() => void flush());
    });
}

function runOf(tenantId: string, head: Head): NewRun {
  return {
    id: head.id,
    kind: 'message.handle',
    tenantId,
    agentId: mailboxOf(head.recipient_id),
    agentLimit: head.max_concurrent,
    priority: head.priority,
    maxAttempts: head.max_retries + 1,
    payload: {},
  };
}

const END_TYPES = {
  acknowledged: 'message.acknowledged',
  failed: 'message.failed',
  expired: 'message.expired',
  dead: 'message.dead',
} as const;

function endFacts(tenantId: string, row: MessageRow, isUnnoted: boolean): Fact[] {
  const type = END_TYPES[row.status as keyof typeof END_TYPES]; // it was closed with one of these
  const end = messageFact(tenantId, type, row, null, {
    status: row.status,
    ...(row.error && { error: row.error }),
  });
  const delivered = messageFact(tenantId, 'message.delivered', row, null, { again: false });
  return isUnnoted ? [delivered, end] : [end];
}

function refusalFact(tenantId: string, reply: NewMessage, error: CadreError): Fact {
  return {
    tenantId,
    type: 'message.refused',
    agentId: reply.from.type === 'agent' ? reply.from.id : null,
    data: {
      reason: error.code,
      sentence: error.message,
      inReplyTo: reply.inReplyTo ?? null,
      kind: reply.type,
    },
  };
}

function keyOf(row: { recipient_id: string; conversation_id: string }): string {
  return `${row.recipient_id} ${row.conversation_id}`;
}

function distinct(rows: MessageRow[]): Array<{ recipient_id: string; conversation_id: string }> {
  const seen = new Map(
    rows.map(({ recipient_id, conversation_id }) => [
      keyOf({ recipient_id, conversation_id }),
      { recipient_id, conversation_id },
    ]),
  );
  return [...seen.values()];
}
