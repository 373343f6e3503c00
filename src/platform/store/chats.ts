import { sql } from 'kysely';
import type { ChatTurnRow } from './chat-rows.ts';
import type { TenantTx } from './transaction.ts';

/** Chats of people with agents. */
const now = sql<number>`cadre_now()`;

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
