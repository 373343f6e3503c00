import { CompiledQuery, type DatabaseConnection, type Dialect, Kysely, sql } from 'kysely';
import type { Differences } from './differences.ts';
import type { Schema } from './schema.ts';
import { createSent } from './sent.ts';
import type { Store, TenantTx, Tx } from './transaction.ts';

/** What an engine brings; the scopes and the rules of a transaction are the same for both. */
export interface Engine {
  dialect: Store['dialect'];
  differ: Differences;
  /** Of which writer and reader are. */
  kind: Dialect;
  writer: Kysely<Schema>;
  reader: Kysely<Schema>;
  /**
   * The statement that puts a transaction under row-level security, where the engine has it.
   * @throws CadreError `tenant/not-found` at once, before anything is sent
   */
  enterTenant: ((db: Kysely<Schema>, tenantId: string) => Promise<unknown>) | undefined;
  /** Takes it out again. */
  leaveTenant: ((db: Kysely<Schema>) => Promise<unknown>) | undefined;
  close(): Promise<void>;
}

/** The order of locks (src/messages/README.md) makes deadlocks rare; statements over many rows may still meet. */
const DEADLOCK_RETRIES = 3;
const isDeadlock = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '40P01';

type Transaction = <T>(kysely: Kysely<Schema>, work: (db: Kysely<Schema>) => Promise<T>) => Promise<T>;

/**
 * Transactions whose statements do not wait for one another: those of Kysely itself send each only after the answer to
 * the one before it.
 */
function transactions(dialect: Dialect): Transaction {
  const still = { config: { dialect }, dialect, driver: dialect.createDriver() };
  return async (kysely, work) => {
    const executor = kysely.getExecutor();
    return executor.provideConnection(async (connection: DatabaseConnection) => {
      let isOver = false;
      const say = (what: 'begin' | 'commit' | 'rollback') => connection.executeQuery(CompiledQuery.raw(what));
      const own = executor.withConnectionProvider({
        async provideConnection(consumer) {
          if (isOver) throw new Error('the transaction is over');
          return consumer(connection);
        },
      });
      await say('begin');
      try {
        const outcome = await work(new Kysely<Schema>({ ...still, executor: own }));
        isOver = true;
        await say('commit');
        return outcome;
      } catch (error) {
        isOver = true;
        await say('rollback').catch(() => {}); // what went wrong before says why
        throw error;
      }
    });
  };
}

/** Builds the store over an engine. */
export function makeStore(engine: Engine): Store {
  const { differ, writer, reader, enterTenant, leaveTenant } = engine;
  const transaction = transactions(engine.kind);

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
    const { alongside, ended } = createSent();
    let result: T;
    try {
      result = await transaction(writer, async (db) => {
        const outcome = await work({
          db,
          differ,
          alongside,
          beforeCommit,
          lastly,
          afterCommit,
          afterRollback,
        });
        for (const action of last) await action(); // they may add more
        for (const action of final) await action();
        return outcome;
      }).finally(ended);
    } catch (error) {
      for (const action of failed) action();
      throw error;
    }
    for (const action of actions) action();
    return result;
  }

  const scoped = async <T>(tx: Tx, tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T> => {
    if (enterTenant) tx.alongside(enterTenant(tx.db, tenantId));
    return work({ ...tx, tenantId });
  };
  const refuse = () => {
    throw new Error('a reading transaction writes nothing');
  };
  const readTx: Tx = {
    db: reader,
    differ,
    alongside: refuse,
    beforeCommit: refuse,
    lastly: refuse,
    afterCommit: (action) => action(),
    afterRollback: () => {},
  };

  /** Reads under row-level security. Nobody who has an answer waits for the end of the transaction. */
  function readScoped<T>(tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      transaction(reader, async (db) => {
        const { alongside, ended } = createSent();
        await scoped({ ...readTx, db, alongside }, tenantId, work)
          .then(resolve)
          .finally(ended);
      }).catch(reject);
    });
  }

  return {
    dialect: engine.dialect,
    write: (tenantId, work) => transact((tx) => scoped(tx, tenantId, work)),
    writeAll: transact,
    read: (tenantId, work) => (enterTenant ? readScoped(tenantId, work) : work({ ...readTx, tenantId })),
    readAll: (work) => work(readTx),
    async within(tx, tenantId, work) {
      const outcome = await scoped(tx, tenantId, work);
      if (leaveTenant) tx.alongside(leaveTenant(tx.db));
      return outcome;
    },
    async single(work) {
      const last: Array<() => Promise<void>> = [];
      const final: Array<() => Promise<void>> = [];
      const { alongside, ended } = createSent();
      const outcome = await work({
        db: writer,
        differ,
        alongside,
        beforeCommit: (action) => last.push(action),
        lastly: (action) => final.push(action),
        afterCommit: (action) => action(),
        afterRollback: () => {},
      });
      for (const action of last) await action();
      for (const action of final) await action();
      await ended();
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
