import { agentSpecSchema } from '../../agents/agent.ts';
import { expectedSuccess } from '../../energy/prediction.ts';
import type { MailListener } from '../../messages/listener.ts';
import type { Mail } from '../../messages/mail.ts';
import type { EventLog } from '../../platform/events/events.ts';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { Handler } from '../../platform/runs/run.ts';
import type { Runs } from '../../platform/runs/runs.ts';
import type { MessageRow } from '../../platform/store/schema.ts';
import type { Store, TenantTx } from '../../platform/store/transaction.ts';
import {
  closeVote,
  holdVote,
  insertVote,
  selectBallots,
  selectBallotsByMessage,
  selectVote,
  setBallotMessages,
  updateBallot,
  type VoteView,
} from '../../platform/store/votes.ts';
import { type Outcome, tally, type VoteRule } from './tally.ts';
import { answerSchema, checkChoice, VOTE_REQUEST, voteSchema } from './vote.ts';

export interface VoteNeeds {
  store: Store;
  events: EventLog;
  runs: Runs;
  mail: Mail;
}

/** A vote to be opened. */
export interface Opening {
  teamId: string | null;
  question: string;
  options: string[];
  rule: VoteRule;
  capability: string | null;
  quorum: number;
  end: { deadline: number } | { timeoutMs: number };
  by: string;
  voters: Array<{ id: string; weight: number }>;
}

/** The run that closes a vote waits on this name; a vote and its run have the same id. */
const COMPLETE = 'complete';
const partyOf = (voteId: string) => `vote:${voteId}`;

/**
 * How much a voter's ballot weighs under the rule `weighted`: the success to expect of it, from its record with its
 * stated confidence as the prior, as assignment judges it. A voter that does not offer the capability starts at 0.
 */
export function weightOf(
  agent: { spec: string; succeeded: number; failed: number },
  capability: string | null,
): number {
  const { capabilities } = agentSpecSchema.parse(JSON.parse(agent.spec));
  const stated =
    capability === null
      ? capabilities.reduce((sum, one) => sum + one.confidence, 0) / Math.max(1, capabilities.length)
      : (capabilities.find((one) => one.name === capability)?.confidence ?? 0);
  return expectedSuccess({ confidence: stated, succeeded: agent.succeeded, failed: agent.failed });
}

/**
 * Opens a vote: the row, its voters, a message to each, and the run that closes it commit together. A voter whose
 * mailbox refuses the message has its vote all the same, by operation.
 * @throws CadreError `message/deadline-past`
 */
export async function openVote(tx: TenantTx, needs: VoteNeeds, opening: Opening): Promise<string> {
  const { question, options, rule, voters } = opening;
  const id = newId();
  await insertVote(
    tx,
    {
      id,
      team_id: opening.teamId,
      question,
      options: JSON.stringify(options),
      rule,
      capability: opening.capability,
      quorum: opening.quorum,
      opened_by: opening.by,
    },
    opening.end,
    voters.map((voter) => ({ agent_id: voter.id, weight: voter.weight })),
  );
  const vote = await selectVote(tx, id);
  const leftMs = Number(vote?.left_ms ?? 0);
  const deadline = Number(vote?.deadline ?? 0);
  if (leftMs <= 0) throw new CadreError('message/deadline-past', { expiresAt: toRfc3339(deadline) });
  const sent = await needs.mail.sendEach(
    tx,
    voters.map((voter) => ({
      from: { type: 'person' as const, id: partyOf(id) },
      to: voter.id,
      type: 'coordination_request' as const,
      subject: question.slice(0, 500),
      payload: {
        requestType: VOTE_REQUEST,
        data: { voteId: id, question, options, rule, deadline: toRfc3339(deadline) },
      },
      conversationId: partyOf(id),
      correlationId: id,
      expiresAt: deadline,
      requiresResponse: true,
      responseTimeoutMs: leftMs,
    })),
  );
  const asked = sent.flatMap((one, index) =>
    one instanceof CadreError ? [] : [{ agent_id: voters[index]?.id ?? '', message_id: one.id }],
  );
  await setBallotMessages(tx, id, asked);
  await needs.runs.enqueue(tx, [{ id, kind: 'vote.close', tenantId: tx.tenantId, payload: { voteId: id } }]);
  await needs.events.append(tx, [
    fact(tx, 'vote.opened', {
      voteId: id,
      teamId: opening.teamId,
      question,
      rule,
      voters: voters.length,
      asked: asked.length,
      by: opening.by,
    }),
  ]);
  return id;
}

/**
 * Records a ballot, or changes it while the vote is open. With the last one the vote closes.
 * @throws CadreError `vote/not-found`, `vote/closed`, `vote/not-voter`, `vote/bad-ballot`
 */
export async function castBallot(
  tx: TenantTx,
  needs: Pick<VoteNeeds, 'events' | 'runs'>,
  voteId: string,
  ballot: { agent: string; choice: string[]; note?: string | undefined; by: string },
): Promise<void> {
  await needs.runs.hold(tx, voteId); // before its row, as the run itself does
  const vote = await holdVote(tx, voteId);
  if (!vote) throw new CadreError('vote/not-found', { id: voteId });
  if (vote.status !== 'open' || Number(vote.left_ms) <= 0)
    throw new CadreError('vote/closed', { id: voteId });
  const ballots = await selectBallots(tx, [voteId]);
  const own =
    ballots.find((one) => one.agent_id === ballot.agent) ?? ballots.find((one) => one.name === ballot.agent);
  if (!own) throw new CadreError('vote/not-voter', { id: voteId, agent: ballot.agent });
  const { rule } = voteSchema.pick({ rule: true }).parse(vote);
  checkChoice(rule, JSON.parse(vote.options), ballot.choice);
  await updateBallot(tx, voteId, own.agent_id, {
    choice: JSON.stringify(ballot.choice),
    note: ballot.note ?? null,
    cast_by: ballot.by,
  });
  await needs.events.append(tx, [
    fact(
      tx,
      'vote.cast',
      {
        voteId,
        question: vote.question,
        choice: ballot.choice,
        weight: own.weight,
        by: ballot.by,
        changed: own.cast_at !== null,
      },
      own.agent_id,
    ),
  ]);
  const isComplete = ballots.every((one) => one.cast_at !== null || one.agent_id === own.agent_id);
  if (isComplete) await needs.runs.signal(tx, voteId, COMPLETE, true);
}

