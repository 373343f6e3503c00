import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '../../../src/edge/cli/client.ts';
import { httpClient } from '../../../src/edge/cli/http-client.ts';
import type { Message } from '../../../src/messages/message.ts';
import { operations } from '../../../src/operations.ts';
import { createApi } from '../../chaos/api.ts';
import { type CadreProcess, cadreProcess, freePort } from '../../chaos/processes.ts';
import { until } from '../../support/engine.ts';
import { createTestDatabase } from '../../support/stores.ts';
import { createLogReader } from './log.ts';
import { urlsAt } from './outside.ts';
import type { Order } from './outside-process.ts';
import { allIdle, register } from './register.ts';
import type { World } from './world.ts';

const KEY = 'proof-admin-key-0123456789-0123456789';
/** So long a message lies there untouched while only the asking side runs. */
const UNTOUCHED_MS = 500;

/**
 * Processes that share nothing but a PostgreSQL database: A takes the calls and carries out nothing, B carries out and
 * takes no call of the proof, C holds the agents outside and speaks to B. What is handled has crossed from A to B.
 */
export async function openTwoProcesses(faults: readonly string[]): Promise<World> {
  const closing: Array<() => Promise<void> | void> = [];
  const close = async () => {
    for (let one = closing.pop(); one; one = closing.pop()) await one();
  };
  try {
    const database = await createTestDatabase('postgres');
    closing.push(() => database.drop());
    const outsidePort = await freePort();
    const open = async (args: string[]) => {
      const one = await cadre(args, {
        DATABASE_URL: database.databaseUrl ?? '',
        CADRE_ADMIN_KEY: KEY,
        CADRE_ALLOW_HOSTS: `127.0.0.1:${outsidePort}`,
        CADRE_FAULTS: faults.join(','),
        CADRE_RATE_PER_SECOND: '100000',
        CADRE_LEASE_TTL_MS: '3000',
      });
      closing.push(() => one.close());
      await one.ready();
      return one;
    };
    const outside = await startOutside(outsidePort);
    closing.push(() => outside.stop());
    const a = await open(['serve']);
    closing.push(() => a.client.close());
    const ids = await register(a.client, outside.urlOf);
    const untouched = await sendUntouched(a.client);
    const b = await open(['start', '--no-example']);
    closing.push(() => outside.stop()); // before B goes, whom they speak to
    await outside.tell({ do: 'attend', url: b.url, key: KEY, ids });
    await until(
      async () => (await statusOf(a.client, untouched)) === 'acknowledged',
      'B handles what A took',
    );
    await allIdle(a.client);
    const parts = [
      { pid: a.pid(), is: 'A, `cadre serve`: takes every call over HTTP, carries out nothing' },
      {
        pid: b.pid(),
        is: 'B, `cadre start`: carries out messages and tasks; no call of the proof reaches it',
      },
      { pid: outside.pid, is: 'C: the agents outside; B calls them, and they take messages from B' },
    ];
    if (new Set([process.pid, ...parts.map(({ pid }) => pid)]).size !== 4)
      throw new Error('the processes are not four different ones');
    return {
      store: 'postgres',
      client: a.client,
      log: createLogReader(a.client),
      url: a.url,
      key: KEY,
      ids,
      asking: a.pid(),
      handlers: [b.pid(), outside.pid],
      parts,
      connected:
        'A and B share nothing but a PostgreSQL database (rows, and NOTIFY as a hint). Before B was there, a message ' +
        `that A had taken lay untouched for ${UNTOUCHED_MS} ms; B handled it as soon as it was started.`,
      sabotage: (method) => outside.tell({ do: 'sabotage', method: method ?? null }),
      checkAlive() {
        for (const { pid } of parts) process.kill(pid, 0);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A process of Cadre with a home of its own. */
async function cadre(args: string[], env: Record<string, string>) {
  const home = mkdtempSync(join(tmpdir(), 'cadre-proof-'));
  const port = await freePort();
  const process: CadreProcess = cadreProcess(args, { ...env, CADRE_HOME: home, CADRE_PORT: String(port) });
  const url = `http://127.0.0.1:${port}`;
  process.start();
  return {
    url,
    client: httpClient(url, KEY, operations),
    /** As it says itself: what was started could be a wrapper. */
    pid: () => Number(JSON.parse(readFileSync(join(home, 'server.json'), 'utf8')).pid),
    async ready() {
      try {
        await createApi(url, KEY).insist('GET', '/agents');
        await until(async () => existsSync(join(home, 'server.json')), 'server.json');
      } catch (cause) {
        throw new Error(`cadre ${args[0]} did not start: ${process.words}`, { cause });
      }
    },
    async close() {
      await process.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The agents outside in a process of their own. */
async function startOutside(port: number) {
  const path = join(import.meta.dirname, 'outside-process.ts');
  const child: ChildProcess = fork(path, [String(port)], { execArgv: [] });
  const answered = () =>
    new Promise<void>((resolve, reject) => {
      const fail = (code: number | null) => reject(new Error(`the agents outside ended: exit code ${code}`));
      child.once('exit', fail);
      child.once('message', () => {
        child.off('exit', fail);
        resolve();
      });
    });
  await answered();
  return {
    pid: child.pid ?? 0,
    urlOf: urlsAt(port),
    async tell(order: Order) {
      const done = answered();
      child.send(order);
      await done;
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

/** A message for an agent with built-in skills; answers its id once it has lain there untouched for a while. */
async function sendUntouched(client: Client): Promise<string> {
  const { id } = (await client.call('messages.send', {
    to: 'Keeper',
    type: 'status_update',
    payload: { message: 'Is anybody there?' },
  })) as Message; // as documented
  await new Promise((resolve) => setTimeout(resolve, UNTOUCHED_MS));
  const status = await statusOf(client, id);
  if (status !== 'sent') throw new Error(`without B, a message is ${status}`);
  return id;
}

async function statusOf(client: Client, id: string): Promise<string> {
  return ((await client.call('messages.get', { id })) as Message).status; // as documented
}
