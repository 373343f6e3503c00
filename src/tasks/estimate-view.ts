import { z } from 'zod';
import { toJoules, toUsd } from '../models/amount.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import type { NewEstimate } from '../platform/store/estimates.ts';
import type { EstimateRow } from '../platform/store/ledger-rows.ts';

/**
 * How an estimate was reckoned: from what tasks of the kind took, from the steps of its workflow added up, from the script of a scripted agent, from the size of
 * the prompt and the price of the model, from built-in skills costing nothing; or not at all.
 */
export const RECKONED = ['history', 'steps', 'script', 'prompt', 'keyless', 'unknown'] as const;
export type ReckonedBy = (typeof RECKONED)[number];

const reckonedSchema = z.object({
  by: z.enum(RECKONED),
  /** Tasks of the kind that it rests on. */
  samples: z.int(),
  because: z.string(),
});
export type Reckoned = z.output<typeof reckonedSchema>;

/** What a task may take; null: nobody can say. `high`: nine of ten stay below it. */
const figuresSchema = z.object({
  costUsd: z.number().nullable(),
  costHighUsd: z.number().nullable(),
  tokens: z.number().nullable(),
  tokensHigh: z.number().nullable(),
  energyJ: z.number().nullable(),
  energyLowJ: z.number().nullable(),
  energyHighJ: z.number().nullable(),
  /** From its begin to its end. */
  durationMs: z.number().nullable(),
  durationHighMs: z.number().nullable(),
});

export const estimateSchema = figuresSchema.extend({
  /** The like of what: `agent:…`, `capability:…`, `workflow:…` or `type:…`. */
  kind: z.string(),
  reckoned: reckonedSchema,
});
export type EstimateView = z.output<typeof estimateSchema>;

/** The estimate of a task that was submitted, with what it really took once it has ended. */
export const keptEstimateSchema = estimateSchema.extend({
  at: z.string(),
  real: z
    .object({
      costUsd: z.number().nullable(),
      tokens: z.number().nullable(),
      energyJ: z.number().nullable(),
      durationMs: z.number().nullable(),
    })
    .nullable(),
});
export type KeptEstimate = z.output<typeof keptEstimateSchema>;

const maybe = (value: number | null, of: (value: number) => number): number | null =>
  value === null ? null : of(Number(value));
const same = (value: number): number => value;

export function viewEstimate(row: Omit<NewEstimate, 'task_id'>): EstimateView {
  return {
    kind: row.kind,
    costUsd: maybe(row.cost_nano, toUsd),
    costHighUsd: maybe(row.cost_high_nano, toUsd),
    tokens: maybe(row.tokens, same),
    tokensHigh: maybe(row.tokens_high, same),
    energyJ: maybe(row.energy_mj, toJoules),
    energyLowJ: maybe(row.energy_low_mj, toJoules),
    energyHighJ: maybe(row.energy_high_mj, toJoules),
    durationMs: maybe(row.duration_ms, same),
    durationHighMs: maybe(row.duration_high_ms, same),
    reckoned: reckonedSchema.parse(JSON.parse(row.reckoned)),
  };
}

export function viewKept(row: EstimateRow): KeptEstimate {
  return {
    ...viewEstimate(row),
    at: toRfc3339(Number(row.at)),
    real:
      row.ended_at === null
        ? null
        : {
            costUsd: maybe(row.real_cost_nano, toUsd),
            tokens: maybe(row.real_tokens, same),
            energyJ: maybe(row.real_energy_mj, toJoules),
            durationMs: maybe(row.real_duration_ms, same),
          },
  };
}
