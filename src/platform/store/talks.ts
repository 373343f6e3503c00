import { sql } from 'kysely';
import type { TalkRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** Which talk: the two agents in the order of their ids, and the conversation. */
export type TalkKey = Pick<TalkRow, 'low_id' | 'high_id' | 'conversation'>;

/** A talk as it is held until the commit, with the database's time (ms). */
export interface HeldTalk extends TalkRow {
  now: number;
}

const key = { low_id: 'text', high_id: 'text', conversation: 'text' } as const;

/**
 * Holds talks until the commit and answers them; one that is not there yet begins. Two who send at once take turns,
 * always in the order of the keys.
 */
export async function holdTalks(tx: TenantTx, keys: TalkKey[]): Promise<HeldTalk[]> {
  if (keys.length === 0) return [];
  const batch = tx.differ.rowsOf(JSON.stringify(keys), key);
  const { rows } = await sql<HeldTalk>`
    insert into talk (tenant_id, low_id, high_id, conversation, idle, said, turned_at, progress_at, stopped,
      signals, signals_at)
    select ${tx.tenantId}, low_id, high_id, conversation, 0, '', cadre_now(), cadre_now(), 0, 0, cadre_now()
    from ${batch} as batch where true order by low_id, high_id, conversation
    on conflict (tenant_id, low_id, high_id, conversation) do update set idle = talk.idle
    returning *, cadre_now() as now`.execute(tx.db);
  return rows;
}

/** Writes how talks stand now; they are held. */
export async function keepTalks(tx: TenantTx, talks: TalkRow[]): Promise<void> {
  if (talks.length === 0) return;
  const batch = tx.differ.rowsOf(JSON.stringify(talks), {
    ...key,
    idle: 'bigint',
    said: 'text',
    last_sender: 'text',
    turned_at: 'bigint',
    progress_at: 'bigint',
    stopped: 'bigint',
    signals: 'bigint',
    signals_at: 'bigint',
  });
  await sql`
    update talk set idle = batch.idle, said = batch.said, last_sender = batch.last_sender,
      turned_at = batch.turned_at, progress_at = batch.progress_at, stopped = batch.stopped, signals = batch.signals,
      signals_at = batch.signals_at
    from ${batch} as batch
    where talk.tenant_id = ${tx.tenantId} and talk.low_id = batch.low_id and talk.high_id = batch.high_id
      and talk.conversation = batch.conversation`.execute(tx.db);
}

/**
 * When something last happened around a talk that is progress without a message between the two: a person wrote to
 * one of them in the conversation, a task of one of them was settled, one of them kept a note. Null: nothing since.
 */
export async function selectNews(
  tx: TenantTx,
  talk: TalkRow,
  conversations: string[],
): Promise<number | null> {
  const agents = [talk.low_id, talk.high_id];
  const since = talk.progress_at;
  const latest = await tx.db
    .selectFrom(
      tx.db
        .selectFrom('message')
        .select('created_at as at')
        .where('tenant_id', '=', tx.tenantId)
        .where('recipient_id', 'in', agents)
        .where('conversation_id', 'in', conversations)
        .where('seq', 'is not', null)
        .where('sender_type', '=', 'person')
        .where('created_at', '>', since)
        .unionAll(
          tx.db
            .selectFrom('task')
            .select(sql<number>`completed_at`.as('at'))
            .where('tenant_id', '=', tx.tenantId)
            .where('agent_id', 'in', agents)
            .where('completed_at', '>', since),
        )
        .unionAll(
          tx.db
            .selectFrom('knowledge_note')
            .select('created_at as at')
            .where('tenant_id', '=', tx.tenantId)
            .where('agent_id', 'in', agents)
            .where('created_at', '>', since),
        )
        .as('news'),
    )
    .select(({ fn }) => fn.max('at').as('at'))
    .executeTakeFirst();
  return latest?.at == null ? null : Number(latest.at);
}

/** Which of these ids are files, tasks, notes or votes of the tenant. */
export async function selectArtefacts(tx: TenantTx, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const of = (table: 'file' | 'task' | 'knowledge_note' | 'vote') =>
    tx.db.selectFrom(table).select('id').where('tenant_id', '=', tx.tenantId).where('id', 'in', ids);
  const rows = await of('file')
    .unionAll(of('task'))
    .unionAll(of('knowledge_note'))
    .unionAll(of('vote'))
    .execute();
  return rows.map((row) => row.id);
}
