import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, createApi } from '../chaos/api.ts';
import { type CadreProcess, cadreProcess, freePort } from '../chaos/processes.ts';
import { makeCluster, type OwnPostgres, ownPostgres, whyNoOwnPostgres } from './own-postgres.ts';
import { between, startTrace, whyNoTrace } from './trace.ts';

/** "Acknowledged means on disk", seen from the kernel: an fsync ends before the first byte of a 2xx leaves. */

const noTrace = whyNoTrace();
const noServer = whyNoOwnPostgres();
if (noTrace) process.stderr.write(`SKIPPED: fsync before the first 2xx: ${noTrace}\n`);
else if (noServer) process.stderr.write(`SKIPPED: fsync before the first 2xx on PostgreSQL: ${noServer}\n`);

const ADMIN_KEY = 'trace-admin-key-0123456789-0123456789-01';
const WAL = { sqlite: /\/cadre\.db-wal$/, postgres: /\/pg_wal\/[0-9A-F]{24}$/ };
const LIMIT = { timeout: 90_000 };

describe.each(['sqlite', 'postgres'] as const)('before the first 2xx on %s', (store) => {
  const skip = noTrace !== undefined || (store === 'postgres' && noServer !== undefined);
  let folder: string;
  let server: OwnPostgres | undefined;
  let cadre: CadreProcess;
  let api: Api;

  beforeEach(async () => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), 'cadre-fsync-'));
    chmodSync(folder, 0o755);
    if (store === 'postgres') {
      makeCluster(join(folder, 'pg'));
      server = ownPostgres(join(folder, 'pg'), await freePort(), ['autovacuum=off']);
      server.start();
    }
    const port = await freePort();
    cadre = cadreProcess(['start', '--no-example'], {
      CADRE_HOME: join(folder, 'home'),
      CADRE_PORT: String(port),
      CADRE_ADMIN_KEY: ADMIN_KEY,
      // Long, so that nothing writes of its own accord while a request is watched.
      CADRE_LEASE_TTL_MS: '600000',
      ...(server && { DATABASE_URL: server.url }),
    });
    cadre.start();
    api = createApi(`http://127.0.0.1:${port}`, ADMIN_KEY);
    await api.insist('GET', '/agents');
  }, 60_000);

  afterEach(async () => {
    if (skip) return;
    await cadre.kill();
    server?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const and = (pids: readonly number[] = []) => [...(cadre.pid ? [cadre.pid] : []), ...pids];

  test.skipIf(skip)('of a write the log of the database reached the disk', LIMIT, async () => {
    const trace = await startTrace(and(server?.pids()));
    await api.call('POST', '/tasks', { goal: 'is it on disk?', capability: 'nobody.can' });
    const { synced, shown } = between(await trace.stop(), 'POST /api/v1/tasks', 'HTTP/1.1 202');
    expect(
      synced.filter((path) => WAL[store].test(path)),
      shown.join('\n'),
    ).not.toEqual([]);
  });

  test.skipIf(skip)('of a read nothing is synced: the trace can tell the difference', LIMIT, async () => {
    // A first read writes, too: pages say who has seen their rows. PostgreSQL syncs that later, and nobody waits for it.
    const trace = await startTrace(and(server?.serving()));
    await api.call('GET', '/agents?limit=1');
    const { synced } = between(await trace.stop(), 'GET /api/v1/agents?limit=1', 'HTTP/1.1 200');
    expect(synced).toEqual([]);
  });

  // PostgreSQL's own rule after a failed fsync is PANIC, so there is nothing of ours to show.
  if (store === 'postgres') return;
  test.skipIf(skip)(
    'a write whose fsync fails is refused, also the next one, and reading goes on',
    LIMIT,
    async () => {
      const trace = await startTrace(and(), 'error=EIO');
      const body = { goal: 'the disk is dying', capability: 'nobody.can' };
      await expect(api.call('POST', '/tasks', body)).rejects.toThrow(/^5\d\d: .*store\//s);
      await trace.stop();
      await expect(api.call('POST', '/tasks', body)).rejects.toThrow(/^5\d\d: .*store\//s);
      await expect(api.call('GET', '/tasks')).resolves.toMatchObject({ items: [] });
    },
  );
});
