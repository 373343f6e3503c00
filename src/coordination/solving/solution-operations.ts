import { z } from 'zod';
import { awaitEnd, MAX_WAIT_MS } from '../../messages/wait.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import type { Clock } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { byId, operation, someId } from '../../platform/kernel/operation.ts';
import type { Runs } from '../../platform/runs/runs.ts';
import {
  selectBoards,
  selectJudged,
  selectSolution,
  selectSolutions,
} from '../../platform/store/solutions.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { keepAnswer } from '../../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../../tenants/page.ts';
import { ANSWER_LENGTH } from './answer.ts';
import { begin } from './begin.ts';
import { gainSchema, toGain, toJudged } from './gain-view.ts';
import { judge } from './judge.ts';
import { METHODS } from './odds.ts';
import { SOLUTION_STATUSES, type Solution, solutionSchema, toSolution } from './solution.ts';
import type { SolveNeeds } from './solve.ts';

interface SolutionNeeds extends SolveNeeds {
  runs: Runs;
  bus: Bus;
  clock: Clock;
}

const agentName = z.string().min(1).max(80);
const type = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,79}$/i, 'such as triage');
const option = z.string().trim().min(1).max(200);
const ANSWER_MS = 30_000;
const DAY_MS = 86_400_000;
/** The latest judged tasks that a gain is measured over. */
const GAIN_TASKS = 5_000;

/** What people can do with questions that agents solve together. */
export const solutionOperations = [
  operation({
    name: 'solutions.start',
    summary: 'Puts a question to several agents and makes one answer of theirs; waits for it up to waitMs.',
    route: { method: 'POST', path: '/solutions', status: 202 },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      question: z.string().trim().min(1).max(10_000),
      /** Without options the answers are free: equal ones are grouped. */
      options: z
        .array(option)
        .min(2)
        .max(50)
        .refine((options) => new Set(options).size === options.length, 'each option once')
        .optional(),
      /** What the agents need to know beside the question. */
      input: z.record(z.string(), z.json()).default({}),
      /** Type of task: the record of agents is kept by type. */
      type: type.default('general'),
      /** Ids or names of agents; or a team; or who offers the capability. Without all three: the type is it. */
      agents: z.array(agentName).min(1).max(1_000).optional(),
      teamId: z.string().optional(),
      capability: z.string().max(80).optional(),
      /** Voting is for what must be right; a cascade asks the cheapest first and stops when it is sure. */
      method: z.enum(METHODS).default('cascade'),
      /** A cascade stops when an answer is this likely. */
      threshold: z.coerce.number().min(0.5).max(0.999_999).default(0.85),
      /** An answer that is less likely is none. */
      floor: z.coerce.number().min(0).max(1).default(0),
      /** Of a cascade: whether those asked later see what stands on the board. Then they cost more, or copy. */
      board: z.enum(['shown', 'hidden']).default('hidden'),
      /** Asks those who were not needed too, for the record. */
      measure: z.boolean().default(false),
      /** For one agent to answer. */
      timeoutMs: z.coerce.number().int().min(100).max(DAY_MS).default(ANSWER_MS),
      waitMs: z.coerce.number().int().min(0).max(MAX_WAIT_MS).default(0),
    }),
    output: solutionSchema,
    example: {
      question: 'Which queue does this ticket belong to?',
      options: ['billing', 'technical', 'sales'],
      type: 'triage',
      teamId: someId,
      input: { text: 'I was charged twice.' },
    },
    async run(needs: SolutionNeeds, caller, { waitMs, ...input }) {
      const begun = await needs.store.write(caller.tenantId, async (tx) => {
        const id = await begin(tx, needs, { ...input, by: caller.actor.name });
        const solution = await show(tx, id);
        await keepAnswer(tx, caller, 202, solution);
        return solution;
      });
      if (waitMs === 0) return begun;
      const isOpen = async (tx: TenantTx) => (await selectSolution(tx, begun.id))?.status === 'open';
      return awaitEnd(needs, caller, { isOpen, show: (tx) => show(tx, begun.id) }, waitMs);
    },
  }),
  operation({
    name: 'solutions.list',
    summary: 'Solutions with their boards, newest first; filter by team, type or status.',
    route: { method: 'GET', path: '/solutions' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      teamId: z.string().optional(),
      type: type.optional(),
      status: z.enum(SOLUTION_STATUSES).optional(),
      ...pagesUpTo(100),
    }),
    output: pageOf(solutionSchema),
    example: { limit: 10 },
    run: ({ store }: SolutionNeeds, caller, input) =>
      readPage(store, caller, input, selectSolutions, async (tx, solutions) => {
        const ids = solutions.map((solution) => solution.id);
        const boards = Map.groupBy(await selectBoards(tx, ids), (entry) => entry.solution_id);
        return solutions.map((solution) => toSolution(solution, boards.get(solution.id) ?? []));
      }),
  }),
  operation({
    name: 'solutions.gain',
    summary:
      'Whether the team is better than its best single agent at a type of task, as judged; also when not.',
    route: { method: 'GET', path: '/solutions/gain' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ type: type.default('general') }),
    output: gainSchema,
    example: { type: 'triage' },
    run: ({ store }: SolutionNeeds, caller, input) =>
      store.read(caller.tenantId, async (tx) => {
        const rows = (await selectJudged(tx, input.type, GAIN_TASKS)).reverse();
        const boards = await selectBoards(
          tx,
          rows.map((row) => row.id),
        );
        return toGain(input.type, toJudged(rows, boards), boards);
      }),
  }),
  operation({
    name: 'solutions.get',
    summary: 'One solution: its answer, how likely each option is, and the board with every answer.',
    route: { method: 'GET', path: '/solutions/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: solutionSchema,
    example: { id: someId },
    run: ({ store }: SolutionNeeds, caller, { id }) => store.read(caller.tenantId, (tx) => show(tx, id)),
  }),
  operation({
    name: 'solutions.judge',
    summary: 'Says what was right: books it for everyone who answered; the same again changes nothing.',
    route: { method: 'POST', path: '/solutions/{id}/outcome' },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      id: z.string(),
      /** The right answer; or `correct`: whether the answer of the team was right. */
      answer: z.string().trim().min(1).max(ANSWER_LENGTH).optional(),
      correct: z.boolean().optional(),
      /** Who or what knows: a person, a test, a label. */
      source: z.string().trim().min(1).max(200).default('person'),
    }),
    output: solutionSchema,
    example: { id: someId, answer: 'billing', source: 'label' },
    run: (needs: SolutionNeeds, caller, { id, ...judgement }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        await judge(tx, needs, id, { ...judgement, by: caller.actor.name });
        const solution = await show(tx, id);
        await keepAnswer(tx, caller, 200, solution);
        return solution;
      }),
  }),
];

/** @throws CadreError `solution/not-found` */
async function show(tx: TenantTx, id: string): Promise<Solution> {
  const solution = await selectSolution(tx, id);
  if (!solution) throw new CadreError('solution/not-found', { id });
  return toSolution(solution, await selectBoards(tx, [id]));
}
