import { insertSteps, type NewStep } from '../store/runs.ts';
import type { RunRow } from '../store/schema.ts';
import type { Store, Tx } from '../store/transaction.ts';
import { claimedOf } from './attempt.ts';
import type { Handler } from './run.ts';
import { allEnded } from './settler.ts';

/** What handlers began of claimed runs, for their attempts, by the id of the run. */
export type BegunById = Map<string, unknown>;

/** Has the handlers begin first attempts, in the transaction that claimed them. */
export async function beginAll(
  { store, handlers }: { store: Store; handlers: Record<string, Handler> },
  tx: Tx,
  rows: readonly RunRow[],
): Promise<BegunById> {
  const begun: BegunById = new Map();
  const first = rows.filter((row) => row.fence === 1 && handlers[row.kind]?.begin);
  for (const [tenantId, own] of Map.groupBy(first, (row) => row.tenant_id))
    await store.within(tx, tenantId, async (scoped) => {
      const steps: NewStep[] = [];
      const beginOne = async (row: RunRow) => {
        const one = await handlers[row.kind]?.begin?.(scoped, claimedOf(row));
        if (!one) return;
        begun.set(row.id, one.ready);
        steps.push({ run_id: row.id, name: one.step, fence: row.fence, result: String(row.fence) });
      };
      await allEnded(own.map(beginOne));
      if (steps.length > 0) scoped.alongside(insertSteps(scoped, steps));
    });
  return begun;
}
