import { type RawBuilder, sql } from 'kysely';
import { fixedList } from './fixed.ts';
import { now } from './now.ts';
import type { MessageRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

/**
 * The statements of mailboxes. A conversation of a recipient is a row that gives out places and counts what is open.
 * Whoever adds or closes messages changes that row, so on PostgreSQL they take turns, always in the order of
 * (recipient, conversation), after the rows of messages: no two transactions wait for one another.
 */
/** What is not over: it takes a place in the queue. */
const OPEN = fixedList(['sent', 'delivered']);
const isOpen = sql.raw(`('sent', 'delivered')`);

/** An agent as the mail sees it. */
export interface Recipient {
  id: string;
  name: string;
  status: string;
  enabled: number;
  executor_kind: string;
  max_concurrent: number;
  spec: string;
  /** Open messages in its mailbox. */
  open: number;
  /** The database's time (ms). */
  now: number;
}

/** Agents by id or name, with how full their mailboxes are. */
export async function selectRecipients(tx: TenantTx, names: string[]): Promise<Recipient[]> {
  const found: Recipient[] = [];
  for (let from = 0; from < names.length; from += NAMES_PER_STATEMENT)
    found.push(...(await selectSomeRecipients(tx, names.slice(from, from + NAMES_PER_STATEMENT))));
  return found;
}

/** Engines limit the parameters of one statement. */
const NAMES_PER_STATEMENT = 5_000;

async function selectSomeRecipients(tx: TenantTx, names: string[]): Promise<Recipient[]> {
  const rows = await tx.db
    .selectFrom('agent')
    .select(['id', 'name', 'status', 'enabled', 'executor_kind', 'max_concurrent', 'spec', now.as('now')])
    .select(
      sql<number>`(select coalesce(sum(c.open), 0) from mailbox_conversation c
        where c.tenant_id = agent.tenant_id and c.recipient_id = agent.id and c.open > 0)`.as('open'),
    )
    .where('tenant_id', '=', tx.tenantId)
    .where(({ eb, or }) => or([eb('id', 'in', names), eb('name', 'in', names)]))
    .execute();
  return rows.map((row) => ({ ...row, open: Number(row.open) }));
}

/** A conversation of a recipient with the messages that come (`adds`) and that end (`ends`). */
export interface PlaceChange {
  recipient_id: string;
  conversation_id: string;
  adds: number;
  ends: number;
}

export interface Place {
  recipient_id: string;
  conversation_id: string;
  last_seq: number;
  open: number;
}

/** Gives out places and counts; holds the conversations until the commit. Answers them as they are now. */
export async function changePlaces(tx: TenantTx, changes: PlaceChange[]): Promise<Place[]> {
  if (changes.length === 0) return [];
  const batch = tx.differ.rowsOf(JSON.stringify(changes), {
    recipient_id: 'text',
    conversation_id: 'text',
    adds: 'bigint',
    ends: 'bigint',
  });
  const { rows } = await sql<Place>`
    insert into mailbox_conversation (tenant_id, recipient_id, conversation_id, last_seq, open)
    select ${tx.tenantId}, recipient_id, conversation_id, adds, adds - ends from ${batch} as batch where true
    order by recipient_id, conversation_id
    on conflict (tenant_id, recipient_id, conversation_id) do update
      set last_seq = mailbox_conversation.last_seq + excluded.last_seq,
        open = mailbox_conversation.open + excluded.open
    returning recipient_id, conversation_id, last_seq, open`.execute(tx.db);
  return rows.map((row) => ({ ...row, last_seq: Number(row.last_seq), open: Number(row.open) }));
}

/** How a message ends. */
export interface Closing {
  id: string;
  status: 'acknowledged' | 'failed' | 'expired' | 'dead';
  error: string | null;
  result: string | null;
  /** It went to its handler so long ago (ms) and that was not noted yet. */
  deliveredMsAgo?: number;
}

/**
 * Holds the runs that wait for messages, before these are ended: who holds such a run (its attempt, a person who
 * terminates its task) ends messages after it, so everybody takes runs first. `asks` begins the id of a sender that is
 * a run, followed by the run's id.
 */
export async function holdWaitingRuns(tx: TenantTx, messageIds: string[], asks: string): Promise<void> {
  if (messageIds.length === 0 || !tx.differ.hasRowLocks) return;
  const ids = sql.join(messageIds);
  await sql`
    select id from run where state in ('pending', 'running', 'waiting', 'paused') and id in (
      select coalesce(run_id, split_part(substr(sender_id, ${asks.length + 1}), ':', 1)) from message
      where tenant_id = ${tx.tenantId} and id in (${ids}) and (run_id is not null or sender_id like ${`${asks}%`}))
    order by id for update`.execute(tx.db);
}

/** Ends messages that are open, held in the order of their ids; answers those that were. */
export async function closeMessages(tx: TenantTx, closings: Closing[]): Promise<MessageRow[]> {
  if (closings.length === 0) return [];
  if (closings.length > 1 && tx.differ.hasRowLocks)
    await sql`select id from message where tenant_id = ${tx.tenantId}
      and id in (${sql.join(closings.map(({ id }) => id))}) order by id for update`.execute(tx.db);
  const wanted = closings.map(({ id, status, error, result, deliveredMsAgo }) => ({
    message_id: id,
    end_status: status,
    end_error: error,
    end_result: result,
    ms_ago: deliveredMsAgo === undefined ? null : Math.round(deliveredMsAgo),
  }));
  const batch = tx.differ.rowsOf(JSON.stringify(wanted), {
    message_id: 'text',
    end_status: 'text',
    end_error: 'text',
    end_result: 'text',
    ms_ago: 'bigint',
  });
  const { rows } = await sql<MessageRow>`
    update message set status = batch.end_status, error = coalesce(batch.end_error, error),
      result = batch.end_result, lease_until = null,
      delivered_at = coalesce(cadre_now() - batch.ms_ago, delivered_at),
      acknowledged_at = case when batch.end_status = 'acknowledged' then cadre_now() else acknowledged_at end
    from ${batch} as batch
    where message.id = batch.message_id and message.tenant_id = ${tx.tenantId} and message.seq is not null
      and message.status in ${isOpen}
    returning *`.execute(tx.db);
  return rows;
}

/** The first open message of a conversation: the only one that may be handled. */
export interface Head {
  id: string;
  recipient_id: string;
  conversation_id: string;
  seq: number;
  priority: number;
  max_retries: number;
  executor_kind: string;
  max_concurrent: number;
}

const headOf = (conversation: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  m.tenant_id = ${conversation}.tenant_id and m.recipient_id = ${conversation}.recipient_id
  and m.conversation_id = ${conversation}.conversation_id and m.seq = (
    select min(x.seq) from message x where x.tenant_id = ${conversation}.tenant_id
      and x.recipient_id = ${conversation}.recipient_id and x.conversation_id = ${conversation}.conversation_id
      and x.seq is not null and x.status in ${isOpen})`;

/** The heads of these conversations, where there are any. */
export async function selectHeads(
  tx: TenantTx,
  places: Array<Pick<Place, 'recipient_id' | 'conversation_id'>>,
): Promise<Head[]> {
  if (places.length === 0) return [];
  const wanted = places.map((place) => ({ ...place, tenant_id: tx.tenantId }));
  const batch = tx.differ.rowsOf(JSON.stringify(wanted), {
    tenant_id: 'text',
    recipient_id: 'text',
    conversation_id: 'text',
  });
  const { rows } = await sql<Head>`
    select m.id, m.recipient_id, m.conversation_id, m.seq, m.priority, m.max_retries, a.executor_kind,
      a.max_concurrent
    from ${batch} as c join message m on ${headOf(sql`c`)} join agent a on a.id = m.recipient_id`.execute(
    tx.db,
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** Heads of an agent that no run carries: those of one that took them from its mailbox until now. */
export async function selectHeadsWithoutRun(tx: TenantTx, agentId: string, limit: number): Promise<Head[]> {
  const { rows } = await sql<Head>`
    select m.id, m.recipient_id, m.conversation_id, m.seq, m.priority, m.max_retries, a.executor_kind,
      a.max_concurrent
    from mailbox_conversation c join message m on ${headOf(sql`c`)} join agent a on a.id = m.recipient_id
    where c.tenant_id = ${tx.tenantId} and c.recipient_id = ${agentId} and c.open > 0
      and not exists (select 1 from run where run.id = m.id)
    limit ${limit}`.execute(tx.db);
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** The heads that an agent may take now, most urgent first: not those it has in hand or that rest after a failure. */
export async function selectTakeable(
  tx: TenantTx,
  agentId: string,
  limit: number,
): Promise<Array<MessageRow & { is_expired: number; is_used_up: number }>> {
  const { rows } = await sql<MessageRow & { is_expired: number; is_used_up: number }>`
    select m.*, case when m.expires_at < cadre_now() then 1 else 0 end as is_expired,
      case when m.status = 'delivered' and m.retry_count >= m.max_retries then 1 else 0 end as is_used_up
    from mailbox_conversation c join message m on ${headOf(sql`c`)}
    where c.tenant_id = ${tx.tenantId} and c.recipient_id = ${agentId} and c.open > 0
      and (m.lease_until is null or m.lease_until <= cadre_now())
    order by m.priority desc, m.created_at, m.id limit ${limit}`.execute(tx.db);
  return rows;
}

/** Hands messages out under a lease; of two who take at once, one gets each. A second time counts as a retry. */
export async function takeMessages(tx: TenantTx, ids: string[], leaseMs: number): Promise<MessageRow[]> {
  if (ids.length === 0) return [];
  return tx.db
    .updateTable('message')
    .set({
      status: 'delivered',
      delivered_at: now,
      retry_count: sql<number>`retry_count + case when status = 'delivered' then 1 else 0 end`,
      lease_until: sql<number>`cadre_now() + ${leaseMs}`,
    })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .where('status', 'in', OPEN)
    .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .returningAll()
    .execute();
}

/** Keeps a message that was taken in hand for longer; undefined when nobody has it in hand. */
export async function extendLease(
  tx: TenantTx,
  id: string,
  leaseMs: number,
): Promise<MessageRow | undefined> {
  return tx.db
    .updateTable('message')
    .set({ lease_until: sql<number>`cadre_now() + ${leaseMs}` })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'delivered')
    .where('seq', 'is not', null)
    .where('lease_until', 'is not', null)
    .returningAll()
    .executeTakeFirst();
}

/** Lets a message that failed rest before it is handed out again. */
export async function restMessage(
  tx: TenantTx,
  id: string,
  error: string,
  delayMs: number,
): Promise<MessageRow | undefined> {
  return tx.db
    .updateTable('message')
    .set({ error, lease_until: sql<number>`cadre_now() + ${delayMs}` })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'delivered')
    .returningAll()
    .executeTakeFirst();
}

/** Notes that messages went to their handlers; a second time counts as a retry. Answers those that were open. */
export async function markDelivered(tx: Tx, ids: string[]): Promise<MessageRow[]> {
  return tx.db
    .updateTable('message')
    .set({
      status: 'delivered',
      delivered_at: now,
      retry_count: sql<number>`retry_count + case when status = 'delivered' then 1 else 0 end`,
    })
    .where('id', 'in', ids)
    .where('status', 'in', OPEN)
    .returningAll()
    .execute();
}

/** A message on the way to its handler, with who gets it. */
export interface DeliveryRow extends MessageRow {
  is_expired: number;
  agent_name: string;
  agent_status: string;
  agent_enabled: number;
  agent_spec: string;
}

export async function selectDelivery(
  tx: Tx,
  tenantId: string,
  messageId: string,
): Promise<DeliveryRow | undefined> {
  const { rows } = await sql<DeliveryRow>`
    select m.*, case when m.expires_at < cadre_now() then 1 else 0 end as is_expired, a.name as agent_name,
      a.status as agent_status, a.enabled as agent_enabled, a.spec as agent_spec
    from message m join agent a on a.id = m.recipient_id
    where m.id = ${messageId} and m.tenant_id = ${tenantId}`.execute(tx.db);
  return rows[0];
}

/**
 * Messages of all tenants that waited beyond their time by more than `graceMs`, and those that were taken from a
 * mailbox and not acknowledged within their lease. What a handler here has in hand may end.
 */
export async function selectOverdue(
  tx: Tx,
  graceMs: number,
  limit: number,
): Promise<Array<Pick<MessageRow, 'id' | 'tenant_id'>>> {
  return tx.db
    .selectFrom('message')
    .select(['id', 'tenant_id'])
    .where(sql<boolean>`status in ${isOpen}`)
    .where('expires_at', 'is not', null)
    .where('expires_at', '<', sql<number>`cadre_now() - ${graceMs}`)
    .where(({ eb, or }) => or([eb('status', '=', 'sent'), eb('lease_until', '<', now)]))
    .where('seq', 'is not', null)
    .limit(limit)
    .execute();
}

/** What of these ids of senders is known already. */
export async function selectByInboxIds(tx: TenantTx, ids: string[]): Promise<MessageRow[]> {
  if (ids.length === 0) return [];
  return tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('inbox_id', 'in', ids)
    .execute();
}

/** Messages that others answer, with whether the time for an answer is over. */
export async function selectAnswerable(
  tx: TenantTx,
  ids: string[],
): Promise<Array<MessageRow & { is_late: number }>> {
  if (ids.length === 0) return [];
  return tx.db
    .selectFrom('message')
    .selectAll()
    .select(sql<number>`case when reply_due_at < cadre_now() then 1 else 0 end`.as('is_late'))
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .execute();
}

/** Answers to a message from the one it was sent to, oldest first. */
export async function selectReplies(tx: TenantTx, messageId: string, limit: number): Promise<MessageRow[]> {
  return tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('in_reply_to', '=', messageId)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Messages that were given up, newest first. */
export async function selectGivenUp(
  tx: TenantTx,
  filter: { agentId?: string; before?: string; limit: number },
): Promise<MessageRow[]> {
  let query = tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('status', 'in', fixedList(['dead', 'failed']))
    .where('seq', 'is not', null)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.agentId) query = query.where('recipient_id', '=', filter.agentId);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.execute();
}

/** Ties a message that was given up to its copy; false when another has done so. */
export async function markRedriven(tx: TenantTx, id: string, as: string): Promise<boolean> {
  const result = await tx.db
    .updateTable('message')
    .set({ redriven_as: as })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .where('status', 'in', ['dead', 'failed'])
    .where('redriven_as', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** What waits in the mailbox of an agent: the open messages, heads of conversations and most urgent first. */
export async function selectMailbox(tx: TenantTx, agentId: string, limit: number): Promise<MessageRow[]> {
  return tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('recipient_id', '=', agentId)
    .where('seq', 'is not', null)
    .where('status', 'in', OPEN)
    .orderBy('priority', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** How many messages of an agent are open, and in how many conversations. */
export async function countMailbox(
  tx: TenantTx,
  agentId: string,
): Promise<{ open: number; conversations: number }> {
  const row = await tx.db
    .selectFrom('mailbox_conversation')
    .select(({ fn }) => [fn.sum<number>('open').as('open'), fn.countAll<number>().as('conversations')])
    .where('tenant_id', '=', tx.tenantId)
    .where('recipient_id', '=', agentId)
    .where('open', '>', 0)
    .executeTakeFirst();
  return { open: Number(row?.open ?? 0), conversations: Number(row?.conversations ?? 0) };
}

/** How many of the messages of a sender are not over. */
export async function countUnended(tx: TenantTx, senderId: string): Promise<number> {
  const row = await tx.db
    .selectFrom('message')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tx.tenantId)
    .where('sender_id', '=', senderId)
    .where('sender_type', '=', 'person')
    .where('seq', 'is not', null)
    .where('status', 'in', OPEN)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** The messages of a sender that are not over. */
export async function selectOpenOf(tx: TenantTx, senderId: string): Promise<Array<{ id: string }>> {
  return tx.db
    .selectFrom('message')
    .select('id')
    .where('tenant_id', '=', tx.tenantId)
    .where('sender_id', '=', senderId)
    .where('sender_type', '=', 'person')
    .where('seq', 'is not', null)
    .where('status', 'in', OPEN)
    .orderBy('id')
    .execute();
}
