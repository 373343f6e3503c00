import type { ReservationRow, UsageRow } from '../platform/store/ledger-rows.ts';
import { type Amount, isAmount, toMilli, toMilliUp, toNano, toNanoUp, toTokens } from './amount.ts';
import type { Bill, CallUsage, WorstCase } from './usage.ts';

/** What is written down of a call: pure, so that the rules of failing closed stand in one place. */

/** The worst case as it is reserved. */
export function amountOf({ inputTokens, outputTokens, costUsd, energyJ }: WorstCase): Amount {
  return {
    costNano: toNanoUp(costUsd ?? 0),
    tokens: toTokens(inputTokens) + toTokens(outputTokens),
    energyMj: toMilliUp(energyJ),
  };
}

/** A row of the reservation for a call. */
export function reservationOf(
  id: string,
  bill: Bill,
  worst: WorstCase,
  { teamId, accounts }: { teamId: string | null; accounts: string },
): Omit<ReservationRow, 'tenant_id' | 'at'> {
  return {
    id,
    ...payerOf(bill, teamId),
    model: worst.model,
    input_tokens: toTokens(worst.inputTokens),
    output_tokens: toTokens(worst.outputTokens),
    cost_nano: worst.costUsd === null ? null : toNanoUp(worst.costUsd),
    energy_mj: toMilliUp(worst.energyJ),
    accounts,
  };
}

const payerOf = (bill: Bill, teamId: string | null) => ({
  root_id: bill.rootId,
  task_id: bill.taskId,
  agent_id: bill.agentId,
  team_id: teamId,
  run_id: bill.runId,
  turn: bill.turn,
  purpose: bill.purpose,
});

export type NewUsage = Omit<UsageRow, 'tenant_id' | 'at'>;

const UNCOUNTED = { cached_input_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 };

/** Nobody knows what the call took: the most that it could. */
export function worstOf(held: ReservationRow): NewUsage {
  const { tenant_id: _tenant, accounts: _accounts, at: _at, model, ...payer } = held;
  return {
    ...payer,
    ...UNCOUNTED,
    model,
    provider: providerOf(model),
    input_tokens: Number(held.input_tokens),
    output_tokens: Number(held.output_tokens),
    cost_nano: held.cost_nano === null ? null : Number(held.cost_nano),
    energy_mj: Number(held.energy_mj),
    energy_low_mj: 0,
    energy_high_mj: Number(held.energy_mj),
    source: 'worst-case',
    duration_ms: 0,
    first_part_ms: null,
  };
}

/** What the call took as reported; what was not or wrongly reported is charged as reserved. */
export function takenOf(held: ReservationRow, model: string, usage: CallUsage): NewUsage {
  const worst = worstOf(held);
  const row = { ...worst, ...figuresOf(usage), model, provider: providerOf(model) };
  const isCounted = [usage.inputTokens, usage.outputTokens].every(isAmount);
  if (!isCounted || (usage.source !== 'worst-case' && isNothing(usage) && !isNothing(held)))
    return { ...worst, model, provider: providerOf(model), duration_ms: row.duration_ms };
  // A price that was known before the call is known after it.
  if (row.cost_nano === null) row.cost_nano = worst.cost_nano;
  return row;
}

/** A provider that says nothing was used says nothing: there is no call without tokens. */
function isNothing(counts: { inputTokens: number; outputTokens: number } | ReservationRow): boolean {
  return 'inputTokens' in counts
    ? counts.inputTokens + counts.outputTokens === 0
    : Number(counts.input_tokens) + Number(counts.output_tokens) === 0;
}

/** What was reported without a reservation. What is no amount counts as nothing: there is no worst case to take. */
export function reportedOf(
  id: string,
  bill: Bill,
  { model, teamId }: { model: string | null; teamId: string | null },
  usage: CallUsage,
): NewUsage {
  return {
    id,
    ...payerOf(bill, teamId),
    model,
    provider: model === null ? null : providerOf(model),
    ...figuresOf(usage),
  };
}

const whole = (value: number) => (isAmount(value) ? toTokens(value) : 0);
const joules = (value: number) => (isAmount(value) ? toMilli(value) : 0);
const ms = (value: number) => (isAmount(value) ? Math.round(value) : 0);

function figuresOf(usage: CallUsage) {
  const { costUsd } = usage;
  return {
    input_tokens: whole(usage.inputTokens),
    cached_input_tokens: whole(usage.cachedInputTokens),
    cache_write_tokens: whole(usage.cacheWriteTokens),
    output_tokens: whole(usage.outputTokens),
    reasoning_tokens: whole(usage.reasoningTokens),
    source: usage.source as string,
    cost_nano: costUsd === null || !isAmount(costUsd) ? null : toNano(costUsd),
    energy_mj: joules(usage.energyJ),
    energy_low_mj: joules(usage.energyLowJ),
    energy_high_mj: joules(usage.energyHighJ),
    duration_ms: ms(usage.durationMs),
    first_part_ms: usage.firstPartMs === null ? null : ms(usage.firstPartMs),
  };
}

/** The part before the slash (see `ModelId`); a model of a script has none. */
function providerOf(model: string): string | null {
  const slash = model.indexOf('/');
  return slash > 0 ? model.slice(0, slash) : null;
}

/** What a row counts against limits. */
export const countedOf = (row: NewUsage): Amount => ({
  costNano: row.cost_nano ?? 0,
  tokens: row.input_tokens + row.output_tokens,
  energyMj: row.energy_mj,
});
