import { type AgentSpec, parseSpec } from '../agents/agent.ts';
import { type ScriptedSpec, valueFor } from '../agents/scripted.ts';
import { toMilli, toNano } from '../models/amount.ts';
import { costOf } from '../models/cost.ts';
import type { ModelInfo } from '../models/model.ts';
import { priceOn } from '../models/price.ts';
import { UNCACHED } from '../models/usage.ts';
import { toModelInfo } from '../models/view.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { selectAgent, selectAgents } from '../platform/store/agents.ts';
import type { NewEstimate } from '../platform/store/estimates.ts';
import { selectCallable, selectModel, selectPrices } from '../platform/store/models.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { Reckoned } from './estimate-view.ts';
import type { Submission } from './task.ts';

/** What a task may take; null: nobody can say. */
export type Figures = Omit<NewEstimate, 'task_id' | 'kind' | 'reckoned'>;

/** What is looked at of a task. */
export type Wanted = Pick<Submission, 'goal' | 'input' | 'files' | 'agentId' | 'capability'>;

/** Figures, and how they came about. */
export interface Reckoning {
  figures: Figures;
  by: Reckoned['by'];
  because: string;
}

export const UNKNOWN: Figures = {
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

export const unknown = (because: string): Reckoning => ({ figures: UNKNOWN, by: 'unknown', because });

/** Who would do a task, and what a model would cost. */
export interface Who {
  /** The agent that is named, or the first that could. */
  spec: AgentSpec | undefined;
  /** The model that a `model` agent would call. */
  model: ModelInfo | undefined;
  /** Whether a chief could plan it with a model. */
  chiefHasModel: boolean;
}

/** Finds who would do it. */
export async function whoWould(
  tx: TenantTx,
  { agentId, capability }: Pick<Wanted, 'agentId' | 'capability'>,
): Promise<Who> {
  const spec = await specOf(tx, agentId, capability);
  if (spec && spec.executor.kind !== 'model') return { spec, model: undefined, chiefHasModel: false };
  const callable = await selectCallable(tx);
  const named = spec?.executor.kind === 'model' ? spec.executor.model : undefined;
  const row = spec && (named ? await selectModel(tx, named) : callable[0]);
  const model = row && toModelInfo(row, await selectPrices(tx, [row.id]));
  return { spec, model, chiefHasModel: callable.length > 0 };
}

async function specOf(
  tx: TenantTx,
  agentId: string | undefined,
  capability: string | undefined,
): Promise<AgentSpec | undefined> {
  const agent = agentId
    ? await selectAgent(tx, agentId)
    : capability && (await selectAgents(tx, { capability, limit: 1 }))[0];
  return agent ? parseSpec(agent.spec) : undefined;
}

/** What a task may take, from who would do it. */
export function fromWho({ spec, model, chiefHasModel }: Who, wanted: Wanted, nowMs: number): Reckoning {
  if (!spec)
    return chiefHasModel
      ? unknown('a chief plans it, perhaps with a model, and too few of its kind have ended to say')
      : keyless(wanted.files.length);
  const { executor, name } = spec;
  if (executor.kind === 'scripted') return fromScript(executor);
  if (executor.kind === 'model')
    return model ? fromPrompt(model, executor, wanted, nowMs) : unknown(`no model is connected for ${name}`);
  if (executor.kind !== 'local')
    return unknown(`${name} works elsewhere, and too few of its tasks have ended to say`);
  return keyless(wanted.files.length);
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

function fromPrompt(
  info: ModelInfo,
  executor: Extract<AgentSpec['executor'], { kind: 'model' }>,
  { goal, input }: Wanted,
  nowMs: number,
): Reckoning {
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
