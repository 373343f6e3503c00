import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from 'vitest';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

/** Passes everything on to the database, until it is told to hold it: then nothing comes or goes, and nothing breaks. */
async function startHolder(target: URL): Promise<{ url: string; hold(is: boolean): void; server: Server }> {
  const sockets = new Set<Socket>();
  let isHeld = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port || 5432), target.hostname || '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isHeld) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has a port
  return {
    url: url.href,
    server,
    hold(is) {
      isHeld = is;
      for (const socket of sockets) is ? socket.pause() : socket.resume();
    },
  };
}

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
    const { url, hold, server } = await startHolder(new URL(database.databaseUrl));
    home = await openTestHouse({ database, works: false, env: { DATABASE_URL: url } });
    closing.push(() => server.close());
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
