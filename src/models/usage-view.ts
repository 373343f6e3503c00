import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import type { UsageRow } from '../platform/store/ledger-rows.ts';
import type { Sums } from '../platform/store/usage.ts';
import { toJoules, toUsd } from './amount.ts';
import { USAGE_SOURCES } from './usage.ts';

/** One call as people see it. */
export const usageSchema = z.object({
  id: z.string(),
  at: z.string(),
  taskId: z.string(),
  rootId: z.string(),
  agentId: z.string().nullable(),
  /** The oldest team of the agent then. */
  teamId: z.string().nullable(),
  runId: z.string(),
  turn: z.string(),
  purpose: z.string(),
  model: z.string().nullable(),
  provider: z.string().nullable(),
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  cacheWriteTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
  /** How sure the tokens are. */
  source: z.enum(USAGE_SOURCES),
  /** Null: nobody said what the model costs. */
  costUsd: z.number().nullable(),
  energyJ: z.number(),
  energyLowJ: z.number(),
  energyHighJ: z.number(),
  durationMs: z.number(),
  firstPartMs: z.number().nullable(),
});
export type UsageView = z.output<typeof usageSchema>;

export function viewUsage(row: UsageRow): UsageView {
  return {
    id: row.id,
    at: toRfc3339(Number(row.at)),
    taskId: row.task_id,
    rootId: row.root_id,
    agentId: row.agent_id,
    teamId: row.team_id,
    runId: row.run_id,
    turn: row.turn,
    purpose: row.purpose,
    model: row.model,
    provider: row.provider,
    inputTokens: Number(row.input_tokens),
    cachedInputTokens: Number(row.cached_input_tokens),
    cacheWriteTokens: Number(row.cache_write_tokens),
    outputTokens: Number(row.output_tokens),
    reasoningTokens: Number(row.reasoning_tokens),
    source: row.source as UsageView['source'], // written by the ledger
    costUsd: row.cost_nano === null ? null : toUsd(Number(row.cost_nano)),
    energyJ: toJoules(Number(row.energy_mj)),
    energyLowJ: toJoules(Number(row.energy_low_mj)),
    energyHighJ: toJoules(Number(row.energy_high_mj)),
    durationMs: Number(row.duration_ms),
    firstPartMs: row.first_part_ms === null ? null : Number(row.first_part_ms),
  };
}

/** Calls added up. */
export const sumsSchema = z.object({
  calls: z.int(),
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  outputTokens: z.number(),
  /** Of the calls whose cost is known; null when of none. */
  costUsd: z.number().nullable(),
  /** Calls whose cost nobody knows. */
  unpriced: z.int(),
  energyJ: z.number(),
  energyLowJ: z.number(),
  energyHighJ: z.number(),
});

export function viewSums(sums: Sums): z.output<typeof sumsSchema> {
  const { calls, inputTokens, cachedInputTokens, outputTokens, costNano, unpriced } = sums;
  return {
    calls,
    inputTokens,
    cachedInputTokens,
    outputTokens,
    costUsd: costNano === null ? null : toUsd(costNano),
    unpriced,
    energyJ: toJoules(sums.energyMj),
    energyLowJ: toJoules(sums.energyLowMj),
    energyHighJ: toJoules(sums.energyHighMj),
  };
}

/** Sums of sums. */
export function addUp(parts: readonly Sums[]): Sums {
  const nothing: Sums = {
    calls: 0,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    costNano: null,
    unpriced: 0,
    energyMj: 0,
    energyLowMj: 0,
    energyHighMj: 0,
  };
  return parts.reduce(
    (sum, part) => ({
      calls: sum.calls + part.calls,
      inputTokens: sum.inputTokens + part.inputTokens,
      cachedInputTokens: sum.cachedInputTokens + part.cachedInputTokens,
      outputTokens: sum.outputTokens + part.outputTokens,
      costNano: part.costNano === null ? sum.costNano : (sum.costNano ?? 0) + part.costNano,
      unpriced: sum.unpriced + part.unpriced,
      energyMj: sum.energyMj + part.energyMj,
      energyLowMj: sum.energyLowMj + part.energyLowMj,
      energyHighMj: sum.energyHighMj + part.energyHighMj,
    }),
    nothing,
  );
}

/** What is left of a sum without some of its parts. */
export function without(total: Sums, parts: readonly Sums[]): Sums {
  const left = (name: keyof Sums) => parts.reduce((rest, part) => rest - (part[name] ?? 0), total[name] ?? 0);
  return {
    calls: left('calls'),
    inputTokens: left('inputTokens'),
    cachedInputTokens: left('cachedInputTokens'),
    outputTokens: left('outputTokens'),
    costNano: total.costNano === null ? null : left('costNano'),
    unpriced: left('unpriced'),
    energyMj: left('energyMj'),
    energyLowMj: left('energyLowMj'),
    energyHighMj: left('energyHighMj'),
  };
}

/** A spreadsheet takes a text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** One cell: quoted where it must be, and never a formula. */
export function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Calls as a table for spreadsheets (RFC 4180), with names above. */
export function toCsv(rows: readonly UsageView[]): string {
  const names = Object.keys(usageSchema.shape) as Array<keyof UsageView>;
  return [names.join(','), ...rows.map((row) => names.map((name) => cell(row[name])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');
}
