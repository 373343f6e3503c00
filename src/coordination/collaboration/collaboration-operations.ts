import { z } from 'zod';
import { awaitEnd, MAX_WAIT_MS } from '../../messages/wait.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import type { Clock } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { byId, type Caller, operation, someId } from '../../platform/kernel/operation.ts';
import type { CollaborationRow } from '../../platform/store/collaboration-rows.ts';
import {
  countContributions,
  selectCollaboration,
  selectCollaborations,
  selectContributions,
  selectParticipants,
} from '../../platform/store/collaborations.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { keepAnswer } from '../../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../../tenants/page.ts';
import { asker, type Invitation, invited } from '../invite.ts';
import { type CollaborationNeeds, type Start, startCollaboration, stopCollaboration } from './collaborate.ts';
import {
  COLLABORATION_STATUSES,
  type Collaboration,
  collaborationSchema,
  countsOf,
  KINDS,
  MODES,
  toCollaboration,
  toContribution,
  type WholeCollaboration,
  wholeCollaborationSchema,
} from './collaboration.ts';

const agentName = z.string().min(1).max(80);
const requestTimeoutMs = z.coerce.number().int().min(100).max(3_600_000);
const waitMs = z.coerce.number().int().min(0).max(MAX_WAIT_MS);
/** Those who go one after another, or in rounds, see one another: more would not fit into a message. */
const SEEING_LIMIT = 50;
const PARALLEL_LIMIT = 1_000;
const DEFAULT_ROUNDS = 3;
const MAX_ROUNDS = 10;
const TIMEOUT_MS = 30_000;
/** FEATURES CO-5, 3. */
const EXPERIMENT_TIMEOUT_MS = 45_000;
const END_WAIT_MS = 5_000;

type Needs = CollaborationNeeds & { bus: Bus; clock: Clock };

/** A hypothesis to be tried out (FEATURES CO-5, 10). */
const hypothesisSchema = z.object({
  id: z.string().min(1).max(200).optional(),
  description: z.string().trim().min(1).max(5_000),
  parameters: z.record(z.string(), z.json()).default({}),
  experimentPlan: z.json().default(null),
});

