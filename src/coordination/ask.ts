import type { MailListener } from '../messages/listener.ts';
import type { Mail } from '../messages/mail.ts';
import { ASKS } from '../messages/message.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { Attempt } from '../platform/runs/run.ts';
import type { Runs } from '../platform/runs/runs.ts';
import { countUnended, selectOpenOf, selectReplies } from '../platform/store/mailboxes.ts';
import { selectMessage } from '../platform/store/messages.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { recordInteractions } from './relations.ts';

/**
 * Asking from within a run: requests go to the mailboxes of agents, the worker is let go, and the run goes on when
 * each has answered or the time is up. Waiting is a row; a crash asks nobody twice. What comes late changes nothing.
 */
export interface AskNeeds {
  store: Store;
  mail: Mail;
}

/** One request to one agent. */
export interface Request {
  /** Id or name of an agent of any executor. */
  to: string;
  /** What the agent's handler is asked for, such as `collaborate`. */
  requestType: string;
  data: Record<string, Json>;
  subject?: string;
}

/** Requests that go out together. */
export interface Round {
  /** Names the round within its run; the same name is asked once. */
  name: string;
  /** Who is asked for what; a function is asked in the transaction that sends them. */
  requests: readonly Request[] | ((tx: TenantTx) => Promise<readonly Request[]>);
  /** Conversation in which people find it, such as `collaboration:<id>`. */
  conversationId: string;
  timeoutMs: number;
  /** Id of the agent for which the run asks: its relations are kept. Absent: nobody's. */
  by?: string | undefined;
  priority?: number;
}

/** What became of one request. */
export interface Reply {
  agentId: string;
  messageId: string | null;
  /** `refused`: it was not sent, a full mailbox say; `failed`: its handler failed for good. */
  status: 'answered' | 'failed' | 'timeout' | 'refused';
  /** What the agent answered: `data` of its coordination_response, else the result of its handler. */
  data: Json;
  error: string | null;
  /** Until the answer; null without one. */
  ms: number | null;
}

interface Sent {
  to: string;
  messageId: string | null;
  error: string | null;
}

const asking = (runId: string, name: string) => `${ASKS}${runId}:${name}`;

/**
 * Asks and waits; answers what became of each request, in their order. The first call of a round lets go of the
 * worker (the handler is carried out again from its beginning); later ones give back what was stored.
 */
export async function ask(attempt: Attempt, needs: AskNeeds, round: Round): Promise<Reply[]> {
  return askAndKeep(attempt, needs, round, async (_tx, replies) => replies);
}

/** The same, with what is kept of the replies in the transaction that reads them; answers what `keep` answers. */
export async function askAndKeep<Kept>(
  attempt: Attempt,
  needs: AskNeeds,
  round: Round,
  keep: (tx: TenantTx, replies: Reply[]) => Promise<Kept>,
): Promise<Kept> {
  const { name } = round;
  const sent = await attempt.transact(`ask:${name}`, (tx) => send(tx, needs, attempt, round));
  if (sent.some((one) => one.messageId)) await attempt.wait(`ask:${name}`, { timeoutMs: round.timeoutMs });
  return attempt.transact(`answers:${name}`, async (tx) => {
    const replies: Reply[] = [];
    for (const one of sent) replies.push(await replyOf(tx, one));
    if (round.by !== undefined) await noteRelations(tx, round.by, replies);
    return keep(tx, replies);
  });
}

async function send(tx: TenantTx, { mail }: AskNeeds, attempt: Attempt, round: Round): Promise<Sent[]> {
  const requests = typeof round.requests === 'function' ? await round.requests(tx) : round.requests;
  const sent = await mail.sendEach(
    tx,
    requests.map(({ to, requestType, data, subject }) => ({
      from: { type: 'person' as const, id: asking(attempt.runId, round.name) },
      to,
      type: 'coordination_request' as const,
      subject: subject ?? requestType.replaceAll('_', ' '),
      payload: { requestType, data },
      conversationId: round.conversationId,
      correlationId: attempt.runId,
      requiresResponse: true,
      responseTimeoutMs: round.timeoutMs,
      expiresInMs: round.timeoutMs, // what nobody needs any more is not handled
      ...(round.priority !== undefined && { priority: round.priority }),
    })),
  );
  return sent.map((one, index): Sent => {
    const to = requests[index]?.to ?? '';
    return one instanceof CadreError
      ? { to, messageId: null, error: one.message }
      : { to: one.recipient_id, messageId: one.id, error: null };
  });
}

/** Lets a run go on with the answers it has by now. False when it has ended. */
export async function hurry(tx: TenantTx, { runs }: { runs: Runs }, runId: string, name: string) {
  return runs.signal(tx, runId, `ask:${name}`, true);
}

/** Ends what is still open of a round that nobody waits for any more. */
export async function withdraw(
  needs: AskNeeds,
  attempt: Attempt,
  name: string,
  because: string,
): Promise<void> {
  const { store, mail } = needs;
  await store.write(attempt.tenantId, async (tx) => {
    const open = await selectOpenOf(tx, asking(attempt.runId, name));
    const end = { status: 'expired' as const, error: because, result: null };
    await mail.close(
      tx,
      open.map(({ id }) => ({ id, ...end })),
    );
  });
}

async function replyOf(tx: TenantTx, sent: Sent): Promise<Reply> {
  const at = { agentId: sent.to, messageId: sent.messageId };
  if (sent.messageId === null) return { ...at, status: 'refused', data: null, error: sent.error, ms: null };
  const row = await selectMessage(tx, sent.messageId);
  if (row?.status === 'acknowledged') {
    const ms = Number(row.acknowledged_at) - Number(row.created_at);
    return { ...at, status: 'answered', data: await answerOf(tx, row), error: null, ms };
  }
  const isOver = row !== undefined && ['failed', 'dead'].includes(row.status);
  return { ...at, status: isOver ? 'failed' : 'timeout', data: null, error: row?.error ?? null, ms: null };
}

/** The first answer of the one who was asked; without one what its handler said with the acknowledgement. */
async function answerOf(tx: TenantTx, row: MessageRow): Promise<Json> {
  const replies = await selectReplies(tx, row.id, 10);
  const reply = replies.find((one) => one.sender_id === row.recipient_id && one.late === 0);
  if (!reply) return row.result === null ? null : JSON.parse(row.result);
  const payload: { data?: Json } = JSON.parse(reply.payload);
  return payload.data ?? null;
}

async function noteRelations(tx: TenantTx, by: string, replies: Reply[]): Promise<void> {
  await recordInteractions(
    tx,
    replies
      .filter((one) => one.messageId !== null)
      .map((one) => ({
        agentId: by,
        peerId: one.agentId,
        isSuccess: one.status === 'answered',
        ms: one.ms ?? 0,
      })),
  );
}

/** Wakes a run when the last of its requests has ended, in the transaction that ends it. */
export function gather({ runs }: { runs: Runs }): MailListener {
  return {
    async ended(tx, closed) {
      const senders = new Set(closed.map((row) => row.sender_id).filter((id) => id.startsWith(ASKS)));
      for (const sender of [...senders].sort()) {
        const [, runId = '', ...name] = sender.split(':');
        // Held by the mail already; before the count in any case: of two answers at the same time the later one sees that it is the last.
        if ((await runs.hold(tx, runId)) && (await countUnended(tx, sender)) === 0)
          await runs.signal(tx, runId, `ask:${name.join(':')}`, true);
      }
      return [];
    },
  };
}
