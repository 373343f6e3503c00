import { completeRuns, type EndOfRun, insertSteps, type NewStep } from '../store/runs.ts';
import { createGroups } from '../store/together.ts';
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

/** Group commit of settlements (`createGroups`). */
export function createSettler(store: Store, options: { fencingOff?: boolean }): Settler {
  const settle = createGroups(async (tenantId, endings: readonly Ending[]) => {
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
      await ofOwners(completing, options.fencingOff ? 0 : endings.length, committing());
    });
    return endings.map(() => true);
  });
  return async (ending) => {
    try {
      return await settle(ending.tenantId, ending);
    } catch (error) {
      if (error instanceof NotOwned) return false;
      throw error;
    }
  };
}

/** Some of those who share a transaction do not own their runs: nothing of it has happened. */
class NotOwned extends Error {}

/**
 * Sends what depends on the ownership of runs right behind the statement that makes sure of it, which saves waiting for
 * its answer; where one of them is not owned, nothing counts.
 * @param owning one id for each that is owned; of two attempts of one run, at most one is
 * @param count how many must be
 * @throws NotOwned, before any failure of `work`
 */
async function ofOwners(
  owning: Promise<readonly string[]>,
  count: number,
  work: Promise<void>,
): Promise<void> {
  const [owned, worked] = await Promise.allSettled([owning, work]);
  if (owned.status === 'rejected') throw owned.reason;
  if (owned.value.length < count) throw new NotOwned('some of the runs are not owned');
  if (worked.status === 'rejected') throw worked.reason;
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
