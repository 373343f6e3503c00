import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from 'vitest';
import { openGate } from '../support/gate.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

/** P27: whoever asks whether it is ready is told the truth in time, also when nothing answers at all. */
onEveryStore('a database that does not answer (P27)', (dialect) => {
  let home: TestHouse | undefined;
  let database: TestDatabase;
  const closing: Array<() => unknown> = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await home?.close();
    await database.drop();
  });

  async function open() {
    database = await createTestDatabase(dialect);
    if (!database.databaseUrl) {
      home = await openTestHouse({ database, works: false });
      let locker: DatabaseSync | undefined;
      const hold = (is: boolean) => {
        if (is) {
          locker = new DatabaseSync(join(database.folder, 'cadre.db'));
          locker.exec('begin exclusive');
        } else {
          locker?.exec('rollback');
          locker?.close();
        }
      };
      return { home, hold };
    }
    const { url, hold, close } = await openGate(new URL(database.databaseUrl));
    home = await openTestHouse({ database, works: false, env: { DATABASE_URL: url } });
    closing.push(close);
    return { home, hold };
  }

  it('is not ready while it is silent, however long that is; twin: ready before and afterwards', async () => {
    const { home, hold } = await open();
    await home.house.checkReady();
    hold(true);
    const asked = await Promise.allSettled([home.house.checkReady(), home.house.checkReady()]);
    for (const answer of asked)
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'store/unavailable' } });
    hold(false);
    await expect
      .poll(
        () =>
          home.house.checkReady().then(
            () => true,
            () => false,
          ),
        { timeout: 15_000 },
      )
      .toBe(true);
  });
});
