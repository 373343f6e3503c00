import type { Mail } from '../../messages/mail.ts';
import { MAX_PAYLOAD_BYTES } from '../../messages/payloads.ts';
import type { EventLog, EventType } from '../../platform/events/events.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { Json } from '../../platform/kernel/json.ts';
import type { Handler } from '../../platform/runs/run.ts';
import type { Runs } from '../../platform/runs/runs.ts';
import type { CollaborationMemberRow, CollaborationRow } from '../../platform/store/collaboration-rows.ts';
import {
  askForEnd,
  countContributions,
  endCollaboration,
  holdCollaboration,
  insertCollaboration,
  insertContributions,
  noteLeftOut,
  selectCollaboration,
  selectContributions,
  selectParticipants,
} from '../../platform/store/collaborations.ts';
import type { Store, TenantTx } from '../../platform/store/transaction.ts';
import { askAndKeep, hurry, type Reply, type Request, withdraw } from '../ask.ts';
import {
  askedIn,
  COLLABORATE,
  conversationOf,
  countsOf,
  type Ending,
  EXPERIMENT,
  endingAfter,
  type MODES,
  outcomeOf,
  roundOf,
} from './collaboration.ts';
import { bytesOf, fitHistory } from './history.ts';

export interface CollaborationNeeds {
  store: Store;
  events: EventLog;
  runs: Runs;
  mail: Mail;
}

/** A collaboration to be started. */
export interface Start {
  kind: 'collaboration' | 'experiment';
  mode: (typeof MODES)[number];
  goal: string | null;
  type: string | null;
  params: Record<string, Json>;
  /** Id of the agent for which it is done. */
  fromId: string | null;
  teamId: string | null;
  rounds: number;
  timeoutMs: number;
  members: Array<{ id: string; name: string }>;
  by: string;
}

/** What everybody is told takes at most half of a message; the rest is for the history. */
const TOLD_LIMIT_BYTES = MAX_PAYLOAD_BYTES / 2;
/** For what stands around the data in a payload. */
const ENVELOPE_BYTES = 512;
const turnName = (turn: number) => `turn-${turn}`;
const ENDED = 'The collaboration was ended; nobody waits for this any more.';

/**
 * Starts a collaboration: the row, its members and the run that asks them commit together.
 * @throws CadreError `message/too-large` when goal and parameters leave no room for the history
 */
export async function startCollaboration(
  tx: TenantTx,
  { events, runs }: Pick<CollaborationNeeds, 'events' | 'runs'>,
  start: Start,
): Promise<string> {
  const { members, by, ...told } = start;
  const bytes = bytesOf([start.goal, start.type, start.params]);
  if (bytes > TOLD_LIMIT_BYTES)
    throw new CadreError('message/too-large', { bytes, limitBytes: TOLD_LIMIT_BYTES });
  const id = newId();
  await insertCollaboration(
    tx,
    {
      id,
      kind: told.kind,
      mode: told.mode,
      goal: told.goal,
      type: told.type,
      params: JSON.stringify(told.params),
      from_id: told.fromId,
      team_id: told.teamId,
      rounds: told.rounds,
      timeout_ms: told.timeoutMs,
      started_by: by,
    },
    members,
  );
  await runs.enqueue(tx, [{ id, kind: 'collaboration.advance', tenantId: tx.tenantId }]);
  await events.append(tx, [
    fact(tx, 'collaboration.started', id, {
      kind: told.kind,
      mode: told.mode,
      what: titleOf(told),
      members: members.length,
      by,
    }),
  ]);
  return id;
}

/**
 * Asks for the end of a collaboration: its run ends it with the contributions it has by now.
 * @throws CadreError `collaboration/not-found`, `collaboration/over`
 */
export async function stopCollaboration(
  tx: TenantTx,
  { runs }: Pick<CollaborationNeeds, 'runs'>,
  id: string,
): Promise<void> {
  await runs.hold(tx, id); // before its row, as the run itself does
  const row = await holdCollaboration(tx, id);
  if (!row) throw new CadreError('collaboration/not-found', { id });
  if (row.status !== 'running') throw new CadreError('collaboration/over', { id, status: row.status });
  await askForEnd(tx, id, 'stopped');
  await hurry(tx, { runs }, id, turnName(row.turn));
}

/** Asks the members turn by turn and keeps what each contributes. The run has the id of its collaboration. */
export function collaborationAdvance(needs: CollaborationNeeds): Handler {
  const { store } = needs;
  return {
    async work(attempt) {
      const id = attempt.runId;
      const found = await store.read(attempt.tenantId, async (tx) => ({
        row: await selectCollaboration(tx, id),
        members: await selectParticipants(tx, [id]),
      }));
      const { row, members } = found;
      if (row?.status !== 'running') return {};
      for (let turn = 0; ; turn += 1) {
        const ending = await askAndKeep<Ending | null>(
          attempt,
          needs,
          {
            name: turnName(turn),
            requests: (tx) => compose(tx, id, turn, members),
            conversationId: conversationOf(id),
            timeoutMs: Number(row.timeout_ms),
            ...(row.from_id !== null && { by: row.from_id }),
          },
          (tx, replies) => keep(tx, needs, id, turn, members, replies),
        );
        if (ending === null) continue;
        if (ending === 'stopped') await withdraw(needs, attempt, turnName(turn), ENDED);
        return { commit: (tx) => end(tx, needs, id, ending, null) };
      }
    },
    giveUp: (tx, failure) => end(tx, needs, failure.runId, 'broken', failure.error.message),
  };
}

