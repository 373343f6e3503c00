import { type AgentSpec, parseSpec } from '../agents/agent.ts';
import { type ScriptedSpec, valueFor } from '../agents/scripted.ts';
import { toMilli, toNano } from '../models/amount.ts';
import { costOf } from '../models/cost.ts';
import { likely } from '../models/forecast.ts';
import { priceOn } from '../models/price.ts';
import { UNCACHED } from '../models/usage.ts';
import { toModelInfo } from '../models/view.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { selectAgent, selectAgents } from '../platform/store/agents.ts';
import { type NewEstimate, selectLike } from '../platform/store/estimates.ts';
import type { EstimateRow } from '../platform/store/ledger-rows.ts';
import { selectCallable, selectModel, selectPrices } from '../platform/store/models.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { Reckoned } from './estimate-view.ts';
import type { Submission } from './task.ts';

/** An estimate before it belongs to a task. */
export type Draft = Omit<NewEstimate, 'task_id'>;
type Figures = Omit<Draft, 'kind' | 'reckoned'>;

/** What is looked at of the past. */
const SAMPLES = 50;
/** Fewer are chance. */
const LEAST_SAMPLES = 3;

const UNKNOWN: Figures = {
  cost_nano: null,
  cost_high_nano: null,
  tokens: null,
  tokens_high: null,
  energy_mj: null,
  energy_low_mj: null,
  energy_high_mj: null,
  duration_ms: null,
  duration_high_ms: null,
};

type Wanted = Pick<Submission, 'goal' | 'type' | 'input' | 'files' | 'agentId' | 'capability' | 'workflow'>;

/** Of what the task is one more: tasks of the same kind are its history. */
export function kindOf({ agentId, capability, workflow, type, files }: Wanted): string {
  if (workflow) return `workflow:${workflow.split('@')[0]}`;
  if (agentId) return `agent:${agentId}`;
  if (capability) return `capability:${capability}`;
  return `type:${type}${files.length > 0 ? ' with files' : ''}`;
}

/** What a task may take, before it starts: from its like, else from who would do it. */
export async function estimateTask(tx: TenantTx, wanted: Wanted, nowMs: number): Promise<Draft> {
  const kind = kindOf(wanted);
  const like = await selectLike(tx, kind, SAMPLES);
  if (like.length >= LEAST_SAMPLES)
    return draft(
      kind,
      fromHistory(like),
      'history',
      like.length,
      `the last ${like.length} of its kind that completed: median, and what nine of ten stayed below`,
    );
  const { figures, by, because } = await fromWho(tx, wanted, nowMs);
  return draft(kind, figures, by, 0, because);
}

