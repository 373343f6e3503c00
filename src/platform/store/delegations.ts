import { type SelectQueryBuilder, sql } from 'kysely';
import type { MessageRow, Schema, TaskRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/**
 * Delegations of one agent (or person) to one agent, and tasks in mailboxes. A delegation is its task together with
 * the message that hands it over: one that goes through no mailbox and asks for an answer.
 */

/** A delegation with its task. */
export interface DelegationRow
  extends Pick<TaskRow, 'type' | 'input' | 'status' | 'stop_reason' | 'stop_sentence' | 'error' | 'result'> {
  /** The task's. */
  id: string;
  message_id: string;
  sender_id: string;
  sender_type: string;
  recipient_id: string;
  late: number;
  created_at: number;
  started_at: number | null;
  completed_at: number | null;
  deadline: number | null;
}

/** How a delegation stands, as far as the rows tell. */
export type DelegationState = 'open' | 'completed' | 'failed' | 'timeout' | 'error';

function direct(tx: TenantTx) {
  return tx.db
    .selectFrom('message')
    .innerJoin('task', 'task.id', 'message.task_id')
    .where('message.tenant_id', '=', tx.tenantId)
    .where('task.tenant_id', '=', tx.tenantId)
    .where('message.type', '=', sql<string>`'task_delegation'`)
    .where('message.requires_response', '=', sql<number>`1`)
    .where('message.seq', 'is', null)
    .where('message.in_reply_to', 'is', null)
    .select([
      'task.id',
      'task.type',
      'task.input',
      'task.status',
      'task.stop_reason',
      'task.stop_sentence',
      'task.error',
      'task.created_at',
      'task.started_at',
      'task.completed_at',
      'task.deadline',
      'message.id as message_id',
      'message.sender_id',
      'message.sender_type',
      'message.recipient_id',
      'message.late',
    ]);
}

/** One delegation, by the id of its task. */
export async function selectDirectDelegation(
  tx: TenantTx,
  taskId: string,
): Promise<DelegationRow | undefined> {
  return direct(tx).select('task.result').where('message.task_id', '=', taskId).executeTakeFirst();
}

/** Of a delegation in hand, what the rules against loops read. */
export type DelegationInHand = Pick<MessageRow, 'type' | 'payload' | 'sender_id' | 'asked' | 'hops'>;

/** What was delegated to an agent and has not ended, by chiefs as well. */
export async function selectInHand(tx: TenantTx, agentId: string): Promise<DelegationInHand[]> {
  return tx.db
    .selectFrom('task')
    .innerJoin('message', 'message.task_id', 'task.id')
    .select(['message.type', 'message.payload', 'message.sender_id', 'message.asked', 'message.hops'])
    .where('task.tenant_id', '=', tx.tenantId)
    .where('task.agent_id', '=', agentId)
    .where('task.status', 'not in', ENDED)
    .where('message.tenant_id', '=', tx.tenantId)
    .where('message.recipient_id', '=', agentId)
    .where('message.type', '=', 'task_delegation')
    .where('message.seq', 'is', null)
    .where('message.in_reply_to', 'is', null)
    .execute();
}

const ENDED = ['completed', 'failed', 'terminated'];

/** Delegations, newest first, without their results: those may be megabytes. */
export async function selectDirectDelegations(
  tx: TenantTx,
  filter: {
    senderId?: string | undefined;
    recipientId?: string | undefined;
    state?: DelegationState | undefined;
    before?: string | undefined;
    limit: number;
  },
): Promise<Array<Omit<DelegationRow, 'result'>>> {
  // By messages: their index holds delegations only. Task and message are made together, so the order is the same.
  let query = direct(tx).orderBy('message.id', 'desc').limit(filter.limit);
  if (filter.senderId) query = query.where('message.sender_id', '=', filter.senderId);
  if (filter.recipientId) query = query.where('message.recipient_id', '=', filter.recipientId);
  if (filter.before) query = query.where('message.id', '<', filter.before);
  return (filter.state ? inState(query, filter.state) : query).execute();
}

const TIMED_OUT = ['deadline', 'timeout'];
const NOT_HANDED_OVER = ['rejected', 'hop-limit'];

function inState<Row>(
  query: SelectQueryBuilder<Schema, 'message' | 'task', Row>,
  state: DelegationState,
): SelectQueryBuilder<Schema, 'message' | 'task', Row> {
  if (state === 'open') return query.where('task.status', 'not in', ENDED);
  if (state === 'completed') return query.where('task.status', '=', 'completed');
  const ended = query.where('task.status', 'in', ['failed', 'terminated']);
  if (state === 'error') return ended.where('task.stop_reason', 'in', NOT_HANDED_OVER);
  if (state === 'timeout') return ended.where('task.stop_reason', 'in', TIMED_OUT);
  return ended.where('task.stop_reason', 'not in', [...NOT_HANDED_OVER, ...TIMED_OUT]);
}

/** The message that hands the task of a run over to an agent, when there is one. */
export async function selectHandOver(
  tx: TenantTx,
  runId: string,
  agentId: string,
): Promise<(MessageRow & { now: number }) | undefined> {
  return tx.db
    .selectFrom('message')
    .selectAll()
    .select(sql<number>`cadre_now()`.as('now'))
    .where('tenant_id', '=', tx.tenantId)
    .where('run_id', '=', runId)
    .where('recipient_id', '=', agentId)
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

/** Messages in mailboxes that hand over a task and have not ended. */
export async function selectOpenHandOvers(tx: TenantTx, taskId: string): Promise<MessageRow[]> {
  return tx.db
    .selectFrom('message')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('run_id', 'is not', null)
    .where('status', 'in', ['sent', 'delivered'])
    .orderBy('id')
    .execute();
}

/** Parts what was handed over of a task from its runs: the task is tried again, or by another agent. */
export async function unlinkHandOvers(tx: TenantTx, taskId: string): Promise<void> {
  await tx.db
    .updateTable('message')
    .set({ run_id: null })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('run_id', 'is not', null)
    .execute();
}

/** Notes that an answer came after the end; false when that is known already. */
export async function markLate(tx: TenantTx, messageIds: string[]): Promise<boolean> {
  const marked = await tx.db
    .updateTable('message')
    .set({ late: 1 })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', messageIds)
    .where('late', '=', 0)
    .executeTakeFirst();
  return marked.numUpdatedRows > 0n;
}