/** What the members of a turn are asked, with what they may see; nothing once its end was asked for. */
async function compose(
  tx: TenantTx,
  id: string,
  turn: number,
  members: readonly CollaborationMemberRow[],
): Promise<Request[]> {
  const row = await holdCollaboration(tx, id);
  if (row?.status !== 'running' || row.ended_because !== null) return [];
  const told = toldOf(row, turn);
  const contributions = row.mode === 'parallel' ? [] : await selectContributions(tx, id);
  const { entries, leftOut } = fitHistory(
    contributions
      .filter((one) => one.status === 'answered')
      .map((one) => ({
        agentId: one.agent_id,
        agent: one.name,
        round: roundOf(row.mode, one.turn),
        data: JSON.parse(one.data ?? 'null'),
      })),
    MAX_PAYLOAD_BYTES - bytesOf(told) - ENVELOPE_BYTES,
  );
  if (leftOut > 0) await noteLeftOut(tx, id, leftOut);
  const data =
    row.kind === 'experiment'
      ? told
      : { ...told, history: entries as unknown as Json, ...(leftOut > 0 && { historyLeftOut: leftOut }) }; // plain data
  const requestType = row.kind === 'experiment' ? EXPERIMENT : COLLABORATE;
  const subject = titleOf({ ...row, params: JSON.parse(row.params) });
  return askedIn(row.mode, turn, members).map((member) => ({
    to: member.agent_id,
    requestType,
    data,
    subject,
  }));
}

function toldOf(row: CollaborationRow, turn: number): Record<string, Json> {
  const params: Record<string, Json> = JSON.parse(row.params);
  if (row.kind === 'experiment') return { collaborationId: row.id, ...params };
  return {
    collaborationId: row.id,
    mode: row.mode,
    round: roundOf(row.mode, turn),
    rounds: row.rounds,
    goal: row.goal,
    type: row.type,
    params,
  };
}

/** Keeps what a turn brought; answers why it is the last one, or null. */
async function keep(
  tx: TenantTx,
  { events }: Pick<CollaborationNeeds, 'events'>,
  id: string,
  turn: number,
  members: readonly CollaborationMemberRow[],
  replies: readonly Reply[],
): Promise<Ending | null> {
  const row = await holdCollaboration(tx, id);
  if (!row) return 'stopped';
  const asked = askedIn(row.mode, turn, members);
  const isStopped = row.ended_because === 'stopped';
  // No reply at all: its end was asked for before anybody was.
  const rows = replies.flatMap((reply, place) => {
    const member = asked[place];
    if (!member) return [];
    const status = reply.status === 'timeout' ? 'silent' : reply.status;
    const why = isStopped ? ENDED : `It did not answer within ${Number(row.timeout_ms)} ms.`;
    return [
      {
        place,
        agent_id: member.agent_id,
        name: member.name,
        message_id: reply.messageId,
        status,
        data: status === 'answered' ? JSON.stringify(reply.data) : null,
        error: status === 'silent' ? why : reply.error,
        ms: reply.ms,
      },
    ];
  });
  await insertContributions(tx, id, turn, rows);
  await events.append(
    tx,
    rows.map((one) =>
      fact(
        tx,
        'collaboration.contributed',
        id,
        {
          kind: row.kind,
          what: titleOf({ ...row, params: JSON.parse(row.params) }),
          agent: one.name,
          round: roundOf(row.mode, turn),
          status: one.status,
          ms: one.ms,
          messageId: one.message_id,
          ...(one.error !== null && { error: one.error }),
        },
        one.agent_id,
      ),
    ),
  );
  if (isStopped) return 'stopped';
  const at = { mode: row.mode, rounds: row.rounds, turn, members: members.length };
  return endingAfter(at, row.mode === 'iterative' ? await selectContributions(tx, id) : []) ?? null;
}

async function end(
  tx: TenantTx,
  { events }: Pick<CollaborationNeeds, 'events'>,
  id: string,
  because: Ending,
  failure: string | null,
): Promise<void> {
  const row = await holdCollaboration(tx, id);
  if (row?.status !== 'running') return;
  const counts = countsOf(await countContributions(tx, [id]));
  const outcome = outcomeOf(because, counts);
  const reason = failure ?? (outcome.status === 'failed' ? await whyNobody(tx, id, counts.asked) : null);
  await endCollaboration(tx, id, { ...outcome, ended_because: because, reason });
  await events.append(tx, [
    fact(tx, 'collaboration.ended', id, {
      kind: row.kind,
      what: titleOf({ ...row, params: JSON.parse(row.params) }),
      ...outcome,
      because,
      ...counts,
      ...(reason !== null && { reason }),
    }),
  ]);
}

/** Of the first that failed, what it said: who reads it sees at once what to look at. */
async function whyNobody(tx: TenantTx, id: string, asked: number): Promise<string> {
  const [first] = (await selectContributions(tx, id)).filter((one) => one.error !== null);
  return `none of ${asked} requests was answered${first ? `; ${first.name}: ${first.error}` : '.'}`;
}

function titleOf(told: { goal: string | null; type: string | null; params: Record<string, Json> }): string {
  const { hypothesis } = told.params;
  const asked =
    typeof hypothesis === 'object' && hypothesis !== null && !Array.isArray(hypothesis)
      ? hypothesis.description
      : undefined;
  const title = told.goal ?? (typeof asked === 'string' ? asked : undefined) ?? told.type ?? 'work together';
  return title.slice(0, 500);
}

function fact(
  tx: TenantTx,
  type: EventType & `collaboration.${string}`,
  id: string,
  data: Record<string, unknown>,
  agentId: string | null = null,
) {
  return { tenantId: tx.tenantId, type, agentId, data: { collaborationId: id, ...data } };
}
