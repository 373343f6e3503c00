import pg from 'pg';
import { chromiumPath } from './console.ts';

/**
 * Finds out once which services this machine has. PostgreSQL suites run wherever a server answers; with
 * CADRE_TEST_REQUIRE_SERVICES=1 (as in CI) a missing server fails the run instead of skipping. The same goes for
 * Chromium and the tests of the console.
 */
export default async function setup(): Promise<void> {
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
  } catch (error) {
    if (isRequired) {
      throw new Error(`PostgreSQL is required here and does not answer at ${url}: ${String(error)}`);
    }
    process.stderr.write('SKIPPED: the PostgreSQL suites (no server at 127.0.0.1:5432)\n');
  } finally {
    await client.end().catch(() => {});
  }
}
