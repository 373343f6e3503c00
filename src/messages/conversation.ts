import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { selectByIds, selectEnds, selectTraffic, type TrafficRow } from '../platform/store/conversations.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { messageSchema, PARTY_TYPES } from './message.ts';
import { type NameOf, namesOf, partiesOf } from './parties.ts';
import { toMessage } from './view.ts';

/**
 * A conversation (FEATURES CO-7) is all messages of one conversation id, in whichever mailboxes they lie: what one
 * sender said to several agents under one id is one conversation with all of them. Order is kept for each recipient;
 * here everything stands in the order in which it was sent.
 */
export const conversationIdSchema = z.string().min(1).max(200);

export const partySchema = z.object({ id: z.string(), type: z.enum(PARTY_TYPES), name: z.string() });

/** Participants that one conversation shows, busiest first; a topic may have thousands. */
export const PARTICIPANTS_SHOWN = 50;

export const conversationSchema = z.object({
  id: z.string(),
  /** Who wrote or was written to, busiest first; at most 50 of `participantCount`. */
  participants: z.array(partySchema.extend({ sent: z.number().int(), received: z.number().int() })),
  participantCount: z.number().int(),
  messages: z.number().int(),
  /** Messages to agents that are not over. */
  open: z.number().int(),
  lastSubject: z.string(),
  lastAt: z.string(),
  startedBy: partySchema,
  startedAt: z.string(),
});
export type Conversation = z.output<typeof conversationSchema>;

/** A message in its thread, with its receipts in one place. */
export const threadedSchema = messageSchema.extend({
  senderName: z.string(),
  recipientName: z.string(),
  /** Messages with the same are one thread: a first message and what answers or continues it. */
  threadId: z.string(),
  /** How many messages are before it in its chain; its parent is `inReplyTo`. */
  depth: z.number().int(),
  receipt: z.object({
    sentAt: z.string(),
    deliveredAt: z.string().nullable(),
    acknowledgedAt: z.string().nullable(),
    /** Further deliveries after the first one. */
    retries: z.number().int(),
    /** It answers after the deadline. */
    late: z.boolean(),
  }),
});

/** A row in its thread. */
export function toThreaded(row: MessageRow, nameOf: NameOf): z.output<typeof threadedSchema> {
  const message = toMessage(row);
  return {
    ...message,
    senderName: nameOf(row.sender_id),
    recipientName: nameOf(row.recipient_id),
    threadId: row.correlation_id,
    depth: row.hops,
    receipt: {
      sentAt: message.createdAt,
      deliveredAt: message.deliveredAt,
      acknowledgedAt: message.acknowledgedAt,
      retries: message.retryCount,
      late: message.late,
    },
  };
}

/** These conversations as people see them; one without messages is not among them. */
export async function viewConversations(tx: TenantTx, ids: string[]): Promise<Map<string, Conversation>> {
  const traffic = Map.groupBy(await selectTraffic(tx, ids), (row) => row.conversation_id);
  const ends = await selectEnds(tx, ids);
  const rows = new Map(
    (
      await selectByIds(
        tx,
        ends.flatMap((end) => [end.first_id, end.last_id]),
      )
    ).map((row) => [row.id, row]),
  );
  const nameOf = await namesOf(tx, partiesOf([...traffic.values()].flat()));
  const views = ends.flatMap(({ conversation_id: id, first_id, last_id }): Conversation[] => {
    const [begun, latest, of] = [rows.get(first_id), rows.get(last_id), traffic.get(id)];
    if (!begun || !latest || !of) return [];
    const participants = participantsOf(of, nameOf);
    const view = {
      id,
      participants: participants.slice(0, PARTICIPANTS_SHOWN),
      participantCount: participants.length,
      messages: of.reduce((sum, row) => sum + row.messages, 0),
      open: of.reduce((sum, row) => sum + row.open, 0),
      lastSubject: latest.subject,
      lastAt: toRfc3339(latest.created_at),
      startedBy: { id: begun.sender_id, type: begun.sender_type, name: nameOf(begun.sender_id) },
      startedAt: toRfc3339(begun.created_at),
    };
    return [conversationSchema.parse(view)];
  });
  return new Map(views.map((view) => [view.id, view]));
}

function participantsOf(rows: TrafficRow[], nameOf: NameOf) {
  const found = new Map<string, { id: string; type: string; name: string; sent: number; received: number }>();
  const at = (id: string, type: string) => {
    const one = found.get(id) ?? { id, type, name: nameOf(id), sent: 0, received: 0 };
    found.set(id, one);
    return one;
  };
  for (const row of rows) {
    at(row.sender_id, row.sender_type).sent += row.messages;
    at(row.recipient_id, row.recipient_type).received += row.messages;
  }
  return [...found.values()].sort(
    (a, b) => b.sent + b.received - a.sent - a.received || (a.id < b.id ? -1 : 1),
  );
}
