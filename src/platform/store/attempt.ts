import { sql } from 'kysely';
import { createSent } from './sent.ts';
import type { TenantTx } from './transaction.ts';

/**
 * Does work that may be refused, in a transaction that goes on either way: when it throws, nothing of it stays, and
 * what it wanted done before or after the commit is not done.
 */
export async function attempt<T>(tx: TenantTx, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  const { alongside, ended } = createSent();
  const wanted: Array<() => void> = [];
  let isKept = false;
  /** What it wants done waits for its end; what is wanted after that, at the commit itself, is passed on at once. */
  const later =
    <Action>(pass: (action: Action) => void) =>
    (action: Action) => {
      if (isKept) pass(action);
      else wanted.push(() => pass(action));
    };
  const inner: TenantTx = {
    ...tx,
    alongside: (statement) => (isKept ? tx.alongside(statement) : alongside(statement)),
    beforeCommit: later(tx.beforeCommit),
    lastly: later(tx.lastly),
    afterCommit: later(tx.afterCommit),
    afterRollback: later(tx.afterRollback),
  };
  await sql`savepoint cadre_attempt`.execute(tx.db);
  let result: T;
  try {
    result = await work(inner).finally(ended);
  } catch (error) {
    await sql`rollback to savepoint cadre_attempt`.execute(tx.db);
    await sql`release savepoint cadre_attempt`.execute(tx.db);
    throw error;
  }
  await sql`release savepoint cadre_attempt`.execute(tx.db);
  isKept = true;
  for (const action of wanted) action();
  return result;
}
