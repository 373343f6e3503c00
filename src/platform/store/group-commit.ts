import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { CadreError, type ErrorRecord, toErrorRecord } from '../kernel/errors.ts';

/**
 * Group commit for SQLite. Transactions queue for the one writer; each runs as a savepoint inside an outer
 * transaction, and all are acknowledged after one fsync. A transaction is conducted from another thread, one
 * statement at a time, so the next one waits until its holder releases or rolls back.
 *
 *   first query of tx A -> BEGIN, SAVEPOINT -> … -> release A -> SAVEPOINT for B -> … -> COMMIT -> answer A and B
 *
 * As on PostgreSQL, a transaction in which a statement failed is only rolled back: not everybody waits for each answer.
 */
export interface StatementRequest {
  id: number;
  /** The transaction; absent: the statement is a transaction by itself. */
  tx?: number;
  sql: string;
  parameters: readonly SQLInputValue[];
}
export interface EndRequest {
  id: number;
  tx: number;
  end: 'commit' | 'rollback';
}
export type Request = StatementRequest | EndRequest;

export interface Rows {
  rows: unknown[];
  changes: number;
}
export type Answer = { id: number; rows?: unknown[]; changes?: number; error?: ErrorRecord };

/** Longest time a transaction may wait for the fsync of its group while others still join. */
const GROUP_MS = 4;
const GROUP_SIZE = 512;
/** A holder that says nothing for this long is rolled back, so that one lost caller cannot stop all writing. */
const HOLDER_LIMIT_MS = 15_000;
/** Takes back what failed within an attempt. */
const BACK = /^\s*rollback to /i;
/** Statements kept prepared on a connection. */
export const STATEMENT_CACHE = 500;

export class GroupCommit {
  readonly #db: DatabaseSync;
  readonly #answer: (answer: Answer) => void;
  readonly #statements = new Map<string, StatementSync>();
  readonly #queue: StatementRequest[] = [];
  readonly #ended = new Set<number>();
  #holder: number | undefined;
  /** Why the transaction of the holder can no longer be kept. */
  #failure: ErrorRecord | undefined;
  #holderTimer: NodeJS.Timeout | undefined;
  #open = false;
  #openedAt = 0;
  #unacknowledged: Answer[] = [];
  #flushing = false;
  #broken: ErrorRecord | undefined;

  constructor(db: DatabaseSync, answer: (answer: Answer) => void) {
    this.#db = db;
    this.#answer = answer;
  }

  /** Takes one request; the answer comes through the function given to the constructor. */
  handle(request: Request): void {
    if (this.#broken) return this.#answer({ id: request.id, error: this.#broken });
    if ('end' in request) return this.#end(request);
    if (request.tx !== undefined && request.tx === this.#holder) return this.#run(request);
    if (request.tx !== undefined && this.#ended.delete(request.tx)) {
      return this.#fail(
        request.id,
        new CadreError('store/unavailable', { detail: 'the transaction took too long' }),
      );
    }
    this.#queue.push(request);
    this.#next();
  }

  #next(): void {
    while (this.#holder === undefined) {
      if (this.#open && this.#groupIsFull()) this.#flush();
      const request = this.#queue.shift();
      if (!request) return this.#flushSoon();
      if (!this.#openGroup(request.id)) continue;
      this.#db.exec('SAVEPOINT one');
      if (request.tx === undefined) this.#runAlone(request);
      else {
        this.#hold(request.tx);
        this.#run(request);
      }
    }
  }

  #groupIsFull(): boolean {
    return this.#unacknowledged.length >= GROUP_SIZE || performance.now() - this.#openedAt > GROUP_MS;
  }

  #openGroup(id: number): boolean {
    if (this.#open) return true;
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      this.#open = true;
      this.#openedAt = performance.now();
      return true;
    } catch (thrown) {
      this.#fail(id, storeError(thrown));
      return false;
    }
  }

