import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { selectAccountsOf } from '../platform/store/budgets.ts';
import { selectHost } from '../platform/store/ledger.ts';
import type { AccountRow, BudgetRow } from '../platform/store/ledger-rows.ts';
import { selectNow } from '../platform/store/now.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { toJoules, toUsd } from './amount.ts';
import { AT_LIMIT, largestShare, limitsOf, PERIODS, periodOf, SCOPES } from './budget.ts';

const measuresSchema = z.object({ costUsd: z.number(), tokens: z.number(), energyJ: z.number() });

/** A budget with how much of it is left now. */
export const budgetSchema = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(SCOPES),
  /** Id of the task, agent, team or tenant. */
  scopeId: z.string(),
  period: z.enum(PERIODS),
  /** Null: not limited. */
  costUsd: z.number().nullable(),
  tokens: z.number().nullable(),
  energyJ: z.number().nullable(),
  atLimit: z.enum(AT_LIMIT),
  /** The period that goes on now: a day, a month, or empty for all time. UTC. */
  periodStart: z.string(),
  spent: measuresSchema,
  /** Of the joules spent, those that this machine took; null: joules are not limited, and these are not counted. */
  hostJ: z.number().nullable(),
  /** By calls under way, at their worst. */
  reserved: measuresSchema,
  /** The largest share of a limit that is spent. */
  share: z.number(),
  isWarned: z.boolean(),
  isReached: z.boolean(),
  isDefault: z.boolean(),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type BudgetView = z.output<typeof budgetSchema>;

/** Budgets as people see them, with their accounts of now. */
export async function viewBudgets(tx: TenantTx, rows: readonly BudgetRow[]): Promise<BudgetView[]> {
  if (rows.length === 0) return [];
  const nowMs = await selectNow(tx);
  const starts = PERIODS.map((period) => periodOf(period, nowMs).periodStart);
  const ids = rows.map((row) => row.id);
  const accounts = await selectAccountsOf(tx, ids, starts);
  return Promise.all(
    rows.map(async (row) => {
      const { periodStart, sinceMs } = periodOf(row.period, nowMs);
      const account = accounts.find((one) => one.budget_id === row.id && one.period_start === periodStart);
      const hostMj = row.limit_energy_mj === null ? null : await selectHost(tx, row, sinceMs);
      return toView(row, account, { periodStart, hostMj });
    }),
  );
}

function toView(
  row: BudgetRow,
  account: AccountRow | undefined,
  { periodStart, hostMj }: { periodStart: string; hostMj: number | null },
): BudgetView {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope as BudgetView['scope'], // written by the operations below
    scopeId: row.scope_id,
    period: row.period as BudgetView['period'], // the same
    costUsd: row.limit_cost_nano === null ? null : toUsd(Number(row.limit_cost_nano)),
    tokens: row.limit_tokens === null ? null : Number(row.limit_tokens),
    energyJ: row.limit_energy_mj === null ? null : toJoules(Number(row.limit_energy_mj)),
    atLimit: row.at_limit as BudgetView['atLimit'], // the same
    periodStart,
    spent: {
      costUsd: toUsd(Number(account?.spent_cost_nano ?? 0)),
      tokens: Number(account?.spent_tokens ?? 0),
      energyJ: toJoules(Number(account?.spent_energy_mj ?? 0)),
    },
    hostJ: hostMj === null ? null : toJoules(Math.min(hostMj, Number(account?.spent_energy_mj ?? 0))),
    reserved: {
      costUsd: toUsd(Number(account?.reserved_cost_nano ?? 0)),
      tokens: Number(account?.reserved_tokens ?? 0),
      energyJ: toJoules(Number(account?.reserved_energy_mj ?? 0)),
    },
    share: Number(largestShare(limitsOf(row, account), ({ spent }) => spent).toFixed(4)),
    isWarned: account?.warned === 1,
    isReached: account?.reached === 1,
    isDefault: row.id === row.tenant_id,
    createdBy: row.created_by,
    createdAt: toRfc3339(Number(row.created_at)),
    updatedAt: toRfc3339(Number(row.updated_at)),
  };
}
