import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A Redis of the bench alone, as durable as the databases beside it: every write is fsynced before its answer. */
export async function startRedis(port: number): Promise<{ port: number; stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'cadre-bench-redis-'));
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--no-appendfsync-on-rewrite', 'no'];
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
    answer = await client.config('GET', 'appendfsync').catch(() => undefined);
  }
  client.disconnect();
  if (!JSON.stringify(answer ?? null).includes('always')) {
    child.kill();
    throw new Error(`redis-server on port ${port} did not start with appendfsync always`);
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
