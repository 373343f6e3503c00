import { type House, openHouse } from '../../src/cadre.ts';
import { operations } from '../../src/operations.ts';
import { readConfig } from '../../src/platform/kernel/config.ts';
import type { Caller, Role } from '../../src/platform/kernel/operation.ts';
import { FINAL_STATUSES, selectTask } from '../../src/platform/store/tasks.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from './engine.ts';
import { createTestDatabase, type TestDatabase } from './stores.ts';

/** A whole house on a database of its own, called as doors call it. */
export interface TestHouse {
  house: House;
  database: TestDatabase;
  /** Runs an operation as the home's owner, or as whom is given. */
  call<T>(name: string, input?: unknown, as?: Partial<Caller>): Promise<T>;
  /** Uploads texts as files; answers their ids in order. */
  upload(files: Record<string, string | Uint8Array>): Promise<string[]>;
  /** Submits and waits for the end. */
  run(submission: Record<string, unknown>): Promise<Task>;
  /** Waits until the task is final. */
  ended(id: string): Promise<Task>;
  events(taskId?: string): Promise<
    Array<{
      type: string;
      at: string;
      taskId: string | null;
      agentId: string | null;
      runId: string | null;
      data: Record<string, unknown>;
    }>
  >;
  close(): Promise<void>;
}

export interface HouseOptions {
  dialect?: 'sqlite' | 'postgres';
  database?: TestDatabase;
  works?: boolean;
  env?: Record<string, string>;
}

/** Opens a house; give `database` to open a second process or a second start on the same data. */
export async function openTestHouse(options: HouseOptions = {}): Promise<TestHouse> {
  const database = options.database ?? (await createTestDatabase(options.dialect ?? 'sqlite'));
  const { config } = readConfig(
    { home: database.folder, leaseTtlMs: '3000', logLevel: 'warn', port: '0' },
    { ...(database.databaseUrl && { DATABASE_URL: database.databaseUrl }), ...options.env },
  );
  const house = await openHouse(config, { works: options.works ?? true });
  const callerOf = (as: Partial<Caller> = {}): Caller => ({
    tenantId: house.homeTenantId,
    actor: { kind: 'system', id: 'test', name: 'a test' },
    role: 'owner' satisfies Role,
    traceId: 'test',
    signal: new AbortController().signal,
    ...as,
  });
  const call = async <T>(name: string, input: unknown = {}, as?: Partial<Caller>): Promise<T> => {
    const operation = operations.find((one) => one.name === name);
    if (!operation) throw new Error(`no operation ${name}`);
    return (await operation.run(house, callerOf(as), input)) as T; // the test names the type it expects
  };
  const ended = async (id: string): Promise<Task> => {
    // Its row alone: whoever waits leaves the processor to those who work.
    await until(
      async () => {
        const row = await house.store.read(house.homeTenantId, (tx) => selectTask(tx, id));
        return row && FINAL_STATUSES.includes(row.status);
      },
      `the end of task ${id}`,
      60_000,
    );
    return call<Task>('tasks.get', { id });
  };
  return {
    house,
    database,
    call,
    ended,
    async upload(files) {
      const parts = Object.entries(files).map(([name, content]) => ({
        name,
        mediaType: 'application/octet-stream',
        bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
      }));
      const stored = await call<{ files: Array<{ id: string }> }>('files.upload', { files: parts });
      return stored.files.map((file) => file.id);
    },
    async run(submission) {
      const { id } = await call<{ id: string }>('tasks.submit', submission);
      return ended(id);
    },
    async events(taskId) {
      await database.settled();
      return (await house.events.read(
        { tenantId: house.homeTenantId, ...(taskId && { rootId: taskId }) },
        undefined,
        5_000,
      )) as never; // records, read as plain data
    },
    async close() {
      await house.close();
      if (!options.database) await database.drop();
    },
  };
}
