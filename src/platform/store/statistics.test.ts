import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/stores.ts';
import type { Schema } from './schema.ts';
import type { Store } from './transaction.ts';

let database: TestDatabase;
let store: Store;
beforeEach(async () => {
  database = await createTestDatabase('sqlite');
  store = await database.open();
});
afterEach(async () => {
  await store.close();
  await database.drop();
});

/** How a connection would look for the delegation of a task. */
async function plan(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ detail: string }>`explain query plan
    select * from message where tenant_id = ${'t'} and task_id in (${'x'}) and type = ${'task_delegation'} order by id`.execute(
    db,
  );
  return rows.map(({ detail }) => detail).join('; ');
}

test('what belongs to one task is not looked for among all that a tenant has', async () => {
  expect(await store.readAll(({ db }) => plan(db))).toContain('message_by_task');
  expect(await store.writeAll(({ db }) => plan(db))).toContain('message_by_task');
});

test('twin: without the statistics it is', async () => {
  await store.writeAll(({ db }) => sql`delete from sqlite_stat1`.execute(db));
  await store.close();
  store = await database.open();
  expect(await store.readAll(({ db }) => plan(db))).toContain('message_by_age');
});
