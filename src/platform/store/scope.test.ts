import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addTenant,
  createTestDatabase,
  onEveryStore,
  type TestDatabase,
} from '../../../test/support/stores.ts';
import { insertEvents } from './events.ts';
import type { Store, TenantTx } from './transaction.ts';

onEveryStore('what nobody waits for in a transaction', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let tenantId: string;
  beforeEach(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
    tenantId = await addTenant(store);
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  const tell = async (tx: TenantTx, type: string) =>
    tx.alongside(
      insertEvents(tx, [
        { tenant_id: tenantId, type, task_id: null, root_id: null, agent_id: null, run_id: null, data: '{}' },
      ]),
    );
  const told = () =>
    store.readAll(async ({ db }) =>
      (await db.selectFrom('event').select('type').where('tenant_id', '=', tenantId).execute()).map(
        ({ type }) => type,
      ),
    );
  const broken = (tx: TenantTx) =>
    sql`insert into event (tenant_id, type) values (${tenantId}, null)`.execute(tx.db);

  test('is there after the commit, in its order, and seen by what follows in the transaction', async () => {
    const seen = await store.write(tenantId, async (tx) => {
      await tell(tx, 'first');
      await tell(tx, 'second');
      const rows = await tx.db.selectFrom('event').select('type').orderBy('seq').execute();
      return rows.map(({ type }) => type);
    });
    expect(seen).toEqual(['first', 'second']);
    expect(await told()).toEqual(['first', 'second']);
  });

  test('fails the transaction when it fails: nothing of it stays, and the one who asked is told why', async () => {
    const done: string[] = [];
    const failing = store.write(tenantId, async (tx) => {
      tx.afterCommit(() => done.push('kept'));
      tx.afterRollback(() => done.push('lost'));
      await tell(tx, 'before');
      tx.alongside(broken(tx));
      await tell(tx, 'after');
    });
    await expect(failing).rejects.toThrow(/null/i);
    expect([await told(), done]).toEqual([[], ['lost']]);
    // The connection is as good as before.
    await store.write(tenantId, (tx) => tell(tx, 'next'));
    expect(await told()).toEqual(['next']);
  });

  test('says why also when what was waited for failed because of it', async () => {
    const failing = store.write(tenantId, async (tx) => {
      tx.alongside(broken(tx));
      await tx.db.selectFrom('event').select('type').execute();
      throw new Error('of no interest');
    });
    await expect(failing).rejects.toThrow(/null/i);
  });

  test('twin: a transaction whose statements all succeed does not fail', async () => {
    const kept = await store.write(tenantId, async (tx) => {
      tx.alongside(sql`select 1`.execute(tx.db));
      await tell(tx, 'kept');
      return 'kept';
    });
    expect([kept, await told()]).toEqual(['kept', ['kept']]);
  });

  test('a transaction that is over takes nothing more', async () => {
    let late: TenantTx | undefined;
    await store.write(tenantId, async (tx) => {
      late = tx;
    });
    await expect(late?.db.selectFrom('event').select('type').execute()).rejects.toThrow(/over/);
  });
});
