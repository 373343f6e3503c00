import { likely } from '../models/forecast.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import { selectAgentByName } from '../platform/store/agents.ts';
import { type NewEstimate, selectLike } from '../platform/store/estimates.ts';
import type { EstimateRow } from '../platform/store/ledger-rows.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { addUp, type StepFigures } from './estimate-sum.ts';
import type { Reckoned } from './estimate-view.ts';
import {
  type Figures,
  fromWho,
  type Reckoning,
  type Who,
  type Wanted as Work,
  whoWould,
} from './estimate-who.ts';
import type { Submission } from './task.ts';

/** An estimate before it belongs to a task. */
export type Draft = Omit<NewEstimate, 'task_id'>;

/** What is looked at of the past. */
const SAMPLES = 50;
/** Fewer are chance. */
const LEAST_SAMPLES = 3;

type Wanted = Work & Pick<Submission, 'type' | 'workflow'>;

/** One piece of work that a workflow asks for. */
export interface StepAhead {
  step: string;
  goal: string;
  input: Submission['input'];
  files: string[];
  agent: string | null;
  /** With neither agent nor capability a chief plans it. */
  capability: string | null;
  /** How often: as a rule, and at most. Null: nobody can say before it runs. */
  usual: number | null;
  most: number | null;
}

/** Of what the task is one more: tasks of the same kind are its history. */
export function kindOf({ agentId, capability, workflow, type, files }: Wanted): string {
  if (workflow) return `workflow:${workflow.split('@')[0]}`;
  if (agentId) return `agent:${agentId}`;
  if (capability) return `capability:${capability}`;
  return `type:${type}${files.length > 0 ? ' with files' : ''}`;
}

export interface EstimateNeeds {
  clock: Clock;
  /** What a workflow asks of whom, and how often, before it begins. @throws CadreError `workflow/…` */
  workAhead(tx: TenantTx, workflow: string, given: Pick<Submission, 'input' | 'files'>): Promise<StepAhead[]>;
}

/** What a task may take, before it starts: from its like, else from who would do it, or each of its steps. */
export async function estimateTask(tx: TenantTx, needs: EstimateNeeds, wanted: Wanted): Promise<Draft> {
  const kind = kindOf(wanted);
  const like = await fromLike(tx, kind);
  const { figures, by, because } =
    like ??
    (wanted.workflow
      ? await fromSteps(tx, needs, { ...wanted, workflow: wanted.workflow })
      : fromWho(await whoWould(tx, wanted), wanted, needs.clock.nowMs()));
  const reckoned: Reckoned = { by, samples: like?.samples ?? 0, because };
  return { kind, ...figures, reckoned: JSON.stringify(reckoned) };
}

/** What the like of it took; undefined when too few have ended. */
async function fromLike(tx: TenantTx, kind: string): Promise<(Reckoning & { samples: number }) | undefined> {
  const like = await selectLike(tx, kind, SAMPLES);
  if (like.length < LEAST_SAMPLES) return undefined;
  return {
    figures: fromHistory(like),
    by: 'history',
    samples: like.length,
    because: `the last ${like.length} of its kind that completed: median, and what nine of ten stayed below`,
  };
}

/** The steps of a workflow, each by its like or by who would do it, added up. */
async function fromSteps(
  tx: TenantTx,
  { workAhead, clock }: EstimateNeeds,
  { workflow, input, files }: Wanted & { workflow: string },
): Promise<Reckoning> {
  const ahead = await workAhead(tx, workflow, { input, files });
  const known = new Map<string, [like: Reckoning | undefined, who: Who]>();
  const steps: StepFigures[] = [];
  for (const { step, agent, usual, most, ...work } of ahead) {
    const wanted: Wanted = {
      ...work,
      type: 'general',
      agentId: agent ? ((await selectAgentByName(tx, agent))?.id ?? agent) : undefined,
      capability: work.capability ?? undefined,
      workflow: undefined,
    };
    const kind = kindOf(wanted);
    const of = known.get(kind) ?? (await Promise.all([fromLike(tx, kind), whoWould(tx, wanted)]));
    known.set(kind, of);
    const [like, who] = of;
    steps.push({ step, usual, most, ...(like ?? fromWho(who, wanted, clock.nowMs())) });
  }
  return addUp(steps);
}

function fromHistory(like: readonly EstimateRow[]): Figures {
  const of = (name: 'real_cost_nano' | 'real_tokens' | 'real_energy_mj' | 'real_duration_ms') => {
    const found = likely(like.flatMap((row) => (row[name] === null ? [] : [Number(row[name])])));
    return { mid: found ? Math.round(found.mid) : null, high: found ? Math.round(found.high) : null };
  };
  const [cost, tokens, energy, duration] = [
    of('real_cost_nano'),
    of('real_tokens'),
    of('real_energy_mj'),
    of('real_duration_ms'),
  ];
  return {
    cost_nano: cost.mid,
    cost_high_nano: cost.high,
    tokens: tokens.mid,
    tokens_high: tokens.high,
    energy_mj: energy.mid,
    energy_low_mj: energy.mid === null ? null : Math.round(energy.mid / 2),
    energy_high_mj: energy.high,
    duration_ms: duration.mid,
    duration_high_ms: duration.high,
  };
}
