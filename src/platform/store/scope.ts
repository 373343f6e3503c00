import { type Kysely, sql } from 'kysely';
import type { Differences } from './differences.ts';
import type { Schema } from './schema.ts';
import type { Store, TenantTx, Tx } from './transaction.ts';

/** What an engine brings; the scopes and the rules of a transaction are the same for both. */
export interface Engine {
  dialect: Store['dialect'];
  differ: Differences;
  writer: Kysely<Schema>;
  reader: Kysely<Schema>;
  /** Puts a transaction under row-level security, where the engine has it. */
  enterTenant: ((db: Kysely<Schema>, tenantId: string) => Promise<void>) | undefined;
  close(): Promise<void>;
}

/** The order of locks (src/messages/README.md) makes deadlocks rare; statements over many rows may still meet. */
const DEADLOCK_RETRIES = 3;
const isDeadlock = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '40P01';

/** Builds the store over an engine. */
export function makeStore(engine: Engine): Store {
  const { differ, writer, reader, enterTenant } = engine;

  /** Of two that wait for one another the engine ends one: nothing of it has happened, so it is done once more. */
  async function transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let left = DEADLOCK_RETRIES; ; left -= 1) {
      try {
        return await attempt(work);
      } catch (error) {
        if (left === 0 || !isDeadlock(error)) throw error;
      }
    }
  }

  async function attempt<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const actions: Array<() => void> = [];
    const afterCommit = (action: () => void) => {
      actions.push(action);
    };
    const last: Array<() => Promise<void>> = [];
    const beforeCommit = (action: () => Promise<void>) => {
      last.push(action);
    };
    const final: Array<() => Promise<void>> = [];
    const lastly = (action: () => Promise<void>) => {
      final.push(action);
    };
    const failed: Array<() => void> = [];
    const afterRollback = (action: () => void) => {
      failed.push(action);
    };
    let result: T;
    try {
      result = await writer.transaction().execute(async (db) => {
        const outcome = await work({ db, differ, beforeCommit, lastly, afterCommit, afterRollback });
        for (const action of last) await action(); // they may add more
        for (const action of final) await action();
        return outcome;
      });
    } catch (error) {
      for (const action of failed) action();
      throw error;
    }
    for (const action of actions) action();
    return result;
  }

  const scoped = async <T>(tx: Tx, tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T> => {
    await enterTenant?.(tx.db, tenantId);
    return work({ ...tx, tenantId });
  };
  const refuse = async () => {
    throw new Error('a reading transaction writes nothing');
  };
  const readTx: Tx = {
    db: reader,
    differ,
    beforeCommit: refuse,
    lastly: refuse,
    afterCommit: (action) => action(),
    afterRollback: () => {},
  };

  return {
    dialect: engine.dialect,
    write: (tenantId, work) => transact((tx) => scoped(tx, tenantId, work)),
    writeAll: transact,
    read: (tenantId, work) =>
      enterTenant
        ? reader.transaction().execute((db) => scoped({ ...readTx, db }, tenantId, work))
        : work({ ...readTx, tenantId }),
    readAll: (work) => work(readTx),
    async single(work) {
      const last: Array<() => Promise<void>> = [];
      const final: Array<() => Promise<void>> = [];
      const outcome = await work({
        db: writer,
        differ,
        beforeCommit: (action) => last.push(action),
        lastly: (action) => final.push(action),
        afterCommit: (action) => action(),
        afterRollback: () => {},
      });
      for (const action of last) await action();
      for (const action of final) await action();
      return outcome;
    },
    async canWrite() {
      try {
        await writer
          .insertInto('heartbeat')
          .values({ host: 'ready', seen_at: sql<number>`cadre_now()` })
          .onConflict((conflict) =>
            conflict.column('host').doUpdateSet({ seen_at: sql<number>`cadre_now()` }),
          )
          .execute();
        return true;
      } catch {
        return false; // the caller asked just this; the reason shows in the next write
      }
    },
    close: engine.close,
  };
}
