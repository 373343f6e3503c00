import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, onEveryStore, type TestDatabase } from '../../../test/support/stores.ts';
import { insertKey, insertSession, selectLiveSession } from './access.ts';
import { house } from './migrations/0001-house.ts';
import { openPostgres } from './postgres.ts';
import type { Schema } from './schema.ts';
import { openSqlite } from './sqlite.ts';
import { insertTenant } from './tenants.ts';
import type { Store } from './transaction.ts';

onEveryStore('a home of an earlier version', (dialect) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(dialect, { isBare: true });
  });
  afterEach(() => database.drop());

  /** The database as the version before left it: with the first tables only, a tenant and an open session. */
  const openFirst = async (): Promise<{ store: Store; kysely: Kysely<Schema> }> => {
    const { databaseUrl } = database;
    const opened = databaseUrl
      ? openPostgres({ databaseUrl })
      : await openSqlite(join(database.folder, 'cadre.db'), 0);
    const provider = { getMigrations: async () => ({ '0001-house': house(dialect) }) };
    const { error } = await new Migrator({ db: opened.kysely, provider }).migrateToLatest();
    expect(error).toBeUndefined();
    const { store } = opened;
    await store.writeAll((tx) => insertTenant(tx, { id: 'main', name: 'main', weight: 1, max_running: 10 }));
    await store.writeAll(({ db }) =>
      sql`insert into session values ('before', 'main', 'owner', cadre_now(), cadre_now(), cadre_now() + 60000)`.execute(
        db,
      ),
    );
    return opened;
  };
  const keySession = async (store: Store) => {
    const key = { id: 'key', tenant_id: 'main', name: 'import', role: 'owner', secret_hash: 'h' };
    await store.writeAll((tx) => insertKey(tx, key, 60_000));
    const session = { token_hash: 'after', tenant_id: 'main', role: 'owner', key_id: 'key', person: null };
    await store.writeAll((tx) => insertSession(tx, session, 60_000));
  };

  test('opens, keeps its sessions, and takes what the new version writes; a second start changes nothing', async () => {
    await (await openFirst()).store.close();
    const upgraded = await database.open();
    const live = (hash: string) => upgraded.readAll((tx) => selectLiveSession(tx, hash, 60_000));
    expect(await live('before')).toMatchObject({ tenant_id: 'main', key_id: null, key_name: null });
    await keySession(upgraded);
    expect(await live('after')).toMatchObject({ key_id: 'key', key_name: 'import' });
    await upgraded.close();
    const again = await database.open();
    expect(await again.readAll((tx) => selectLiveSession(tx, 'after', 60_000))).toBeDefined();
    await again.close();
  });

  test('the twin: without the upgrade the new version’s sessions do not fit', async () => {
    const { store } = await openFirst();
    await expect(keySession(store)).rejects.toThrow(/key_id/);
    await store.close();
  });
});