/** Answers of voters become ballots in the transaction that brings them. Late ones change nothing. */
export function collect(needs: Pick<VoteNeeds, 'events' | 'runs'>): MailListener {
  return {
    async added(tx, rows) {
      const answers = rows.filter(
        (row) =>
          row.type === 'coordination_response' && row.recipient_id.startsWith('vote:') && row.in_reply_to,
      );
      if (answers.length === 0) return;
      const asked = await selectBallotsByMessage(
        tx,
        answers.flatMap((row) => row.in_reply_to ?? []),
      );
      const found = answers.flatMap((row) => {
        const ballot = asked.find(
          (one) => one.message_id === row.in_reply_to && one.agent_id === row.sender_id,
        );
        return ballot ? [{ row, voteId: ballot.vote_id }] : [];
      });
      // Votes are held in one order, so that no two transactions wait for one another.
      found.sort((a, b) => (a.voteId < b.voteId ? -1 : 1));
      for (const { row, voteId } of found) await take(tx, row, voteId);
    },
  };

  async function take(tx: TenantTx, row: MessageRow, voteId: string): Promise<void> {
    const payload: { data?: unknown } = JSON.parse(row.payload);
    const parsed = answerSchema.safeParse(payload.data);
    try {
      if (row.late) throw new CadreError('vote/closed', { id: voteId });
      if (!parsed.success)
        throw new CadreError('vote/bad-ballot', { detail: 'the answer has no `data.choice`' });
      await castBallot(tx, needs, voteId, {
        agent: row.sender_id,
        ...parsed.data,
        by: `message:${row.id}`,
      });
    } catch (error) {
      if (!(error instanceof CadreError)) throw error;
      const data = { voteId, messageId: row.id, reason: error.code, sentence: error.message };
      await needs.events.append(tx, [fact(tx, 'vote.refused', data, row.sender_id)]);
    }
  }
}

/** Closes a vote when every voter has answered, or when its time is up. Waiting is a row. */
export function voteClose(needs: Pick<VoteNeeds, 'store' | 'events'>): Handler {
  const { store } = needs;
  const voteIdOf = (payload: Record<string, unknown>) => String(payload.voteId);
  return {
    async work(attempt) {
      const voteId = voteIdOf(attempt.payload);
      const look = () =>
        store.read(attempt.tenantId, async (tx) => {
          const vote = await selectVote(tx, voteId);
          const ballots = await selectBallots(tx, [voteId]);
          const isComplete = ballots.every((ballot) => ballot.cast_at !== null);
          return { vote, leftMs: isComplete ? 0 : Number(vote?.left_ms ?? 0) };
        });
      const { vote, leftMs } = await look();
      if (vote?.status !== 'open') return {}; // closed by the other run, or gone
      if (leftMs > 0) await attempt.wait(COMPLETE, { timeoutMs: leftMs });
      const after = await look();
      if (after.leftMs > 0) return attempt.postpone(after.leftMs);
      return { commit: (tx) => close(tx, needs, voteId) };
    },
    // It is not left open; what was given up too early is not counted, for who is silent may still have answered.
    giveUp: (tx, failure) => close(tx, needs, failure.runId, failure.error.message),
  };
}

async function close(
  tx: TenantTx,
  { events }: Pick<VoteNeeds, 'events'>,
  voteId: string,
  failure?: string,
): Promise<void> {
  const vote: VoteView | undefined = await holdVote(tx, voteId);
  if (vote?.status !== 'open') return;
  const ballots = (await selectBallots(tx, [voteId])).map((ballot) => ({
    weight: ballot.weight,
    choice: ballot.choice === null ? null : (JSON.parse(ballot.choice) as string[]), // written by castBallot
  }));
  const { rule } = voteSchema.pick({ rule: true }).parse(vote);
  const question = { rule, options: JSON.parse(vote.options) as string[], quorum: vote.quorum }; // written by openVote
  const silent = ballots.filter((ballot) => ballot.choice === null).length;
  const isDue = silent === 0 || Number(vote.left_ms) <= 0;
  const { rounds, ...end }: Outcome = isDue
    ? tally(question, ballots)
    : { status: 'failed', winner: null, reason: 'given-up', rounds: [] };
  await closeVote(tx, voteId, { ...end, rounds: JSON.stringify(rounds) });
  await events.append(tx, [
    fact(tx, 'vote.closed', {
      voteId,
      teamId: vote.team_id,
      question: vote.question,
      ...end,
      voters: ballots.length,
      silent,
      ...(failure !== undefined && { error: failure }),
    }),
  ]);
}

function fact(
  tx: TenantTx,
  type: 'vote.opened' | 'vote.cast' | 'vote.refused' | 'vote.closed',
  data: Record<string, unknown>,
  agentId: string | null = null,
) {
  return { tenantId: tx.tenantId, type, agentId, data };
}
