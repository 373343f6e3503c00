import { sql } from 'kysely';
import type { ChatTurnRow } from './chat-rows.ts';
import { now } from './now.ts';
import type { TenantTx } from './transaction.ts';

export type ChatTurn = Pick<ChatTurnRow, 'position' | 'task_id' | 'said' | 'said_by' | 'created_at'> & {
  status: string;
  /** Of the task, as it is stored. */
  result: string | null;
  stop_sentence: string | null;
};

/** False when somebody else said something in the same chat at the same moment. */
export async function insertChatTurn(
  tx: TenantTx,
  row: Omit<ChatTurnRow, 'tenant_id' | 'created_at'>,
): Promise<boolean> {
  const inserted = await tx.db
    .insertInto('chat_turn')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(inserted.numInsertedOrUpdatedRows ?? 0n) > 0;
}

/** What was said in a chat before `beforePosition`, and what became of it, newest first. */
export async function selectChatTurns(
  tx: TenantTx,
  chat: { agentId: string; chatId: string; beforePosition?: number; limit: number },
): Promise<ChatTurn[]> {
  const rows = await tx.db
    .selectFrom('chat_turn')
    .innerJoin('task', 'task.id', 'chat_turn.task_id')
    .select([
      'chat_turn.position',
      'chat_turn.task_id',
      'chat_turn.said',
      'chat_turn.said_by',
      'chat_turn.created_at',
      'task.status',
      'task.result',
      'task.stop_sentence',
    ])
    .where('chat_turn.tenant_id', '=', tx.tenantId)
    .where('chat_turn.agent_id', '=', chat.agentId)
    .where('chat_turn.chat_id', '=', chat.chatId)
    .where('chat_turn.position', '<', chat.beforePosition ?? Number.MAX_SAFE_INTEGER)
    .orderBy('chat_turn.position', 'desc')
    .limit(chat.limit)
    .execute();
  return rows.map((row) => ({ ...row, position: Number(row.position), created_at: Number(row.created_at) }));
}

/** Which chat a task answers in; undefined when in none. */
export async function selectChatOf(
  tx: TenantTx,
  taskId: string,
): Promise<Pick<ChatTurnRow, 'agent_id' | 'chat_id' | 'position'> | undefined> {
  return tx.db
    .selectFrom('chat_turn')
    .select(['agent_id', 'chat_id', 'position'])
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .executeTakeFirst();
}

/** One chat with an agent, with its first and last turn. */
export interface ChatRow {
  /** Of the last task: chats are in the order of these. */
  id: string;
  chat_id: string;
  turns: number;
  first_said: string;
  first_said_by: string;
  began_at: number;
  last_said: string;
  last_at: number;
  status: string;
}

/** Chats with an agent, the one that was spoken in last first; `before`: the id of the last one of the page before. */
export async function selectChats(
  tx: TenantTx,
  { agentId, before, limit }: { agentId: string; before?: string; limit: number },
): Promise<ChatRow[]> {
  const older = before === undefined ? sql`` : sql`having max(task_id) < ${before}`;
  const { rows } = await sql<ChatRow>`
    select last.task_id as id, last.chat_id, last.position as turns, first.said as first_said,
      first.said_by as first_said_by, first.created_at as began_at, last.said as last_said, last.created_at as last_at,
      task.status
    from (
      select chat_id, max(task_id) as newest, min(position) as oldest from chat_turn
      where tenant_id = ${tx.tenantId} and agent_id = ${agentId}
      group by chat_id ${older} order by max(task_id) desc limit ${limit}) as chat
    join chat_turn as last on last.task_id = chat.newest
    join chat_turn as first on first.tenant_id = ${tx.tenantId} and first.agent_id = ${agentId}
      and first.chat_id = chat.chat_id and first.position = chat.oldest
    join task on task.id = chat.newest
    where last.tenant_id = ${tx.tenantId} and task.tenant_id = ${tx.tenantId}
    order by chat.newest desc`.execute(tx.db);
  return rows.map((row) => ({
    ...row,
    turns: Number(row.turns),
    began_at: Number(row.began_at),
    last_at: Number(row.last_at),
  }));
}
