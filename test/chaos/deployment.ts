import { createTestDatabase, type TestDatabase } from '../support/stores.ts';
import { type Api, createApi } from './api.ts';
import { type CadreProcess, cadreProcess, freePort } from './processes.ts';

/** Real processes over one database: `start` on SQLite; `serve` and workers on PostgreSQL. */
export interface Deployment {
  api: Api;
  url: string;
  adminKey: string;
  /** Answers HTTP. On SQLite it also works. */
  server: CadreProcess;
  /** Those that carry out tasks: the ones to kill. On SQLite the server itself. */
  workers: CadreProcess[];
  /** The environment of its processes, to start one more. */
  env: Record<string, string>;
  database: TestDatabase;
  /** Resolves when the server answers. */
  ready(): Promise<void>;
  /** kill -9 of all workers and a start of the same number. */
  killAndRestart(): Promise<void>;
  close(): Promise<void>;
}

export const ADMIN_KEY = 'storm-admin-key-0123456789-0123456789';

/** Starts them and waits until they answer. `env` adds to the settings. */
export async function deploy(
  dialect: 'sqlite' | 'postgres',
  options: { env?: Record<string, string>; workers?: number; leaseTtlMs?: number } = {},
): Promise<Deployment> {
  const database = await createTestDatabase(dialect);
  const port = await freePort();
  const env: Record<string, string> = {
    CADRE_HOME: database.folder,
    CADRE_PORT: String(port),
    CADRE_ADMIN_KEY: ADMIN_KEY,
    CADRE_LEASE_TTL_MS: String(options.leaseTtlMs ?? 1_500),
    CADRE_RATE_PER_SECOND: '100000',
    ...(database.databaseUrl && { DATABASE_URL: database.databaseUrl }),
    ...options.env,
  };
  const server = cadreProcess(dialect === 'sqlite' ? ['start', '--no-example'] : ['serve'], env);
  const workers =
    dialect === 'sqlite'
      ? [server]
      : Array.from({ length: options.workers ?? 1 }, () => cadreProcess(['work'], env));
  const url = `http://127.0.0.1:${port}`;
  const api = createApi(url, ADMIN_KEY);
  const ready = async () => void (await api.insist('GET', '/agents'));
  const others = workers.filter((worker) => worker !== server);
  const deployment: Deployment = {
    api,
    url,
    adminKey: ADMIN_KEY,
    server,
    workers,
    env,
    database,
    ready,
    async killAndRestart() {
      for (const worker of workers) await worker.kill();
      for (const worker of workers) worker.start();
      await ready();
    },
    async close() {
      for (const one of new Set([server, ...workers])) await one.kill();
      await database.drop();
    },
  };
  try {
    server.start();
    await ready();
    for (const worker of others) worker.start();
    return deployment;
  } catch (error) {
    await deployment.close();
    throw new Error(`Cadre did not start: ${server.words}`, { cause: error });
  }
}
