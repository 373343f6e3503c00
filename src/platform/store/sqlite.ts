import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { CadreError, fromErrorRecord } from '../kernel/errors.ts';
import { sqliteDifferences } from './differences.ts';
import type { Answer, Request } from './group-commit.ts';
import { STATEMENT_CACHE, storeError } from './group-commit.ts';
import type { Schema } from './schema.ts';
import { makeStore } from './scope.ts';
import { openConnection } from './sqlite-connection.ts';
import type { Store } from './transaction.ts';

/** Kysely over the writer's thread: no query and no fsync ever stalls HTTP or heartbeats. */
export async function openSqlite(
  file: string,
  clockOffsetMs: number,
): Promise<{ store: Store; kysely: Kysely<Schema> }> {
  const thread = await WriterThread.open(file, clockOffsetMs);
  const { kind, kysely: writer } = kyselyOver({
    acquire: async () => new WriterConnection(thread),
    close: () => thread.close(),
  });
  const reading = openReader(file, clockOffsetMs);
  const { kysely: reader } = kyselyOver({
    acquire: async () => ({ executeQuery: reading.execute, streamQuery: noStream }),
    close: async () => reading.close(),
  });
  const store = makeStore({
    dialect: 'sqlite',
    differ: sqliteDifferences,
    kind,
    writer,
    reader,
    enterTenant: undefined,
    leaveTenant: undefined,
    async close() {
      await reader.destroy(); // first, so that the writer's close leaves one file and no log beside it
      await writer.destroy();
    },
  });
  return { store, kysely: writer };
}

/** The other side of the thread: sends requests in batches, one promise for each. */
class WriterThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  #outbox: Request[] = [];
  #nextId = 0;
  #nextTx = 0;
  #closed: Promise<void> | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static open(file: string, clockOffsetMs: number): Promise<WriterThread> {
    const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), {
      workerData: { file, clockOffsetMs },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    return new Promise((resolve, reject) => {
      const thread = new WriterThread(worker);
      worker.once('message', () => {
        worker.on('message', (answers: Answer[]) => thread.#receive(answers));
        resolve(thread);
      });
      worker.on('error', (error) => {
        reject(storeError(error));
        thread.#fail(error);
      });
    });
  }

  newTransaction(): number {
    this.#nextTx += 1;
    return this.#nextTx;
  }

  request(
    body:
      | { tx?: number; sql: string; parameters: readonly unknown[] }
      | { tx: number; end: 'commit' | 'rollback' },
  ): Promise<Answer> {
    if (this.#closed) return Promise.reject(new CadreError('server/stopping', {}));
    this.#nextId += 1;
    const id = this.#nextId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // What is asked for until this turn of the event loop ends is one message: waking the thread is what costs.
      if (this.#outbox.length === 0) process.nextTick(() => this.#send());
      this.#outbox.push({ id, ...body } as Request); // parameters are checked by SQLite itself
    });
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#worker.once('exit', () => resolve());
      this.#worker.postMessage('close');
    });
    return this.#closed;
  }

  #send(): void {
    const batch = this.#outbox;
    this.#outbox = [];
    this.#worker.postMessage(batch);
  }

  #receive(answers: Answer[] | 'closed'): void {
    if (answers === 'closed') return;
    for (const answer of answers) {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.error) waiting?.reject(fromErrorRecord(answer.error));
      else waiting?.resolve(answer);
    }
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(storeError(error));
    this.#waiting.clear();
  }
}

class WriterConnection implements DatabaseConnection {
  readonly #thread: WriterThread;
  #tx: number | undefined;
  #used = false;

  constructor(thread: WriterThread) {
    this.#thread = thread;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (sql === 'begin') {
      // Nothing is sent yet: the first statement opens the transaction, which saves a round trip.
      this.#tx = this.#thread.newTransaction();
      this.#used = false;
      return { rows: [] };
    }
    if (sql === 'commit' || sql === 'rollback') {
      const tx = this.#tx;
      this.#tx = undefined;
      if (tx !== undefined && this.#used) await this.#thread.request({ tx, end: sql });
      return { rows: [] };
    }
    this.#used = true;
    const answer = await this.#thread.request({
      ...(this.#tx !== undefined && { tx: this.#tx }),
      sql,
      parameters,
    });
    return { rows: (answer.rows ?? []) as R[], numAffectedRows: BigInt(answer.changes ?? 0) }; // rows as Kysely typed them
  }

  // biome-ignore lint/correctness/useYield: streaming is not offered; lists are paged
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming is not supported; use pages.');
  }
}

function openReader(file: string, clockOffsetMs: number) {
  const db = openConnection(DatabaseSync, file, clockOffsetMs, true);
  const statements = new Map<string, StatementSync>();
  const prepare = (text: string): StatementSync => {
    const known = statements.get(text);
    if (known) return known;
    const statement = db.prepare(text);
    if (statements.size >= STATEMENT_CACHE) statements.clear();
    statements.set(text, statement);
    return statement;
  };
  return {
    async execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      try {
        return { rows: prepare(query.sql).all(...(query.parameters as string[])) as R[] }; // typed by Kysely
      } catch (thrown) {
        throw storeError(thrown);
      }
    },
    close: () => db.close(),
  };
}

// biome-ignore lint/correctness/useYield: streaming is not offered; lists are paged
async function* noStream<R>(): AsyncIterableIterator<QueryResult<R>> {
  throw new Error('Streaming is not supported; use pages.');
}

function kyselyOver(source: { acquire(): Promise<DatabaseConnection>; close(): Promise<void> | void }): {
  kind: Dialect;
  kysely: Kysely<Schema>;
} {
  const driver: Driver = {
    init: async () => {},
    acquireConnection: () => source.acquire(),
    beginTransaction: async (connection) => void (await connection.executeQuery(CompiledQuery.raw('begin'))),
    commitTransaction: async (connection) =>
      void (await connection.executeQuery(CompiledQuery.raw('commit'))),
    rollbackTransaction: async (connection) =>
      void (await connection.executeQuery(CompiledQuery.raw('rollback'))),
    releaseConnection: async () => {},
    destroy: async () => source.close(),
  };
  const kind: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  return { kind, kysely: new Kysely<Schema>({ dialect: kind }) };
}