/** What people can do with collaborations. */
export const collaborationOperations = [
  operation({
    name: 'collaborations.start',
    summary: 'Has agents work on one thing together: in parallel, one after another, or in rounds.',
    route: { method: 'POST', path: '/collaborations', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      mode: z.enum(MODES),
      goal: z.string().trim().min(1).max(10_000).optional(),
      /** What kind of work; agents with built-in skills do it where it is one of their capabilities. */
      type: z.string().trim().min(1).max(80).optional(),
      params: z.record(z.string(), z.json()).default({}),
      /** Ids or names, in order, two at least; or `teamId`. */
      agents: z.array(agentName).max(PARALLEL_LIMIT).optional(),
      teamId: z.string().optional(),
      /** The agent for which it is done; its relations are kept. */
      from: agentName.optional(),
      /** Of the mode `iterative`. */
      rounds: z.coerce.number().int().min(1).max(MAX_ROUNDS).default(DEFAULT_ROUNDS),
      /** Of one request. */
      timeoutMs: requestTimeoutMs.default(TIMEOUT_MS),
      /** Waits so long for the end. */
      waitMs: waitMs.default(0),
    }),
    output: wholeCollaborationSchema,
    example: { mode: 'parallel', goal: 'Name the risks.', agents: ['Writer', 'Researcher'], waitMs: 0 },
    run: async (needs: Needs, caller, { agents, teamId, from, waitMs: wait, rounds, ...told }) =>
      begin(needs, caller, wait, async (tx) => ({
        kind: 'collaboration',
        mode: told.mode,
        goal: told.goal ?? null,
        type: told.type ?? null,
        params: told.params,
        fromId: await asker(tx, from),
        teamId: teamId ?? null,
        rounds: told.mode === 'iterative' ? rounds : 1,
        timeoutMs: told.timeoutMs,
        members: await invited(
          tx,
          { agents, teamId },
          { least: 2, most: told.mode === 'parallel' ? PARALLEL_LIMIT : SEEING_LIMIT },
        ),
        by: caller.actor.name,
      })),
  }),
  operation({
    name: 'collaborations.experiment',
    summary: 'Asks every fitting agent but the sender to try out a hypothesis; brings all results.',
    route: { method: 'POST', path: '/collaborations/experiments', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      hypothesis: hypothesisSchema,
      /** The agent that asks. */
      from: agentName.optional(),
      /** Everybody who offers it; or `agents`, or `teamId`. */
      capability: z.string().min(1).max(80).optional(),
      agents: z.array(agentName).max(PARALLEL_LIMIT).optional(),
      teamId: z.string().optional(),
      timeoutMs: requestTimeoutMs.default(EXPERIMENT_TIMEOUT_MS),
      /** Waits so long for the end. */
      waitMs: waitMs.default(0),
    }),
    output: wholeCollaborationSchema,
    example: {
      hypothesis: { description: 'Shorter passages are cited better.', parameters: { words: 40 } },
      capability: 'question.answer',
    },
    run: async (needs: Needs, caller, { hypothesis, from, timeoutMs, waitMs: wait, ...whom }) =>
      begin(needs, caller, wait, async (tx) => {
        const fromId = await asker(tx, from);
        const invitation: Invitation = whom;
        return {
          kind: 'experiment',
          mode: 'parallel',
          goal: null,
          type: null,
          params: { hypothesis: { ...hypothesis, id: hypothesis.id ?? null } },
          fromId,
          teamId: whom.teamId ?? null,
          rounds: 1,
          timeoutMs,
          members: await invited(tx, invitation, { least: 1, most: PARALLEL_LIMIT, but: fromId }),
          by: caller.actor.name,
        };
      }),
  }),
  operation({
    name: 'collaborations.list',
    summary: 'Collaborations and experiments with how they stand, newest first; filter by kind or status.',
    route: { method: 'GET', path: '/collaborations' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      kind: z.enum(KINDS).optional(),
      status: z.enum(COLLABORATION_STATUSES).optional(),
      teamId: z.string().optional(),
      ...pagesUpTo(100),
    }),
    output: pageOf(collaborationSchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, input) => readPage(store, caller, input, selectCollaborations, seen),
  }),
  operation({
    name: 'collaborations.get',
    summary: 'One collaboration with what each member contributed, when, and who failed and why.',
    route: { method: 'GET', path: '/collaborations/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: wholeCollaborationSchema,
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) => store.read(caller.tenantId, (tx) => show(tx, id)),
  }),
  operation({
    name: 'collaborations.end',
    summary: 'Ends a collaboration early; what was contributed by then is kept.',
    route: { method: 'POST', path: '/collaborations/{id}/end' },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      id: z.string(),
      /** Waits so long until it has ended. */
      waitMs: waitMs.default(END_WAIT_MS),
    }),
    output: wholeCollaborationSchema,
    example: { id: someId },
    async run(needs: Needs, caller, { id, waitMs: wait }) {
      const stopping = await needs.store.write(caller.tenantId, async (tx) => {
        await stopCollaboration(tx, needs, id);
        const answer = await show(tx, id);
        await keepAnswer(tx, caller, 200, answer);
        return answer;
      });
      return wait === 0 ? stopping : ended(needs, caller, id, wait);
    },
  }),
];

/** Starts one and waits for its end as long as the caller wishes. */
async function begin(
  needs: Needs,
  caller: Caller,
  wait: number,
  prepare: (tx: TenantTx) => Promise<Start>,
): Promise<WholeCollaboration> {
  const started = await needs.store.write(caller.tenantId, async (tx) => {
    const id = await startCollaboration(tx, needs, await prepare(tx));
    const answer = await show(tx, id);
    await keepAnswer(tx, caller, 201, answer);
    return answer;
  });
  return wait === 0 ? started : ended(needs, caller, started.id, wait);
}

function ended(needs: Needs, caller: Caller, id: string, wait: number) {
  const isOpen = async (tx: TenantTx) => (await selectCollaboration(tx, id))?.status === 'running';
  return awaitEnd(needs, caller, { isOpen, show: (tx) => show(tx, id) }, wait);
}

async function seen(tx: TenantTx, rows: CollaborationRow[]): Promise<Collaboration[]> {
  const ids = rows.map((row) => row.id);
  const members = Map.groupBy(await selectParticipants(tx, ids), (one) => one.collaboration_id);
  const counts = Map.groupBy(await countContributions(tx, ids), (one) => one.collaboration_id);
  return rows.map((row) =>
    toCollaboration(row, members.get(row.id) ?? [], countsOf(counts.get(row.id) ?? [])),
  );
}

async function show(tx: TenantTx, id: string): Promise<WholeCollaboration> {
  const row = await selectCollaboration(tx, id);
  const [one] = row ? await seen(tx, [row]) : [];
  if (!row || !one) throw new CadreError('collaboration/not-found', { id });
  const contributions = await selectContributions(tx, id);
  return { ...one, contributions: contributions.map((each) => toContribution(row.mode, each)) };
}