function draft(kind: string, figures: Figures, by: Reckoned['by'], samples: number, because: string): Draft {
  return { kind, ...figures, reckoned: JSON.stringify({ by, samples, because } satisfies Reckoned) };
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

interface Reckoning {
  figures: Figures;
  by: Reckoned['by'];
  because: string;
}

async function fromWho(tx: TenantTx, wanted: Wanted, nowMs: number): Promise<Reckoning> {
  if (wanted.workflow) return unknown('no task has followed this workflow to its end often enough');
  const spec = await whoWould(tx, wanted);
  if (spec?.executor.kind === 'scripted') return fromScript(spec.executor);
  if (spec?.executor.kind === 'model')
    return fromPrompt(tx, { ...spec, executor: spec.executor }, wanted, nowMs);
  if (spec && spec.executor.kind !== 'local')
    return unknown(`${spec.name} works elsewhere, and too few of its tasks have ended to say`);
  if (!spec && (await selectCallable(tx)).length > 0)
    return unknown('a chief plans it, perhaps with a model, and too few of its kind have ended to say');
  return keyless(wanted.files.length);
}

const unknown = (because: string): Reckoning => ({ figures: UNKNOWN, by: 'unknown', because });

/** The agent that is named, or the first that could. */
async function whoWould(tx: TenantTx, { agentId, capability }: Wanted): Promise<AgentSpec | undefined> {
  if (agentId) {
    const agent = await selectAgent(tx, agentId);
    return agent && parseSpec(agent.spec);
  }
  if (!capability) return undefined;
  const [agent] = await selectAgents(tx, { capability, limit: 1 });
  return agent && parseSpec(agent.spec);
}

/** A script says what it will take. */
function fromScript(script: ScriptedSpec): Reckoning {
  const [model] = script.models;
  if (!model) return unknown('the script names no model');
  const sum = (of: 'inputTokens' | 'outputTokens' | 'thinkMs') =>
    script.turns.reduce((total, turn) => total + (valueFor(turn[of], model.name) ?? 0), 0);
  const [input, output] = [sum('inputTokens'), sum('outputTokens')];
  const cost = toNano((input * model.inputUsdPerMillion + output * model.outputUsdPerMillion) / 1_000_000);
  const figures = {
    ...UNKNOWN,
    cost_nano: cost,
    cost_high_nano: cost,
    tokens: input + output,
    tokens_high: input + output,
    duration_ms: sum('thinkMs'),
  };
  return {
    figures,
    by: 'script',
    because: `the ${script.turns.length} turns of its script, with ${model.name}`,
  };
}

/** A token of English is about four characters. */
const CHARACTERS_A_TOKEN = 4;
/** What tools, context and rules add to every call, and how long an answer is: assumed until history says better. */
const FRAME_TOKENS = 1_000;
const ANSWER_TOKENS = 400;
/** Calls of the model that a task usually takes: assumed as well. */
const USUAL_TURNS = 4;
/** Joules of tokens may be off by this factor (EVOLUTION section 3.2). */
const ENERGY_RANGE = 2;

type ModelAgent = AgentSpec & { executor: Extract<AgentSpec['executor'], { kind: 'model' }> };

async function fromPrompt(
  tx: TenantTx,
  { executor, name }: ModelAgent,
  { goal, input }: Wanted,
  nowMs: number,
): Promise<Reckoning> {
  const row = executor.model ? await selectModel(tx, executor.model) : (await selectCallable(tx))[0];
  if (!row) return unknown(`no model is connected for ${name}`);
  const info = toModelInfo(row, await selectPrices(tx, [row.id]));
  const characters = goal.length + JSON.stringify(input).length + (executor.instructions?.length ?? 0);
  const prompt = FRAME_TOKENS + Math.ceil(characters / CHARACTERS_A_TOKEN);
  const answer = Math.min(ANSWER_TOKENS, executor.maxOutputTokens);
  const turns = Math.min(USUAL_TURNS, executor.maxTurns);
  const price = priceOn(info.prices, toRfc3339(nowMs).slice(0, 10));
  const of = (calls: number) => {
    // Each call carries the answers before it.
    const inputTokens = calls * prompt + (answer * calls * (calls - 1)) / 2;
    const outputTokens = calls * answer;
    const count = { ...UNCACHED, inputTokens, outputTokens };
    const { joulesPerInputToken, joulesPerOutputToken } = info.energy;
    const cost = costOf(price, count);
    return {
      tokens: inputTokens + outputTokens,
      costNano: cost === null ? null : toNano(cost),
      energyMj: toMilli(inputTokens * joulesPerInputToken + outputTokens * joulesPerOutputToken),
    };
  };
  const [mid, high] = [of(turns), of(executor.maxTurns)];
  const figures = {
    cost_nano: mid.costNano,
    cost_high_nano: high.costNano,
    tokens: mid.tokens,
    tokens_high: high.tokens,
    energy_mj: mid.energyMj,
    energy_low_mj: Math.round(mid.energyMj / ENERGY_RANGE),
    energy_high_mj: high.energyMj * ENERGY_RANGE,
    duration_ms: turns * info.latencyMs,
    duration_high_ms: executor.maxTurns * info.latencyMs,
  };
  const because = `${turns} calls of ${info.id} (at most ${executor.maxTurns}) with a prompt of about ${prompt} tokens`;
  return { figures, by: 'prompt', because };
}

/** CPU seconds of a keyless task without and with a file, and the joules of one (EVOLUTION section 3.2). */
const CPU_SECONDS = 1;
const CPU_SECONDS_A_FILE = 0.5;
const JOULES_A_CPU_SECOND = 2.76;
/** It is no more than a guess before the first of its kind was measured. */
const GUESS_RANGE = 10;

function keyless(files: number): Reckoning {
  const energy = toMilli((CPU_SECONDS + files * CPU_SECONDS_A_FILE) * JOULES_A_CPU_SECOND);
  const figures = {
    ...UNKNOWN,
    cost_nano: 0,
    cost_high_nano: 0,
    tokens: 0,
    tokens_high: 0,
    energy_mj: energy,
    energy_low_mj: Math.round(energy / GUESS_RANGE),
    energy_high_mj: energy * GUESS_RANGE,
  };
  return {
    figures,
    by: 'keyless',
    because: 'built-in skills cost no money and no tokens; joules of the CPU are guessed',
  };
}
