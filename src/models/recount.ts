import { selectBudgetsById } from '../platform/store/budgets.ts';
import { recountEnergy } from '../platform/store/ledger.ts';
import type { BudgetRow } from '../platform/store/ledger-rows.ts';
import { selectNow } from '../platform/store/now.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { periodOf } from './budget.ts';

/**
 * A budget that limits joules for the first time counts what this machine took from the beginning of its period; until
 * then it counted calls only.
 */
export async function countMachine(
  tx: TenantTx,
  before: Pick<BudgetRow, 'id' | 'limit_energy_mj'>,
): Promise<void> {
  if (before.limit_energy_mj !== null) return;
  const [now] = await selectBudgetsById(tx, [before.id]);
  if (!now || now.limit_energy_mj === null) return;
  await recountEnergy(tx, now, periodOf(now.period, await selectNow(tx)));
}
