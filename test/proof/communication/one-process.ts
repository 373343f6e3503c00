import { localClient } from '../../../src/edge/cli/local-client.ts';
import { type HttpServer, serveHttp } from '../../../src/edge/http/server.ts';
import { operations } from '../../../src/operations.ts';
import { freePort } from '../../chaos/processes.ts';
import { openTestHouse } from '../../support/house.ts';
import { createLogReader } from './log.ts';
import { type Outside, openOutside, urlsAt } from './outside.ts';
import { allIdle, register } from './register.ts';
import type { World } from './world.ts';

const KEY = 'proof-admin-key-0123456789-0123456789';

/**
 * Everything in this process: a house on SQLite that works, its HTTP door, and the agents outside. `faults` are guards
 * of the product that are switched off.
 */
export async function openOneProcess(faults: readonly string[]): Promise<World> {
  const port = await freePort();
  const opened: Array<{ close(): Promise<void> }> = [];
  const close = async () => {
    for (let one = opened.pop(); one; one = opened.pop()) await one.close();
  };
  try {
    const outside: Outside = await openOutside(port);
    const home = await openTestHouse({
      dialect: 'sqlite',
      env: {
        CADRE_ADMIN_KEY: KEY,
        CADRE_ALLOW_HOSTS: `127.0.0.1:${port}`,
        CADRE_FAULTS: faults.join(','),
        CADRE_RATE_PER_SECOND: '100000',
      },
    });
    opened.push(home);
    opened.push(outside); // it stops looking before the house goes
    const door: HttpServer = await serveHttp(home.house, operations);
    opened.push(door);
    const client = localClient(home.house, operations, 'this process', async () => {});
    const ids = await register(client, urlsAt(port));
    outside.attend(client, ids);
    await allIdle(client);
    return {
      store: 'sqlite',
      client,
      log: createLogReader(client),
      url: door.url,
      key: KEY,
      ids,
      asking: process.pid,
      handlers: [process.pid],
      parts: [{ pid: process.pid, is: 'the house, its HTTP door, and the agents outside' }],
      connected: 'All in one process, over one SQLite file; operations are called in the process.',
      sabotage: async (method) => outside.sabotage(method),
      checkAlive() {},
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
