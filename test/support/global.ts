import pg from 'pg';

/**
 * Finds out once which services this machine has. PostgreSQL suites run wherever a server answers; with
 * CADRE_TEST_REQUIRE_SERVICES=1 (as in CI) a missing server fails the run instead of skipping.
 */
export default async function setup(): Promise<void> {
  const url = process.env.CADRE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query("select 1 from pg_roles where rolname = 'cadre_tenant'");
    process.env.CADRE_TEST_POSTGRES_FOUND = url;
  } catch (error) {
    if (process.env.CADRE_TEST_REQUIRE_SERVICES === '1') {
      throw new Error(`PostgreSQL is required here and does not answer at ${url}: ${String(error)}`);
    }
    process.stderr.write('SKIPPED: the PostgreSQL suites (no server at 127.0.0.1:5432)\n');
  } finally {
    await client.end().catch(() => {});
  }
}
