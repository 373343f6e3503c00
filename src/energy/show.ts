import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import {
  selectBalances,
  selectPoints,
  selectRecords,
  selectScopeNames,
  selectState,
} from '../platform/store/energy.ts';
import type { EnergyBalanceRow, EnergyPointRow } from '../platform/store/energy-rows.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { WINDOW } from './book.ts';
import { meanRegShare } from './control.ts';
import { randomBaseline } from './prediction.ts';
import { type EnergyTerms, slopeOf, TERM_NAMES, type TermName } from './terms.ts';
import { readState } from './weights.ts';

const termsSchema = z.record(z.enum(TERM_NAMES), z.number());

/** A point of the ledger, as people see it. */
export const pointSchema = z.object({
  number: z.int(),
  at: z.string(),
  taskId: z.string(),
  runId: z.string(),
  agentId: z.string().nullable(),
  capability: z.string(),
  succeeded: z.boolean(),
  energy: z.number(),
  deltaE: z.number(),
  terms: termsSchema,
  pFast: z.number(),
  drift: z.number(),
  costUsd: z.number(),
  joules: z.number().nullable(),
});

export function toPoint(row: EnergyPointRow): z.output<typeof pointSchema> {
  return {
    number: row.number,
    at: toRfc3339(row.created_at),
    taskId: row.task_id,
    runId: row.run_id,
    agentId: row.agent_id,
    capability: row.capability,
    succeeded: row.succeeded === 1,
    energy: row.energy,
    deltaE: row.delta,
    terms: termsOf(row),
    pFast: row.p_fast,
    drift: row.drift,
    costUsd: row.cost_usd,
    joules: row.joules,
  };
}

const termsOf = (row: Pick<EnergyPointRow, 'terms'>): EnergyTerms => JSON.parse(row.terms);

/** Telemetry of coordination energy (EN-3). */
export const gradientSchema = z.object({
  at: z.string().nullable(),
  points: z.int(),
  energy: z.number().nullable(),
  deltaE: z.number().nullable(),
  terms: termsSchema.nullable(),
  /** Least squares over the newest 100 points, per point. */
  slopes: termsSchema.nullable(),
  slope: z.number().nullable(),
  /** Share of reg in positive energy, its mean over the same points. */
  regShare: z.number().nullable(),
  pFast: z.number().nullable(),
  drift: z.number().nullable(),
  weights: z.object({ alpha: z.number(), lambda: z.number(), beta: z.number() }),
  /** Shares of roles of those who worked, as the search found them. */
  roles: z.record(
    z.string(),
    z.object({ explorer: z.number(), specialist: z.number(), observer: z.number() }),
  ),
});

export async function readGradient(tx: TenantTx): Promise<z.output<typeof gradientSchema>> {
  const { learned } = readState(await selectState(tx));
  const { alpha, lambda, beta, roles } = learned;
  const points = await selectPoints(tx, WINDOW);
  const last = points.at(-1);
  const common = { points: last?.number ?? 0, weights: { alpha, lambda, beta }, roles };
  if (!last) {
    const nothing = { at: null, energy: null, deltaE: null, terms: null, slopes: null, slope: null };
    return { ...common, ...nothing, regShare: null, pFast: null, drift: null };
  }
  const terms = points.map(termsOf);
  const slopes = Object.fromEntries(
    TERM_NAMES.map((name) => [name, slopeOf(terms.map((one) => one[name]))]),
  ) as Record<TermName, number>; // one for each name
  return {
    ...common,
    at: toRfc3339(last.created_at),
    energy: last.energy,
    deltaE: last.delta,
    terms: termsOf(last),
    slopes,
    slope: slopeOf(points.map(({ energy }) => energy)),
    regShare: meanRegShare(terms),
    pFast: last.p_fast,
    drift: last.drift,
  };
}

const perSuccess = z.number().nullable();

/** What a scope took. */
export const balanceSchema = z.object({
  scope: z.enum(['tenant', 'team', 'agent']),
  id: z.string(),
  name: z.string(),
  /** Sum of the changes of coordination energy; no joules. */
  balance: z.number(),
  attempts: z.int(),
  succeeded: z.int(),
  /** Attempts whose joules are known. */
  known: z.int(),
  joules: z.number(),
  carbonG: z.number(),
  costUsd: z.number(),
  /** Of the attempts whose joules are known; failed ones are paid for by those that succeeded. */
  joulesPerSuccess: perSuccess,
  carbonGPerSuccess: perSuccess,
  alertedAt: z.string().nullable(),
});

function toBalance(
  row: EnergyBalanceRow,
  names: ReadonlyMap<string, string>,
): z.output<typeof balanceSchema> {
  const per = (value: number) => (row.known_succeeded === 0 ? null : value / row.known_succeeded);
  return {
    scope: row.scope as 'tenant', // one of those that the ledger writes
    id: row.scope_id,
    name: names.get(row.scope_id) ?? row.scope,
    balance: row.balance,
    attempts: row.attempts,
    succeeded: row.succeeded,
    known: row.known,
    joules: row.joules,
    carbonG: row.carbon_g,
    costUsd: row.cost_usd,
    joulesPerSuccess: per(row.joules),
    carbonGPerSuccess: per(row.carbon_g),
    alertedAt: row.alerted_at === null ? null : toRfc3339(row.alerted_at),
  };
}

const baselineSchema = z.object({
  joulesPerSuccess: z.number(),
  carbonGPerSuccess: z.number(),
  attempts: z.int(),
  at: z.string(),
});

export const summarySchema = z.object({
  tenant: balanceSchema.nullable(),
  teams: z.array(balanceSchema),
  agents: z.array(balanceSchema),
  /** What choosing at random among those who were measured would take for a success. */
  random: z.object({ joulesPerSuccess: z.number(), attempts: z.int() }).nullable(),
  /** How much less is taken than by random choice, in percent. */
  savedPercent: z.number().nullable(),
  /** The same as it was when somebody recorded it (`energy calibrate`). */
  baseline: baselineSchema.nullable(),
});

export async function readSummary(tx: TenantTx, limit: number): Promise<z.output<typeof summarySchema>> {
  const names = await selectScopeNames(tx);
  const show = async (scope: string) =>
    (await selectBalances(tx, { scope, limit })).map((row) => toBalance(row, names));
  const [tenant = null] = await show('tenant');
  const random = randomBaseline(await selectRecords(tx));
  const own = tenant?.joulesPerSuccess ?? null;
  return {
    tenant,
    teams: await show('team'),
    agents: await show('agent'),
    random,
    savedPercent:
      random && own !== null && random.joulesPerSuccess > 0
        ? 100 * (1 - own / random.joulesPerSuccess)
        : null,
    baseline: readState(await selectState(tx)).learned.baseline,
  };
}
