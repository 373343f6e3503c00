import { sql } from 'kysely';
import { now } from './now.ts';
import type { MessageRow } from './schema.ts';
import { among, oneOf, together } from './together.ts';
import type { TenantTx } from './transaction.ts';

type Named =
  | 'id'
  | 'conversation_id'
  | 'correlation_id'
  | 'sender_id'
  | 'recipient_id'
  | 'type'
  | 'priority'
  | 'status'
  | 'subject'
  | 'payload'
  | 'task_id'
  | 'expires_at';
type Written = 'tenant_id' | 'created_at' | 'delivered_at' | 'acknowledged_at' | 'retry_count';
export type NewMessageRow = Pick<MessageRow, Named> & Partial<Omit<MessageRow, Named | Written>>;

/**
 * Adds messages in the transaction of the step that sends them; answers them as they stand. What is not said of a
 * message is what holds for a delegation: it goes through no mailbox.
 */
export async function insertMessages(tx: TenantTx, rows: NewMessageRow[]): Promise<MessageRow[]> {
  const inserted: MessageRow[] = [];
  for (const some of inParts(rows)) inserted.push(...(await insertion(tx, some).returningAll().execute()));
  return inserted;
}

/** The same for who needs no answer. */
export async function addMessages(tx: TenantTx, rows: NewMessageRow[]): Promise<void> {
  if (rows.length > 0) await addThem(tx, rows);
}

const addThem = together(async (tx, all: NewMessageRow[][]): Promise<undefined[]> => {
  for (const some of inParts(all.flat())) tx.alongside(insertion(tx, some).execute());
  return all.map(() => undefined);
});

/** Engines limit the parameters of one statement. */
const ROWS_PER_STATEMENT = 500;

function inParts(rows: NewMessageRow[]): NewMessageRow[][] {
  const parts = Math.ceil(rows.length / ROWS_PER_STATEMENT);
  return Array.from({ length: parts }, (_, part) =>
    rows.slice(part * ROWS_PER_STATEMENT, (part + 1) * ROWS_PER_STATEMENT),
  );
}

function insertion(tx: TenantTx, rows: NewMessageRow[]) {
  return tx.db.insertInto('message').values(
    rows.map((row) => ({
      seq: null,
      sender_type: 'agent',
      recipient_type: 'agent',
      inbox_id: null,
      content_hash: null,
      in_reply_to: null,
      requires_response: 0,
      reply_due_at: null,
      late: 0,
      hops: 0,
      idle_hops: 0,
      asked: null,
      topic: null,
      max_retries: 3,
      lease_until: null,
      result: null,
      origin_id: null,
      redrive_of: null,
      redriven_as: null,
      run_id: null,
      error: null,
      ...row,
      tenant_id: tx.tenantId,
      retry_count: 0,
      created_at: now,
      delivered_at: row.status === 'sent' ? null : now,
      acknowledged_at: row.status === 'acknowledged' ? now : null,
    })),
  );
}

/** The delegation of a task, if it has one: the message its run carries out, not one that somebody sent. */
export const selectDelegation = together(
  async (tx, taskIds: string[]): Promise<Array<MessageRow | undefined>> =>
    oneOf(
      // Of several the newest stands last, and is the one that is found.
      await tx.db
        .selectFrom('message')
        .selectAll()
        .where('tenant_id', '=', tx.tenantId)
        .where('task_id', 'in', among(tx, taskIds))
        .where('type', '=', 'task_delegation')
        .where('seq', 'is', null)
        .where('in_reply_to', 'is', null)
        .orderBy('id')
        .execute(),
      taskIds,
      (row) => row.task_id ?? '',
    ),
);

/** Moves a message on; `from` guards the order of states. Answers the message when it moved. */
export const moveMessage = (
  tx: TenantTx,
  id: string,
  from: string[],
  to: Destination,
): Promise<MessageRow | undefined> => moveThem(tx, { id, from, to });

/** Marks a message as delivered that waits to be and that nobody else can move. */
export const markDelivered = together(async (tx, ids: string[]): Promise<undefined[]> => {
  tx.alongside(moveAll(tx, ids, ['sent'], { status: 'delivered' }));
  return ids.map(() => undefined);
});

