import { completeRuns, type EndOfRun, insertSteps, type NewStep } from '../store/runs.ts';
import type { Store, TenantTx } from '../store/transaction.ts';

/** A run that has finished, with what its handler commits. */
export interface Ending {
  tenantId: string;
  end: EndOfRun;
  /** Stored with it. */
  step?: NewStep | undefined;
  commit: (tx: TenantTx) => Promise<void>;
  /** See `Settlement`; without it, it goes on alone. */
  turn?: string | undefined;
}

/** Settles a run; true when the attempt owned it and everything is on disk. */
export type Settler = (ending: Ending) => Promise<boolean>;

interface Waiting {
  ending: Ending;
  resolve(owned: boolean): void;
  reject(error: unknown): void;
}

/** More would hold the rows of parents and agents too long for other processes. */
const BATCH = 32;

/**
 * Group commit of settlements: those of one tenant that arrive while a transaction is under way share the next one.
 * When it fails, each is settled by itself, so that one bad result never harms its neighbours. `commit` may
 * therefore run twice, but only one of its runs commits.
 */
export function createSettler(store: Store, options: { fencingOff?: boolean }): Settler {
  const queues = new Map<string, Waiting[]>();

  async function settle(tenantId: string, batch: Waiting[]): Promise<Set<string>> {
    return store.write(tenantId, async (tx) => {
      const owned = new Set(
        await completeRuns(
          tx,
          batch.map(({ ending }) => ending.end),
        ),
      );
      const mine = batch
        .map(({ ending }) => ending)
        .filter((ending) => owned.has(ending.end.run_id) || options.fencingOff);
      const steps = mine.flatMap(({ step }) => step ?? []);
      if (steps.length > 0) tx.alongside(insertSteps(tx, steps, 'completed'));
      await inTurns(mine, (ending) => ending.commit(tx));
      return owned;
    });
  }

  async function flush(tenantId: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH);
      try {
        const owned = await settle(tenantId, batch);
        for (const { ending, resolve } of batch)
          resolve(owned.has(ending.end.run_id) || options.fencingOff === true);
      } catch (error) {
        if (batch.length === 1) batch[0]?.reject(error);
        else for (const one of batch) await alone(tenantId, one);
      }
    }
    queues.delete(tenantId);
  }

  async function alone(tenantId: string, one: Waiting): Promise<void> {
    try {
      one.resolve((await settle(tenantId, [one])).size > 0 || options.fencingOff === true);
    } catch (error) {
      one.reject(error);
    }
  }

  return (ending) =>
    new Promise<boolean>((resolve, reject) => {
      const waiting = queues.get(ending.tenantId);
      if (waiting) {
        waiting.push({ ending, resolve, reject });
        return;
      }
      const queue = [{ ending, resolve, reject }];
      queues.set(ending.tenantId, queue);
      queueMicrotask(() => void flush(ending.tenantId, queue));
    });
}

/**
 * Does all: those that name a turn at the same time, one after another where it is the same; the others follow, each by
 * itself. Ends when nothing goes on any more, also when some of it failed.
 */
export async function inTurns<T extends { turn?: string | undefined }>(
  all: readonly T[],
  work: (one: T) => Promise<void>,
): Promise<void> {
  const turns = Map.groupBy(all, ({ turn }) => turn);
  const alone = turns.get(undefined) ?? [];
  turns.delete(undefined);
  const inOrder = async (some: readonly T[]) => {
    for (const one of some) await work(one);
  };
  await allEnded([...turns.values()].map(inOrder));
  await inOrder(alone);
}

/** Waits until nothing goes on any more. @throws the first failure, in their order */
export async function allEnded(all: ReadonlyArray<Promise<void>>): Promise<void> {
  for (const one of await Promise.allSettled(all)) if (one.status === 'rejected') throw one.reason;
}
