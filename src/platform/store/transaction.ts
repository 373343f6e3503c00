import type { Kysely } from 'kysely';
import type { Differences } from './differences.ts';
import type { Schema } from './schema.ts';

/** One transaction. What happens in it commits together or not at all. */
export interface Tx {
  readonly db: Kysely<Schema>;
  /** What the two engines say differently. */
  readonly differ: Differences;
  /**
   * Sends a statement whose answer nobody waits for: it travels to the database with those around it, in their order.
   * When it fails, so does the transaction.
   */
  alongside(statement: Promise<unknown>): void;
  /** Runs last inside the transaction: what many calls collected is written with one statement. */
  beforeCommit(action: () => Promise<void>): void;
  /** Runs behind all of these, and across tenants: the engine claims what the transaction makes due. */
  lastly(action: () => Promise<void>): void;
  /** Runs after the commit is on disk (hints to the bus); never when the transaction fails. */
  afterCommit(action: () => void): void;
  /** Runs when the transaction failed: nothing of it was kept. */
  afterRollback(action: () => void): void;
}

/** A transaction of one tenant: the first argument of every query of a room. */
export interface TenantTx extends Tx {
  readonly tenantId: string;
}

/** The database, as rooms see it. */
export interface Store {
  readonly dialect: 'sqlite' | 'postgres';
  /** Runs `work` in a transaction of the tenant. On PostgreSQL row-level security holds inside it. */
  write<T>(tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  /** The same on the read-only side: statements see committed data, each by itself. */
  read<T>(tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  /** A transaction across tenants: engine, sign-in and housekeeping only. */
  writeAll<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  readAll<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Does what is of one tenant in a transaction across tenants, which goes on across them. */
  within<T>(tx: Tx, tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  /** One statement that commits by itself, without the round trips of a transaction: the engine's hot path. */
  single<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** True when a write reaches the disk, for `/ready`. */
  canWrite(): Promise<boolean>;
  close(): Promise<void>;
}
