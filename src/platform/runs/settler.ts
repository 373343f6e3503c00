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

  async function settle(tenantId: string, batch: readonly Waiting[]): Promise<void> {
    const endings = batch.map(({ ending }) => ending);
    await store.write(tenantId, async (tx) => {
      const completing = completeRuns(
        tx,
        endings.map(({ end }) => end),
      );
      const steps = endings.flatMap(({ step }) => step ?? []);
      const committing = async () => {
        if (steps.length > 0) tx.alongside(insertSteps(tx, steps, 'completed'));
        await inTurns(endings, (ending) => ending.commit(tx));
      };
      await ofOwners(completing, options.fencingOff ? 0 : batch.length, committing());
    });
  }

  async function flush(tenantId: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await settleAll(tenantId, queue.splice(0, BATCH));
    queues.delete(tenantId);
  }

  async function settleAll(tenantId: string, batch: readonly Waiting[]): Promise<void> {
    try {
      await settle(tenantId, batch);
      for (const { resolve } of batch) resolve(true);
    } catch (error) {
      if (error instanceof NotOwned) {
        const [owned, lost] = partition(batch, ({ ending }) => error.owned.has(ending.end.run_id));
        for (const { resolve } of lost) resolve(false);
        if (owned.length > 0) await settleAll(tenantId, owned);
      } else if (batch.length === 1) batch[0]?.reject(error);
      else for (const one of batch) await settleAll(tenantId, [one]);
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

/** Some of those who share a transaction do not own their runs: nothing of it has happened. */
export class NotOwned extends Error {
  readonly owned: ReadonlySet<string>;

  constructor(owned: ReadonlySet<string>) {
    super('some of the runs are not owned');
    this.owned = owned;
  }
}

/**
 * Sends what depends on the ownership of runs right behind the statement that makes sure of it, which saves waiting for
 * its answer; where one of them is not owned, nothing counts.
 * @param owning the ids of the runs that are owned
 * @param count how many must be
 * @throws NotOwned, before any failure of `work`
 */
export async function ofOwners(
  owning: Promise<readonly string[]>,
  count: number,
  work: Promise<void>,
): Promise<void> {
  const [owned, worked] = await Promise.allSettled([owning, work]);
  if (owned.status === 'rejected') throw owned.reason;
  if (owned.value.length < count) throw new NotOwned(new Set(owned.value));
  if (worked.status === 'rejected') throw worked.reason;
}

/** Those for whom it is true, and the others. */
export function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
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