  #hold(tx: number): void {
    this.#holder = tx;
    this.#failure = undefined;
    this.#holderTimer = setTimeout(() => {
      this.#ended.add(tx);
      this.#rollback();
      this.#release();
    }, HOLDER_LIMIT_MS);
    this.#holderTimer.unref();
  }

  #release(): void {
    clearTimeout(this.#holderTimer);
    this.#holder = undefined;
    this.#next();
  }

  #run(request: StatementRequest): void {
    try {
      this.#answer({ id: request.id, ...this.#execute(request) });
      if (BACK.test(request.sql)) this.#failure = undefined;
    } catch (thrown) {
      this.#failure ??= toErrorRecord(storeError(thrown));
      this.#fail(request.id, thrown);
    }
  }

  #runAlone(request: StatementRequest): void {
    try {
      const rows = this.#execute(request);
      this.#db.exec('RELEASE one');
      this.#unacknowledged.push({ id: request.id, ...rows });
    } catch (thrown) {
      this.#rollback();
      this.#fail(request.id, thrown);
    }
  }

  #end(request: EndRequest): void {
    if (request.tx !== this.#holder) {
      const late = this.#ended.delete(request.tx);
      if (late && request.end === 'commit') {
        this.#fail(
          request.id,
          new CadreError('store/unavailable', { detail: 'the transaction took too long' }),
        );
      } else this.#answer({ id: request.id });
      return;
    }
    if (request.end === 'rollback' || this.#failure) {
      this.#rollback();
      const error = request.end === 'commit' && this.#failure;
      this.#answer({ id: request.id, ...(error && { error }) });
    } else {
      try {
        this.#db.exec('RELEASE one');
        this.#unacknowledged.push({ id: request.id });
      } catch (thrown) {
        this.#rollback();
        this.#fail(request.id, thrown);
      }
    }
    this.#release();
  }

  #rollback(): void {
    // A full disk makes SQLite roll back the whole outer transaction by itself; then nobody in it was saved.
    if (!this.#db.isTransaction)
      return this.#lose(new CadreError('store/full', { detail: 'the group was rolled back' }));
    this.#db.exec('ROLLBACK TO one');
    this.#db.exec('RELEASE one');
  }

  #lose(error: CadreError): void {
    this.#open = false;
    const lost = this.#unacknowledged;
    this.#unacknowledged = [];
    for (const { id } of lost) this.#answer({ id, error: toErrorRecord(error) });
  }

  /** Waits until messages that are already here were read: they may join the group. */
  #flushSoon(): void {
    if (this.#flushing || !this.#open) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      if (this.#holder === undefined && this.#queue.length === 0) this.#flush();
    });
  }

  #flush(): void {
    if (!this.#open) return;
    try {
      this.#db.exec('COMMIT');
    } catch (thrown) {
      const error = storeError(thrown);
      // After a failed fsync nothing that was written since may be believed: stop rather than try again.
      if (error.code === 'store/corrupt') this.#broken = toErrorRecord(error);
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      return this.#lose(error);
    }
    this.#open = false;
    const done = this.#unacknowledged;
    this.#unacknowledged = [];
    for (const answer of done) this.#answer(answer);
  }

  #execute(request: StatementRequest): Rows {
    const statement = this.#prepare(request.sql);
    if (statement.columns().length > 0) return { rows: statement.all(...request.parameters), changes: 0 };
    return { rows: [], changes: Number(statement.run(...request.parameters).changes) };
  }

  #prepare(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.#db.prepare(text);
    if (this.#statements.size >= STATEMENT_CACHE) this.#statements.clear();
    this.#statements.set(text, statement);
    return statement;
  }

  #fail(id: number, thrown: unknown): void {
    this.#answer({ id, error: toErrorRecord(thrown instanceof CadreError ? thrown : storeError(thrown)) });
  }
}

/** SQLite's result codes as errors of the catalogue; others pass through with their message. */
export function storeError(thrown: unknown): CadreError {
  if (thrown instanceof CadreError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && 'errcode' in thrown ? Number(thrown.errcode) & 0xff : 0;
  if (code === 13 || (code === 10 && /ENOSPC|full/i.test(detail)))
    return new CadreError('store/full', { detail });
  if (code === 10 || code === 11 || code === 26) return new CadreError('store/corrupt', { detail });
  if (code === 8) return new CadreError('home/not-writable', { home: 'of the database', detail });
  return new CadreError('store/unavailable', { detail }, { cause: thrown });
}
