import { type RawBuilder, sql } from 'kysely';
import type { MessageRow, VoteRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/**
 * Conversations as people read them: all messages of one conversation id, in whichever mailboxes they lie. They are
 * read from the rows of messages by the index (tenant, conversation, id); nothing is counted ahead, so that sending
 * writes no row that all senders share.
 */

/** Not over yet; an answer that waits where a person asked is. */
const isOpen = sql.raw(`(status in ('sent', 'delivered') and recipient_type = 'agent')`);
/** What a message says, in characters: the same measure on both engines. */
const characters = sql.raw(`length(subject) + length(payload)`);
const involves = (alias: string, agentId: string | undefined): RawBuilder<unknown> =>
  agentId === undefined
    ? sql``
    : sql`and (${sql.ref(`${alias}.sender_id`)} = ${agentId} or ${sql.ref(`${alias}.recipient_id`)} = ${agentId})`;

/** The newest message of a conversation, or the newest that one agent sent or got there. */
export type LatestRow = Pick<MessageRow, 'id' | 'conversation_id'>;

/** So many messages are looked at first for a page of conversations, and so many more at most in each further look. */
const FIRST_LOOK = 200;
const LONGEST_LOOK = 5_000;

/**
 * The newest message of each conversation, newest first: of all, or of those to and from one agent. Walks the newest
 * messages until enough conversations were met; each statement reads a bounded piece of an index, whatever the
 * planner knows of the tables.
 */
export async function selectLatest(
  tx: TenantTx,
  filter: { agentId?: string; before?: string; limit: number },
): Promise<LatestRow[]> {
  const { agentId, limit } = filter;
  const met = new Set<string>();
  const found: LatestRow[] = [];
  let { before } = filter;
  for (let look = FIRST_LOOK; found.length < limit; look = Math.min(look * 5, LONGEST_LOOK)) {
    const { rows } = await sql<LatestRow>`
      select m.id, m.conversation_id from message m where m.tenant_id = ${tx.tenantId} ${involves('m', agentId)}
        ${before === undefined ? sql`` : sql`and m.id < ${before}`}
      order by m.id desc limit ${look}`.execute(tx.db);
    const fresh: LatestRow[] = [];
    for (const row of rows) {
      if (met.has(row.conversation_id)) continue;
      met.add(row.conversation_id);
      fresh.push(row);
    }
    // Of a conversation with newer messages than the page begins with, an earlier page has told.
    found.push(...(filter.before === undefined ? fresh : await withoutNewer(tx, fresh, agentId)));
    before = rows.at(-1)?.id;
    if (rows.length < look) break;
  }
  return found.slice(0, limit);
}

async function withoutNewer(
  tx: TenantTx,
  rows: LatestRow[],
  agentId: string | undefined,
): Promise<LatestRow[]> {
  if (rows.length === 0) return [];
  const batch = tx.differ.rowsOf(JSON.stringify(rows), { id: 'text', conversation_id: 'text' });
  const { rows: kept } = await sql<LatestRow>`
    select b.id, b.conversation_id from ${batch} as b where not exists (
      select 1 from message n where n.tenant_id = ${tx.tenantId} and n.conversation_id = b.conversation_id
        and n.id > b.id ${involves('n', agentId)})
    order by b.id desc`.execute(tx.db);
  return kept;
}

/** What one party sent to another in a conversation, counted. */
export interface TrafficRow {
  conversation_id: string;
  sender_id: string;
  sender_type: string;
  recipient_id: string;
  recipient_type: string;
  messages: number;
  open: number;
}

/** Who wrote to whom in these conversations, and how much. */
export async function selectTraffic(tx: TenantTx, conversationIds: string[]): Promise<TrafficRow[]> {
  if (conversationIds.length === 0) return [];
  const { rows } = await sql<TrafficRow>`
    select conversation_id, sender_id, sender_type, recipient_id, recipient_type, count(*) as messages,
      sum(case when ${isOpen} then 1 else 0 end) as open
    from message where tenant_id = ${tx.tenantId} and conversation_id in (${sql.join(conversationIds)})
    group by conversation_id, sender_id, sender_type, recipient_id, recipient_type`.execute(tx.db);
  return rows.map((row) => ({ ...row, messages: Number(row.messages), open: Number(row.open) }));
}

/** The first and the last message of each of these conversations. */
export async function selectEnds(
  tx: TenantTx,
  conversationIds: string[],
): Promise<Array<{ conversation_id: string; first_id: string; last_id: string }>> {
  if (conversationIds.length === 0) return [];
  const wanted = conversationIds.map((conversation_id) => ({ conversation_id }));
  const batch = tx.differ.rowsOf(JSON.stringify(wanted), { conversation_id: 'text' });
  const end = (
    direction: 'asc' | 'desc',
  ) => sql`(select n.id from message n where n.tenant_id = ${tx.tenantId}
    and n.conversation_id = b.conversation_id order by n.id ${sql.raw(direction)} limit 1)`;
  const { rows } = await sql<{ conversation_id: string; first_id: string | null; last_id: string | null }>`
    select b.conversation_id, ${end('asc')} as first_id, ${end('desc')} as last_id from ${batch} as b`.execute(
    tx.db,
  );
  return rows.flatMap(({ conversation_id, first_id, last_id }) =>
    first_id === null || last_id === null ? [] : [{ conversation_id, first_id, last_id }],
  );
}

/** Messages by their ids. */
export async function selectByIds(tx: TenantTx, ids: string[]): Promise<MessageRow[]> {
  if (ids.length === 0) return [];
  return tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .execute();
}

/** True when there is a message with this conversation id. */
export async function hasConversation(tx: TenantTx, conversationId: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('message')
    .select('id')
    .where('tenant_id', '=', tx.tenantId)
    .where('conversation_id', '=', conversationId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Messages of a conversation: after one, oldest first; or the newest ones, newest first. */
export async function selectOfConversation(
  tx: TenantTx,
  conversationId: string,
  page: { agentId?: string; after?: string; order: 'asc' | 'desc'; limit: number },
): Promise<MessageRow[]> {
  const { agentId } = page;
  let query = tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('conversation_id', '=', conversationId)
    .orderBy('id', page.order)
    .limit(page.limit);
  if (page.after) query = query.where('id', '>', page.after);
  if (agentId)
    query = query.where(({ eb, or }) =>
      or([eb('recipient_id', '=', agentId), eb('sender_id', '=', agentId)]),
    );
  return query.execute();
}

/** A message without what it carries, unless that is short. */
export interface BriefRow
  extends Pick<
    MessageRow,
    | 'id'
    | 'correlation_id'
    | 'sender_id'
    | 'sender_type'
    | 'recipient_id'
    | 'recipient_type'
    | 'type'
    | 'status'
    | 'subject'
    | 'in_reply_to'
    | 'requires_response'
    | 'reply_due_at'
    | 'late'
    | 'error'
    | 'retry_count'
    | 'created_at'
    | 'acknowledged_at'
  > {
  /** Null when it is longer than was asked for. */
  payload: string | null;
  characters: number;
  /** The time for an answer is over, by the database's clock. */
  is_overdue: number;
}

/** Messages in brief, newest first; `before` and `upTo` are ids. */
export async function selectBriefs(
  tx: TenantTx,
  conversationId: string,
  page: { agentId?: string; before?: string; payloadUpTo: number; limit: number },
): Promise<BriefRow[]> {
  const { rows } = await sql<BriefRow>`
    select id, correlation_id, sender_id, sender_type, recipient_id, recipient_type, type, status, subject,
      in_reply_to, requires_response, reply_due_at, late, error, retry_count, created_at, acknowledged_at,
      case when length(payload) <= ${page.payloadUpTo} then payload end as payload, ${characters} as characters,
      case when reply_due_at < cadre_now() then 1 else 0 end as is_overdue
    from message m where tenant_id = ${tx.tenantId} and conversation_id = ${conversationId}
      ${involves('m', page.agentId)} ${page.before === undefined ? sql`` : sql`and id < ${page.before}`}
    order by id desc limit ${page.limit}`.execute(tx.db);
  return rows.map((row) => ({ ...row, characters: Number(row.characters) }));
}

/** How many messages a conversation has up to one, and how many characters they say. */
export async function countConversation(
  tx: TenantTx,
  conversationId: string,
  upTo: { id?: string | undefined; agentId?: string | undefined } = {},
): Promise<{ messages: number; characters: number }> {
  const { rows } = await sql<{ messages: number; characters: number }>`
    select count(*) as messages, coalesce(sum(${characters}), 0) as characters
    from message m where tenant_id = ${tx.tenantId} and conversation_id = ${conversationId}
      ${involves('m', upTo.agentId)} ${upTo.id === undefined ? sql`` : sql`and id <= ${upTo.id}`}`.execute(
    tx.db,
  );
  const [row] = rows;
  return { messages: Number(row?.messages ?? 0), characters: Number(row?.characters ?? 0) };
}

/** Names of agents, and of the keys with which people wrote, by id. */
export async function selectNames(
  tx: TenantTx,
  ids: { agents: string[]; keys: string[] },
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const of = async (table: 'agent' | 'access_key', wanted: string[]) => {
    for (let from = 0; from < wanted.length; from += NAMES_PER_STATEMENT) {
      const rows = await tx.db
        .selectFrom(table)
        .select(['id', 'name'])
        .where('tenant_id', '=', tx.tenantId)
        .where('id', 'in', wanted.slice(from, from + NAMES_PER_STATEMENT))
        .execute();
      for (const row of rows) names.set(row.id, row.name);
    }
  };
  await of('agent', ids.agents);
  await of('access_key', ids.keys);
  return names;
}

/** Engines limit the parameters of one statement. */
const NAMES_PER_STATEMENT = 5_000;

/** What was decided by votes: these, or those of a team. */
export async function selectDecisions(
  tx: TenantTx,
  of: { voteIds: string[]; teamId?: string | undefined },
  limit: number,
): Promise<Array<Pick<VoteRow, 'id' | 'question' | 'status' | 'winner' | 'reason'>>> {
  if (of.voteIds.length === 0 && of.teamId === undefined) return [];
  return tx.db
    .selectFrom('vote')
    .select(['id', 'question', 'status', 'winner', 'reason'])
    .where('tenant_id', '=', tx.tenantId)
    .where(({ eb, or }) =>
      or([
        ...(of.voteIds.length > 0 ? [eb('id', 'in', of.voteIds)] : []),
        ...(of.teamId === undefined ? [] : [eb('team_id', '=', of.teamId)]),
      ]),
    )
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
