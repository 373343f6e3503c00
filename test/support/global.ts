import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { openDatabase } from '../../src/platform/store/database.ts';
import { chromiumPath } from './console.ts';

/**
 * Makes a migrated database of each engine once, which tests begin with a copy of. Finds out which services this machine
 * has. PostgreSQL suites run wherever a server answers; with
 * CADRE_TEST_REQUIRE_SERVICES=1 (as in CI) a missing server fails the run instead of skipping. The same goes for
 * Chromium and the tests of the console.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const isRequired = process.env.CADRE_TEST_REQUIRE_SERVICES === '1';
  if (!chromiumPath()) {
    if (isRequired) throw new Error('Chromium is required here; install it or set CADRE_CHROMIUM');
    process.stderr.write('SKIPPED: the console in a browser (no Chromium; set CADRE_CHROMIUM)\n');
  }
  const url = process.env.CADRE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query("select 1 from pg_roles where rolname = 'cadre_tenant'");
    process.env.CADRE_TEST_POSTGRES_FOUND = url;
    process.env.CADRE_TEST_TEMPLATE = await migratedOnPostgres(client, url);
  } catch (error) {
    if (isRequired) {
      throw new Error(`PostgreSQL is required here and does not answer at ${url}: ${String(error)}`);
    }
    process.stderr.write('SKIPPED: the PostgreSQL suites (no server at 127.0.0.1:5432)\n');
  } finally {
    await client.end().catch(() => {});
  }
  process.env.CADRE_TEST_TEMPLATE_FOLDER = await migratedOnSqlite();
  return tearDown;
}

async function migratedOnSqlite(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cadre-template-'));
  await (await openDatabase({ folder })).close();
  const database = new DatabaseSync(join(folder, 'cadre.db'));
  database.exec('pragma wal_checkpoint(truncate)'); // all of it in one file, to be copied
  database.close();
  return folder;
}

async function migratedOnPostgres(client: pg.Client, url: string): Promise<string> {
  const name = `cadre_template_${process.pid}`;
  await client.query(`drop database if exists ${name}`);
  await client.query(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  await (await openDatabase({ databaseUrl: own.toString() })).close();
  return name;
}

async function tearDown(): Promise<void> {
  const { CADRE_TEST_TEMPLATE_FOLDER: folder, CADRE_TEST_TEMPLATE: name } = process.env;
  if (folder) rmSync(folder, { recursive: true, force: true });
  if (!name) return;
  const client = new pg.Client({ connectionString: process.env.CADRE_TEST_POSTGRES_FOUND });
  await client.connect();
  await client.query(`drop database if exists ${name} with (force)`);
  await client.end();
}
