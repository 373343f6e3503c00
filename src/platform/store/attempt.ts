import { sql } from 'kysely';
import type { TenantTx } from './transaction.ts';

/**
 * Does work that may be refused, in a transaction that goes on either way: when it throws, nothing of it stays, and
 * what it wanted done before or after the commit is not done.
 */
export async function attempt<T>(tx: TenantTx, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  const wanted: Array<() => void> = [];
  const inner: TenantTx = {
    ...tx,
    beforeCommit: (action) => void wanted.push(() => tx.beforeCommit(action)),
    lastly: (action) => void wanted.push(() => tx.lastly(action)),
    afterCommit: (action) => void wanted.push(() => tx.afterCommit(action)),
    afterRollback: (action) => void wanted.push(() => tx.afterRollback(action)),
  };
  await sql`savepoint cadre_attempt`.execute(tx.db);
  let result: T;
  try {
    result = await work(inner);
  } catch (error) {
    await sql`rollback to savepoint cadre_attempt`.execute(tx.db);
    await sql`release savepoint cadre_attempt`.execute(tx.db);
    throw error;
  }
  await sql`release savepoint cadre_attempt`.execute(tx.db);
  for (const action of wanted) action();
  return result;
}