/** Ends an open message that nobody else can move. */
export const closeMessage = (tx: TenantTx, id: string, to: Destination): Promise<void> =>
  closeThem(tx, { id, to });

const closeThem = together(async (tx, ends: Array<{ id: string; to: Destination }>): Promise<undefined[]> => {
  for (const alike of Map.groupBy(ends, ({ to }) => JSON.stringify(to)).values()) {
    const [{ to } = { to: { status: '' } }] = alike; // a group has at least one
    const ids = alike.map(({ id }) => id);
    tx.alongside(moveAll(tx, ids, ['sent', 'delivered'], to));
  }
  return ends.map(() => undefined);
});

interface Destination {
  status: string;
  error?: string;
  counted?: boolean;
  recipientId?: string;
}

const moveThem = together(
  async (
    tx,
    moves: Array<{ id: string; from: string[]; to: Destination }>,
  ): Promise<Array<MessageRow | undefined>> => {
    const alike = Map.groupBy(moves, ({ from, to }) => JSON.stringify([from, to]));
    const moved: MessageRow[] = [];
    for (const group of alike.values()) {
      const [{ from, to } = { from: [], to: { status: '' } }] = group; // a group has at least one
      const ids = group.map(({ id }) => id);
      moved.push(...(await moveAll(tx, ids, from, to)));
    }
    return oneOf(
      moved,
      moves.map(({ id }) => id),
      (row) => row.id,
    );
  },
);

async function moveAll(tx: TenantTx, ids: string[], from: string[], to: Destination): Promise<MessageRow[]> {
  return tx.db
    .updateTable('message')
    .set({
      status: to.status,
      ...(to.status === 'delivered' && { delivered_at: now }),
      ...(to.status === 'acknowledged' && { acknowledged_at: now }),
      ...(to.error !== undefined && { error: to.error }),
      ...(to.counted && { retry_count: sql<number>`retry_count + 1` }),
      ...(to.recipientId !== undefined && { recipient_id: to.recipientId }),
    })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', among(tx, ids))
    .where('status', 'in', from)
    .returningAll()
    .execute();
}

/** True when the message may no longer be handled, by the database's clock. */
export async function isExpired(tx: TenantTx, id: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('message')
    .select('id')
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('expires_at', 'is not', null)
    .where('expires_at', '<', now)
    .executeTakeFirst();
  return row !== undefined;
}

/** Messages, newest first: of one agent (sent or received), conversation, task, topic, type or status. */
export async function selectMessages(
  tx: TenantTx,
  filter: {
    agentId?: string;
    status?: string;
    type?: string;
    taskId?: string;
    conversation?: string;
    topic?: string;
    before?: string;
    limit: number;
  },
): Promise<MessageRow[]> {
  let query = tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  const { agentId } = filter;
  if (agentId) {
    query = query.where(({ eb, or }) =>
      or([eb('recipient_id', '=', agentId), eb('sender_id', '=', agentId)]),
    );
  }
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.taskId) query = query.where('task_id', '=', filter.taskId);
  if (filter.type) query = query.where('type', '=', filter.type);
  if (filter.conversation) query = query.where('conversation_id', '=', filter.conversation);
  if (filter.topic) query = query.where('topic', '=', filter.topic);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

export async function selectMessage(tx: TenantTx, id: string): Promise<MessageRow | undefined> {
  return tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Those of some messages that ended, with what became of them. */
export async function selectOutcomes(
  tx: TenantTx,
  ids: readonly string[],
): Promise<Array<Pick<MessageRow, 'id' | 'status' | 'result' | 'error'>>> {
  const found: Array<Pick<MessageRow, 'id' | 'status' | 'result' | 'error'>> = [];
  for (let from = 0; from < ids.length; from += IDS_PER_STATEMENT) {
    const some = ids.slice(from, from + IDS_PER_STATEMENT);
    found.push(
      ...(await tx.db
        .selectFrom('message')
        .select(['id', 'status', 'result', 'error'])
        .where('tenant_id', '=', tx.tenantId)
        .where('id', 'in', some)
        .where('status', 'not in', ['pending', 'sent', 'delivered'])
        .execute()),
    );
  }
  return found;
}

const IDS_PER_STATEMENT = 2_000;
