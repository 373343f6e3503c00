import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../src/platform/kernel/ids.ts';
import { insertMessages } from '../../src/platform/store/messages.ts';
import { insertTenant } from '../../src/platform/store/tenants.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

onEveryStore('the store', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
  });
  afterAll(async () => {
    await store?.close();
    await database?.drop();
  });
  const count = async () =>
    store.readAll(async ({ db }) =>
      Number(
        (
          await db
            .selectFrom('tenant')
            .select(({ fn }) => fn.countAll().as('n'))
            .executeTakeFirstOrThrow()
        ).n,
      ),
    );
  const tenant = (name: string) => ({ id: newId(), name, weight: 1, max_running: 10 });

  it('keeps what a transaction wrote, and nothing of one that failed', async () => {
    const before = await count();
    await store.writeAll((tx) => insertTenant(tx, tenant('kept')));
    await expect(
      store.writeAll(async (tx) => {
        await insertTenant(tx, tenant('lost'));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await count()).toBe(before + 1);
  });

  it('keeps the others of a group when one transaction fails', async () => {
    const before = await count();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) =>
        store.writeAll(async (tx) => {
          await insertTenant(tx, tenant(`group-${i}`));
          await insertTenant(tx, tenant(i % 3 === 0 ? 'kept' : `group-${i}-b`)); // "kept" exists: unique
        }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toHaveLength(20);
    expect(await count()).toBe(before + 80);
  });

  it('runs afterCommit only after a commit', async () => {
    const seen: string[] = [];
    await store.writeAll(async (tx) => {
      tx.afterCommit(() => seen.push('after'));
      await insertTenant(tx, tenant('hook'));
      seen.push('inside');
    });
    await store
      .writeAll(async (tx) => {
        tx.afterCommit(() => seen.push('never'));
        await insertTenant(tx, tenant('hook'));
      })
      .catch(() => seen.push('refused'));
    expect(seen).toEqual(['inside', 'after', 'refused']);
  });

  it('reads rows of a JSON batch with their types', async () => {
    const rows = JSON.stringify([
      { id: 'a', n: 1 },
      { id: "b' --", n: 2 },
    ]);
    const found = await store.readAll(async ({ db, differ }) => {
      const batch = differ.rowsOf(rows, { id: 'text', n: 'bigint' });
      return sql<{ id: string; n: number }>`select id, n from ${batch} as batch order by n`.execute(db);
    });
    expect(found.rows.map(({ id, n }) => [id, Number(n)])).toEqual([
      ['a', 1],
      ["b' --", 2],
    ]);
  });

  it('moves the clock of the database for a test', async () => {
    const moved = await createTestDatabase(dialect);
    const later = await moved.open(3_600_000);
    const nowOf = async (s: Store) =>
      (await s.readAll(({ db }) => sql<{ now: number }>`select cadre_now() as now`.execute(db))).rows[0]
        ?.now ?? 0;
    const difference = (await nowOf(later)) - (await nowOf(store));
    await later.close();
    await moved.drop();
    expect(Math.round(difference / 1_000)).toBeGreaterThan(3_500);
    expect(Math.round(difference / 1_000)).toBeLessThan(3_700);
  });

  it('says that it can write', async () => {
    expect(await store.canWrite()).toBe(true);
  });

  if (dialect === 'postgres') {
    it('shows a tenant nothing of another, even when the query forgets to ask', async () => {
      const [one, two] = [await addTenant(store, 'one'), await addTenant(store, 'two')];
      for (const id of [one, two]) {
        await store.write(id, (tx) =>
          insertMessages(tx, [
            {
              id: newId(),
              conversation_id: 'c',
              correlation_id: 'c',
              sender_id: 's',
              recipient_id: 'r',
              type: 'task_delegation',
              priority: 50,
              status: 'pending',
              subject: 's',
              payload: '{}',
              task_id: null,
              expires_at: null,
            },
          ]),
        );
      }
      const seen = await store.read(one, ({ db }) => db.selectFrom('message').select('tenant_id').execute());
      expect(seen).toEqual([{ tenant_id: one }]);
      const foreign = store.write(one, async ({ db }) => {
        await db.updateTable('message').set({ tenant_id: two }).execute();
      });
      await expect(foreign).rejects.toThrow(/row-level security/);
      await expect(
        store.read(one, ({ db }) => db.selectFrom('session').selectAll().execute()),
      ).rejects.toThrow(/permission denied/);
    });
  }
});
