import { ASSIGNABLE, agentSpecSchema } from '../../agents/agent.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { Json } from '../../platform/kernel/json.ts';
import type { Runs } from '../../platform/runs/runs.ts';
import { selectAgents } from '../../platform/store/agents.ts';
import { insertSolution, selectRecords, selectTrails } from '../../platform/store/solutions.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { findAgents, rosterOf } from '../teams/roster.ts';
import { expectedRight, inAskingOrder, type Method } from './odds.ts';
import type { SolveNeeds } from './solve.ts';
import { fade, markOf, STRONGEST, strengths } from './stigmergy.ts';

/** A question to be solved together. */
export interface Question {
  question: string;
  options?: string[] | undefined;
  /** What the agents need to know beside the question. */
  input: Record<string, Json>;
  /** Type of task: what is learned of agents is learned by type. */
  type: string;
  agents?: string[] | undefined;
  teamId?: string | undefined;
  capability?: string | undefined;
  method: Method;
  threshold: number;
  floor: number;
  board: 'shown' | 'hidden';
  measure: boolean;
  /** For one agent to answer. */
  timeoutMs: number;
  by: string;
}

/** Agents that one question is put to. */
export const MAX_SOLVERS = 50;
/** What every agent is sent; the board needs the rest of a message. */
const QUESTION_BYTES = 40_000;
/** Confidence of an agent that states none (EVOLUTION 2.3). */
const UNSTATED = 0.5;
/** Entry of the metadata of an agent's spec: what an answer costs, as long as none was measured. */
const PRICE = 'costUsd';

/**
 * Begins a solution: the row, the agents that may be asked in the order of asking, and the run that asks them commit
 * together.
 * @throws CadreError `solution/nobody`, `solution/too-many`, `request/invalid`, `agent/not-found`, `team/not-found`
 */
export async function begin(
  tx: TenantTx,
  needs: SolveNeeds & { runs: Runs },
  input: Question,
): Promise<string> {
  const bytes = Buffer.byteLength(JSON.stringify([input.question, input.options ?? null, input.input]));
  if (bytes > QUESTION_BYTES)
    throw new CadreError('request/invalid', {
      detail: `question, options and input have ${bytes} bytes together; at most ${QUESTION_BYTES} are sent`,
    });
  if (input.board === 'shown' && input.method !== 'cascade')
    throw new CadreError('request/invalid', {
      detail: `board: answers to a ${input.method} must not depend on one another; only a cascade may show it`,
    });
  const solvers = inAskingOrder(input.method, await judged(tx, input, await whoOf(tx, input)));
  if (solvers.length === 0)
    throw new CadreError('solution/nobody', { detail: 'no agent offers the capability and can be reached' });
  // By capability there may be any number: the first of the order are asked.
  const named = input.agents !== undefined || input.teamId !== undefined;
  if (named && solvers.length > MAX_SOLVERS)
    throw new CadreError('solution/too-many', { count: solvers.length, limit: MAX_SOLVERS });
  const chosen = solvers.slice(0, MAX_SOLVERS);
  const id = newId();
  await insertSolution(
    tx,
    {
      id,
      team_id: input.teamId ?? null,
      question: input.question,
      options: input.options ? JSON.stringify(input.options) : null,
      input: JSON.stringify(input.input),
      type: input.type,
      capability: input.capability ?? null,
      method: input.method,
      threshold: input.threshold,
      floor: input.floor,
      shows_board: input.board === 'shown' ? 1 : 0,
      measures: input.measure ? 1 : 0,
      timeout_ms: input.timeoutMs,
      opened_by: input.by,
    },
    chosen.map((solver) => ({ agent_id: solver.id, expected: solver.p, mark: solver.mark })),
  );
  await needs.runs.enqueue(tx, [
    { id, kind: 'solution.solve', tenantId: tx.tenantId, payload: { solutionId: id } },
  ]);
  await needs.events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'solution.started',
      data: {
        solutionId: id,
        question: input.question,
        taskType: input.type,
        method: input.method,
        teamId: input.teamId ?? null,
        agents: chosen.length,
        by: input.by,
      },
    },
  ]);
  return id;
}

interface Named {
  id: string;
  spec: string;
}

/** Who may be asked: those named, the members of a team, or who offers the capability (else the type) now. */
async function whoOf(tx: TenantTx, { agents, teamId, capability, type }: Question): Promise<Named[]> {
  if (agents !== undefined && teamId !== undefined)
    throw new CadreError('request/invalid', { detail: 'agents: name agents or a team, not both' });
  if (agents !== undefined) return findAgents(tx, agents);
  if (teamId !== undefined)
    return (await rosterOf(tx, teamId)).members.map((one) => ({ id: one.agent_id, spec: one.spec }));
  const able = await selectAgents(tx, { capability: capability ?? type, limit: 1_000 });
  return able.filter((one) => one.enabled === 1 && ASSIGNABLE.includes(one.status));
}

/** What is known of each agent for this type of task. */
async function judged(tx: TenantTx, { type, capability }: Question, agents: Named[]) {
  const records = await selectRecords(
    tx,
    type,
    agents.map((one) => one.id),
  );
  const trails = await selectTrails(tx, type, STRONGEST);
  const strength = strengths(
    trails.map((one) => ({
      set: one.members,
      score: fade({ count: one.times, success: one.succeeded, score: one.score }, one.elapsed_ms).score,
    })),
  );
  return agents.map(({ id, spec }) => {
    const { capabilities, metadata } = agentSpecSchema.parse(JSON.parse(spec));
    const stated = capabilities.find((one) => one.name === (capability ?? type))?.confidence ?? UNSTATED;
    const record = records.find((one) => one.agent_id === id);
    const { succeeded, failed, answers, cost_usd, ms } = record ?? NO_RECORD;
    const price = Number(metadata[PRICE]);
    return {
      id,
      p: expectedRight({ stated, succeeded, failed }),
      costUsd: answers > 0 ? cost_usd / answers : price > 0 ? price : 0,
      ms: answers > 0 ? ms / answers : 0,
      mark: markOf(id, strength),
    };
  });
}

const NO_RECORD = { succeeded: 0, failed: 0, answers: 0, cost_usd: 0, ms: 0 };
