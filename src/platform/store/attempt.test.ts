import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addTenant,
  createTestDatabase,
  onEveryStore,
  type TestDatabase,
} from '../../../test/support/stores.ts';
import { attempt } from './attempt.ts';
import { countSchedules, insertSchedule } from './schedules.ts';
import type { Store, TenantTx } from './transaction.ts';

onEveryStore('an attempt within a transaction', (dialect) => {
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

  const add = (tx: TenantTx, name: string) =>
    insertSchedule(tx, {
      id: name,
      name,
      cron: '* * * * *',
      zone: 'UTC',
      catch_up: 'one',
      catch_up_limit: 1,
      overlap: 'skip',
      task: '{}',
      next_at: null,
      role: 'owner',
      key_id: null,
      created_by: 'test',
    });
  const count = () => store.read(tenantId, countSchedules);

  test('one that is refused leaves nothing, and the transaction goes on; its twin stays', async () => {
    const done: string[] = [];
    await store.write(tenantId, async (tx) => {
      const refused = attempt(tx, async (inner) => {
        await add(inner, 'refused');
        inner.afterCommit(() => done.push('refused'));
        throw new Error('no');
      });
      await expect(refused).rejects.toThrow('no');
      await attempt(tx, async (inner) => {
        await add(inner, 'kept');
        inner.afterCommit(() => done.push('kept'));
      });
    });
    expect([await count(), done]).toEqual([1, ['kept']]);
  });

  test('what it wants done at the commit may want more then', async () => {
    const done: string[] = [];
    await store.write(tenantId, (tx) =>
      attempt(tx, async (inner) => {
        inner.lastly(async () => {
          await add(inner, 'late');
          inner.afterCommit(() => done.push('after the last'));
        });
      }),
    );
    expect([await count(), done]).toEqual([1, ['after the last']]);
  });

  test('a statement that fails ends the attempt alone', async () => {
    await store.write(tenantId, async (tx) => {
      await add(tx, 'first');
      const same = attempt(tx, (inner) =>
        inner.db
          .insertInto('tenant')
          .values({ id: tenantId, name: 'x', weight: 1, max_running: 1, created_at: 0 })
          .execute(),
      );
      await expect(same).rejects.toThrow();
      await add(tx, 'second');
    });
    expect(await count()).toBe(2);
  });
});
