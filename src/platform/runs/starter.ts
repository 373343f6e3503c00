import { holdRuns, insertSteps } from '../store/runs.ts';
import type { Store, TenantTx } from '../store/transaction.ts';
import { fenced } from './committer.ts';
import { inTurns } from './settler.ts';

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
    return store.write(tenantId, async (tx) => {
      const leases = batch.map(({ beginning: { runId, fence } }) => ({ id: runId, fence }));
      const held = new Set(await holdRuns(tx, leases));
      const mine = batch.filter(({ beginning }) => held.has(beginning.runId));
      const results = new Map<Waiting, unknown>();
      await inTurns(
        mine.map((one) => ({ one, turn: one.beginning.runId })),
        async ({ one }) => void results.set(one, await one.beginning.work(tx)),
      );
      const steps = mine.map((one) => {
        const { runId, name, fence } = one.beginning;
        return { run_id: runId, name, fence, result: JSON.stringify(results.get(one) ?? null) };
      });
      tx.alongside(insertSteps(tx, steps));
      return results;
    });
  }

  async function flush(tenantId: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH);
      try {
        tell(batch, await begin(tenantId, batch));
      } catch (error) {
        if (batch.length === 1) batch[0]?.reject(error);
        else for (const one of batch) await alone(tenantId, one);
      }
    }
    queues.delete(tenantId);
  }

  async function alone(tenantId: string, one: Waiting): Promise<void> {
    try {
      tell([one], await begin(tenantId, [one]));
    } catch (error) {
      one.reject(error);
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

function tell(batch: readonly Waiting[], results: ReadonlyMap<Waiting, unknown>): void {
  for (const one of batch) {
    const { runId, fence } = one.beginning;
    if (results.has(one)) one.resolve(results.get(one));
    else one.reject(fenced(runId, fence));
  }
}
