import { z } from 'zod';
import { fromRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { byId, operation, someId } from '../../platform/kernel/operation.ts';
import { selectAgent } from '../../platform/store/agents.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { selectBallots, selectVote, selectVotes } from '../../platform/store/votes.ts';
import { keepAnswer } from '../../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../../tenants/page.ts';
import { findAgents, rosterOf } from '../teams/roster.ts';
import { castBallot, openVote, type VoteNeeds, weightOf } from './ballots.ts';
import { defaultQuorum, VOTE_RULES } from './tally.ts';
import { choiceSchema, toVote, VOTE_STATUSES, type Vote, voteSchema } from './vote.ts';

const agentName = z.string().min(1).max(80);
const option = z.string().trim().min(1).max(200);
const VOTERS = 1_000;
const VOTE_MS = 60_000;
const WEEK_MS = 604_800_000;

/** What people can do with votes. */
export const voteOperations = [
  operation({
    name: 'votes.open',
    summary:
      'Asks the members of a team, or the agents named, to vote; each gets a message and may answer it.',
    route: { method: 'POST', path: '/votes', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      question: z.string().trim().min(1).max(2_000),
      options: z
        .array(option)
        .min(2)
        .max(50)
        .refine((options) => new Set(options).size === options.length, 'each option once'),
      /** Whose members vote; or `voters`: ids or names of agents. */
      teamId: z.string().optional(),
      voters: z.array(agentName).max(VOTERS).optional(),
      rule: z.enum(VOTE_RULES).default('majority'),
      /** Of the rule `weighted`: measured for this capability. */
      capability: z.string().max(80).optional(),
      /** Ballots for an option that are needed; by default more than half of the voters, all for `unanimous`. */
      quorum: z.coerce.number().int().min(1).optional(),
      /** It closes then (RFC 3339), or after `timeoutMs`. */
      deadline: z.iso.datetime({ offset: true }).optional(),
      timeoutMs: z.coerce.number().int().min(100).max(WEEK_MS).default(VOTE_MS),
    }),
    output: voteSchema,
    example: { question: 'Is the draft ready?', options: ['yes', 'no'], teamId: someId },
    run: (needs: VoteNeeds, caller, input) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const voters = await votersOf(tx, input);
        const quorum = input.quorum ?? defaultQuorum(input.rule, voters.length);
        if (quorum > voters.length)
          throw new CadreError('request/invalid', {
            detail: `quorum: ${quorum} ballots cannot come from ${voters.length} voters`,
          });
        const capability = input.capability ?? null;
        const deadline = input.deadline === undefined ? undefined : fromRfc3339(input.deadline);
        const id = await openVote(tx, needs, {
          teamId: input.teamId ?? null,
          question: input.question,
          options: input.options,
          rule: input.rule,
          capability,
          quorum,
          end: deadline === undefined ? { timeoutMs: input.timeoutMs } : { deadline },
          by: caller.actor.name,
          voters: voters.map((voter) => ({
            id: voter.id,
            weight: input.rule === 'weighted' ? weightOf(voter, capability) : 1,
          })),
        });
        const vote = await show(tx, id);
        await keepAnswer(tx, caller, 201, vote);
        return vote;
      }),
  }),
  operation({
    name: 'votes.list',
    summary: 'Votes with their outcome and every ballot, newest first; filter by team or status.',
    route: { method: 'GET', path: '/votes' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      teamId: z.string().optional(),
      status: z.enum(VOTE_STATUSES).optional(),
      ...pagesUpTo(100),
    }),
    output: pageOf(voteSchema),
    example: { limit: 10 },
    run: ({ store }: VoteNeeds, caller, input) =>
      readPage(store, caller, input, selectVotes, async (tx, votes) => {
        const ids = votes.map((vote) => vote.id);
        const ballots = Map.groupBy(await selectBallots(tx, ids), (ballot) => ballot.vote_id);
        return votes.map((vote) => toVote(vote, ballots.get(vote.id) ?? []));
      }),
  }),
  operation({
    name: 'votes.get',
    summary: 'One vote with its outcome, how it was counted, and every ballot.',
    route: { method: 'GET', path: '/votes/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: voteSchema,
    example: { id: someId },
    run: ({ store }: VoteNeeds, caller, { id }) => store.read(caller.tenantId, (tx) => show(tx, id)),
  }),
  operation({
    name: 'votes.cast',
    summary: 'Casts the ballot of a voter, or changes it while the vote is open; no choice is an abstention.',
    route: { method: 'POST', path: '/votes/{id}/ballots' },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      id: z.string(),
      agentId: agentName,
      /** One option; for the rule `ranked` several, preferred first. */
      choice: choiceSchema.default([]),
      note: z.string().max(2_000).optional(),
    }),
    output: voteSchema,
    example: { id: someId, agentId: someId, choice: 'yes' },
    run: (needs: VoteNeeds, caller, { id, agentId, choice, note }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        await castBallot(tx, needs, id, { agent: agentId, choice, note, by: caller.actor.name });
        const vote = await show(tx, id);
        await keepAnswer(tx, caller, 200, vote);
        return vote;
      }),
  }),
];

/** Who votes, each once. @throws CadreError `team/not-found`, `agent/not-found`, `request/invalid` */
async function votersOf(
  tx: TenantTx,
  { teamId, voters }: { teamId?: string | undefined; voters?: string[] | undefined },
): Promise<Array<{ id: string; spec: string; succeeded: number; failed: number }>> {
  const roster = teamId === undefined ? undefined : await rosterOf(tx, teamId);
  const named = await findAgents(tx, voters ?? []);
  const ids = voters ? named.map((one) => one.id) : (roster?.members.map((one) => one.agent_id) ?? []);
  if (ids.length === 0)
    throw new CadreError('request/invalid', { detail: 'voters: name a team with members, or agents' });
  const found = [];
  for (const id of ids) {
    const agent = roster?.members.find((one) => one.agent_id === id) ?? (await selectAgent(tx, id));
    if (!agent) throw new CadreError('agent/not-found', { id });
    found.push({ id, spec: agent.spec, succeeded: agent.succeeded, failed: agent.failed });
  }
  return found;
}

async function show(tx: TenantTx, id: string): Promise<Vote> {
  const vote = await selectVote(tx, id);
  if (!vote) throw new CadreError('vote/not-found', { id });
  return toVote(vote, await selectBallots(tx, [id]));
}
