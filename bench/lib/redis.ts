import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/**
 * A Redis of the bench alone, as durable as the databases beside it: every write is fsynced before its answer; or, for
 * comparisons in memory, one that writes nothing.
 */
export async function startRedis(
  port: number,
  appendfsync: 'always' | 'never' = 'always',
): Promise<{ port: number; stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'cadre-bench-redis-'));
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const isDurable = appendfsync === 'always';
  const durable = [
    '--appendonly',
    isDurable ? 'yes' : 'no',
    '--appendfsync',
    'always',
    '--no-appendfsync-on-rewrite',
    'no',
  ];
  const child = spawn('redis-server', [...flags, ...durable, '--maxmemory-policy', 'noeviction'], {
    stdio: 'ignore',
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const client = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    retryStrategy: () => 50,
    maxRetriesPerRequest: 100,
  });
  client.on('error', () => {}); // Refused until the server listens; the loop below decides.
  let answer: unknown;
  for (let attempt = 0; attempt < 100 && !answer; attempt += 1) {
    await sleep(50);
    answer = await client.config('GET', 'append*').catch(() => undefined);
  }
  client.disconnect();
  const said = JSON.stringify(answer ?? null);
  const isAsAsked = isDurable
    ? said.includes('"appendonly","yes"') && said.includes('"appendfsync","always"')
    : said.includes('"appendonly","no"');
  if (!isAsAsked) {
    child.kill();
    throw new Error(`redis-server on port ${port} did not start as asked (fsync: ${appendfsync})`);
  }
  return {
    port,
    async stop() {
      child.kill();
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
