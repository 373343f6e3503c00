import type { WorkOrder } from '../agents/executor.ts';
import type { NewMessage } from '../messages/accept.ts';
import type { MailListener } from '../messages/listener.ts';
import type { Mail } from '../messages/mail.ts';
import type { PARTY_TYPES } from '../messages/message.ts';
import { MAX_PAYLOAD_BYTES } from '../messages/payloads.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Attempt } from '../platform/runs/run.ts';
import type { Runs } from '../platform/runs/runs.ts';
import { selectHandOver } from '../platform/store/delegations.ts';
import { selectDelegation } from '../platform/store/messages.ts';
import type { MessageRow, TaskRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';

/**
 * Tasks for agents that take messages themselves: the task goes into the mailbox as a `task_delegation`, the worker is
 * let go, and the run goes on when the message ends. The message is the truth; the signal only says "look now".
 */
export interface HandOverNeeds {
  store: Store;
  mail: Mail;
}

/** What is handed over: the contract, with the row it comes from. */
export interface HandOver {
  order: WorkOrder;
  task: TaskRow;
}

/** What became of it. */
export type HandedBack = { output: unknown } | { error: CadreError; isDead: boolean };

const ended = (messageId: string) => `handed:${messageId}`;
const isOpen = (row: MessageRow) => ['sent', 'delivered'].includes(row.status);

/**
 * The message that hands over the task of this run, if there is one: then its agent has it, whether it is there now
 * or not.
 */
export async function findHandOver(
  { store }: HandOverNeeds,
  attempt: Attempt,
): Promise<(MessageRow & { now: number }) | undefined> {
  const agentId = attempt.agentId ?? '';
  return store.read(attempt.tenantId, (tx) => selectHandOver(tx, attempt.runId, agentId));
}

/**
 * Waits for the end of what was handed over. When the time is up, the message is closed first: of an answer at the
 * very same moment one of the two wins, and the message says which.
 */
export async function awaitHandOver(
  needs: HandOverNeeds,
  attempt: Attempt,
  timeoutMs: number,
): Promise<HandedBack> {
  const handed = await findHandOver(needs, attempt);
  if (!handed) return attempt.postpone(0); // withdrawn just now: look anew
  if (!isOpen(handed)) return readBack(handed, timeoutMs);
  const leftMs = Number(handed.expires_at ?? handed.now) - Number(handed.now);
  if (leftMs > 0) await attempt.wait(ended(handed.id), { timeoutMs: leftMs });
  const now = await findHandOver(needs, attempt);
  if (now && isOpen(now)) {
    // Woken before its time by the wrong clock; afterwards the stored wait answers at once.
    if (Number(now.now) < Number(now.expires_at)) return attempt.postpone(1);
    const closing = {
      id: now.id,
      status: 'expired' as const,
      error: 'It was not done in time.',
      result: null,
    };
    await needs.store.write(attempt.tenantId, (tx) => needs.mail.close(tx, [closing]));
  }
  const last = await findHandOver(needs, attempt);
  return last ? readBack(last, timeoutMs) : attempt.postpone(0);
}

/** Puts the task into the mailbox of its agent. @throws CadreError `message/mailbox-full`, `message/too-large` */
export async function handOver(
  tx: TenantTx,
  { mail }: { mail: Mail },
  attempt: Attempt,
  { order, task }: HandOver,
): Promise<void> {
  const delegation = await selectDelegation(tx, task.id);
  if (!delegation) throw new CadreError('message/not-found', { id: `of the task ${task.id}` });
  const message: NewMessage = {
    from: { type: delegation.sender_type as (typeof PARTY_TYPES)[number], id: delegation.sender_id }, // written by us
    to: attempt.agentId ?? '',
    type: 'task_delegation',
    subject: delegation.subject,
    payload: payloadOf(order, task),
    priority: delegation.priority,
    // Each task is a conversation of its own: one that takes long blocks no other.
    conversationId: `task:${task.id}`,
    inReplyTo: delegation.id,
    runId: attempt.runId,
    expiresInMs: order.timeoutMs,
    isRelay: true, // a task that is tried again is no talk that goes round
  };
  await mail.send(tx, [message]);
}

/** FEATURES CO-3. What the steps before it made is left out where it is too long; it stands in the task. */
function payloadOf(order: WorkOrder, task: TaskRow): Record<string, unknown> {
  const { results, deadline, notes } = order.context;
  const whole = {
    taskId: task.id,
    title: task.step_name ?? task.type,
    description: order.goal,
    priority: task.priority,
    requiredCapabilities: order.capability ? [order.capability] : [],
    ...(deadline !== null && { deadline }),
    context: {
      type: order.type,
      rootId: order.context.rootId,
      input: order.input,
      files: order.files,
      results,
      ...(notes.length > 0 && { notes }),
      idempotencyKey: order.idempotencyKey,
    },
  };
  if (Buffer.byteLength(JSON.stringify(whole)) <= MAX_PAYLOAD_BYTES) return whole;
  return {
    ...whole,
    context: { ...whole.context, results: {}, resultsAt: `/api/v1/tasks/${order.context.rootId}` },
  };
}

function readBack(row: MessageRow, timeoutMs: number): HandedBack {
  if (row.status === 'acknowledged') return { output: row.result === null ? null : JSON.parse(row.result) };
  const detail = (row.error ?? 'it gave no reason').replace(/\.$/, ''); // the sentence of the error ends with one
  if (row.status === 'expired') return { error: new CadreError('run/timeout', { timeoutMs }), isDead: false };
  const isDead = row.status === 'dead';
  return { error: new CadreError(isDead ? 'agent/failed' : 'agent/refused', { detail }), isDead };
}

/** Wakes the runs whose tasks were handed over, in the transaction that ends the messages. */
export function handedBack({ runs }: { runs: Runs }): MailListener {
  return {
    async ended(tx, closed) {
      const handed = closed.flatMap(({ id, run_id }) => (run_id === null ? [] : [{ id, runId: run_id }]));
      for (const { id, runId } of handed) await runs.signal(tx, runId, ended(id), true);
      return [];
    },
  };
}
