import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe } from 'vitest';
import { newId } from '../../src/platform/kernel/ids.ts';
import { openDatabase } from '../../src/platform/store/database.ts';
import { insertTenant } from '../../src/platform/store/tenants.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { until } from './engine.ts';

/** A database of its own for one test, on the engine under test. */
export interface TestDatabase {
  dialect: 'sqlite' | 'postgres';
  /** Folder of SQLite, also a temporary home for PostgreSQL tests. */
  folder: string;
  /** Set on PostgreSQL. */
  databaseUrl?: string;
  open(clockOffsetMs?: number): Promise<Store>;
  /**
   * Waits until readers see every event that is committed now. On PostgreSQL the log shows an event when no older
   * transaction is open, also of other tests' databases in the same cluster.
   */
  settled(): Promise<void>;
  drop(): Promise<void>;
}

const postgresUrl = process.env.CADRE_TEST_POSTGRES_FOUND;

/**
 * Makes a database: a copy of one that was migrated once (`global.ts`), or without any table when `isBare`. Call `drop`
 * when done.
 */
export async function createTestDatabase(
  dialect: 'sqlite' | 'postgres',
  { isBare = false } = {},
): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'cadre-test-'));
  if (dialect === 'sqlite') {
    const template = process.env.CADRE_TEST_TEMPLATE_FOLDER;
    if (template && !isBare) copyFileSync(join(template, 'cadre.db'), join(folder, 'cadre.db'));
    return {
      dialect,
      folder,
      open: (clockOffsetMs = 0) => openDatabase({ folder, clockOffsetMs: () => clockOffsetMs }),
      settled: async () => {}, // one writer: what is committed is seen
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  if (!postgresUrl) throw new Error('No PostgreSQL here.');
  const name = `cadre_test_${newId().replaceAll('-', '')}`;
  const template = process.env.CADRE_TEST_TEMPLATE;
  const space = process.env.CADRE_TEST_TABLESPACE;
  await administer(
    [
      `create database ${name}`,
      template && !isBare && `template ${template}`,
      // Files are copied at once where writing them costs nothing.
      space && `tablespace ${space} strategy file_copy`,
    ]
      .filter(Boolean)
      .join(' '),
  );
  // Nobody pulls the plug on this server; the proofs of power cuts have one of their own.
  await administer(`alter database ${name} set synchronous_commit = off`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  const databaseUrl = url.toString();
  return {
    dialect,
    folder,
    databaseUrl,
    open: (clockOffsetMs = 0) => openDatabase({ databaseUrl, clockOffsetMs }),
    async settled() {
      const newest = await ask(databaseUrl, 'select coalesce(max(txid), 0) as txid from event');
      await until(
        async () =>
          (await ask(databaseUrl, 'select pg_snapshot_xmin(pg_current_snapshot())::text as txid')) > newest,
        'the log to show what is committed',
        60_000,
      );
    },
    async drop() {
      await administer(`drop database if exists ${name} with (force)`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function administer(statement: string, url = postgresUrl): Promise<pg.QueryResult<{ txid: string }>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

const ask = async (url: string, statement: string) =>
  Number((await administer(statement, url)).rows[0]?.txid);

/** Runs one suite on every engine: SQLite always, PostgreSQL wherever it answers (mandatory in CI). */
export function onEveryStore(title: string, suite: (dialect: 'sqlite' | 'postgres') => void): void {
  describe(`${title} on SQLite`, () => suite('sqlite'));
  describe.skipIf(!postgresUrl)(`${title} on PostgreSQL`, () => suite('postgres'));
}

/** A tenant to work in. */
export async function addTenant(store: Store, name = 'main', weight = 1): Promise<string> {
  const id = newId();
  await store.writeAll((tx) => insertTenant(tx, { id, name, weight, max_running: 1000 }));
  return id;
}
