import { isNotSo } from '../store/insist.ts';
import { insertSteps, insistOnRuns } from '../store/runs.ts';
import { createGroups } from '../store/together.ts';
import type { Store, TenantTx } from '../store/transaction.ts';
import { fenced } from './committer.ts';
import { inTurns } from './settler.ts';

/** A step of a run whose effect is in our database. */
export interface Beginning<T> {
  tenantId: string;
  runId: string;
  fence: number;
  /** What the result is stored under; without a name nothing is, and what the work writes says it all. */
  name: string | undefined;
  work: (tx: TenantTx) => Promise<T>;
}

/** Does it and stores its result, in one transaction. @throws CadreError `run/fenced` */
export type Starter = <T>(beginning: Beginning<T>) => Promise<T>;

/** Group commit of steps that write (`createGroups`). */
export function createStarter(store: Store): Starter {
  const begin = createGroups(async (tenantId, beginnings: ReadonlyArray<Beginning<unknown>>) => {
    const results = new Map<Beginning<unknown>, unknown>();
    await store.write(tenantId, async (tx) => {
      // Sent with the rest, and nobody waits for its answer.
      const leases = beginnings.map(({ runId, fence }) => ({ id: runId, fence }));
      tx.alongside(insistOnRuns(tx, leases));
      await inTurns(
        beginnings.map((one) => ({ one, turn: one.runId })),
        async ({ one }) => void results.set(one, await one.work(tx)),
      );
      const steps = beginnings.flatMap((one) => {
        const { runId: run_id, name, fence } = one;
        if (name === undefined) return [];
        return [{ run_id, name, fence, result: JSON.stringify(results.get(one) ?? null) }];
      });
      if (steps.length > 0) tx.alongside(insertSteps(tx, steps));
    });
    return beginnings.map((one) => results.get(one));
  });
  return async <T>(beginning: Beginning<T>) => {
    try {
      return (await begin(beginning.tenantId, beginning)) as T; // what this very work gave
    } catch (error) {
      if (isNotSo(error)) throw fenced(beginning.runId, beginning.fence);
      throw error;
    }
  };
}
