import { seedBudgets } from '../platform/store/budgets.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { DEFAULT_BUDGET } from './budget.ts';

/** Gives a new tenant its default budget, in the transaction that adds it. */
export async function seedBudget(tx: TenantTx): Promise<void> {
  await seedBudgets(tx, DEFAULT_BUDGET, tx.tenantId);
}

/** At every start: for tenants of homes that are older than budgets. One that was removed stays removed. */
export async function settleBudgets({ store }: { store: Store }): Promise<void> {
  await store.writeAll((tx) => seedBudgets(tx, DEFAULT_BUDGET));
}
