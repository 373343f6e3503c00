import { holdRuns, insertSteps } from '../store/runs.ts';
import type { Store, TenantTx } from '../store/transaction.ts';
import { fenced } from './committer.ts';
import { inTurns, NotOwned, ofOwners, partition } from './settler.ts';

/** A step of a run whose effect is in our database. */
export interface Beginning<T> {
  tenantId: string;
  runId: string;
  fence: number;
  name: string;
  work: (tx: TenantTx) => Promise<T>;
}

/** Does it and stores its result, in one transaction. @throws CadreError `run/fenced` */
export type Starter = <T>(beginning: Beginning<T>) => Promise<T>;

interface Waiting {
  beginning: Beginning<unknown>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** As for settlements. */
const BATCH = 32;

/**
 * Group commit of steps that write: those of one tenant that come while a transaction is under way share the next one.
 * When it fails, each is done by itself, so that none harms its neighbours.
 */
export function createStarter(store: Store): Starter {
  const queues = new Map<string, Waiting[]>();

  async function begin(tenantId: string, batch: readonly Waiting[]): Promise<Map<Waiting, unknown>> {
    const results = new Map<Waiting, unknown>();
    await store.write(tenantId, async (tx) => {
      const leases = batch.map(({ beginning: { runId, fence } }) => ({ id: runId, fence }));
      const working = async () => {
        await inTurns(
          batch.map((one) => ({ one, turn: one.beginning.runId })),
          async ({ one }) => void results.set(one, await one.beginning.work(tx)),
        );
        const steps = batch.map((one) => {
          const { runId, name, fence } = one.beginning;
          return { run_id: runId, name, fence, result: JSON.stringify(results.get(one) ?? null) };
        });
        tx.alongside(insertSteps(tx, steps));
      };
      const held = holdRuns(tx, leases);
      await ofOwners(held, new Set(leases.map(({ id }) => id)).size, working());
    });
    return results;
  }

  async function flush(tenantId: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await beginAll(tenantId, queue.splice(0, BATCH));
    queues.delete(tenantId);
  }

  async function beginAll(tenantId: string, batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await begin(tenantId, batch);
      for (const one of batch) one.resolve(results.get(one));
    } catch (error) {
      if (error instanceof NotOwned) {
        const [owned, lost] = partition(batch, ({ beginning }) => error.owned.has(beginning.runId));
        for (const { beginning, reject } of lost) reject(fenced(beginning.runId, beginning.fence));
        if (owned.length > 0) await beginAll(tenantId, owned);
      } else if (batch.length === 1) batch[0]?.reject(error);
      else for (const one of batch) await beginAll(tenantId, [one]);
    }
  }

  return <T>(beginning: Beginning<T>) =>
    new Promise<T>((resolve, reject) => {
      // What comes back is what this very work gave.
      const one: Waiting = { beginning, resolve: (result) => resolve(result as T), reject };
      const waiting = queues.get(beginning.tenantId);
      if (waiting) {
        waiting.push(one);
        return;
      }
      const queue = [one];
      queues.set(beginning.tenantId, queue);
      queueMicrotask(() => void flush(beginning.tenantId, queue));
    });
}
