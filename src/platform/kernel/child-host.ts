import { enableCompileCache } from 'node:module';
import { Worker } from 'node:worker_threads';
import { toErrorRecord } from './errors.ts';

/**
 * The entry of a child process: loads the named module once, calls the named export, answers by message.
 * The memory flag of Node bounds the heap of JavaScript only; buffers live outside it. A watching thread, which
 * runs on even while the main thread spins, ends the process when it swells or when its parent is gone.
 */
interface Request {
  id: number;
  module: string;
  name: string;
  args: unknown;
}

const memoryMb = Number(process.argv[2]);
/** Given by the parent: read here it could already be that of init, when the parent died at once. */
const parentPid = Number(process.argv[3]);
/** Where compiled code is kept; absent: nowhere. */
const cacheFolder = process.argv[4];

/** Plain JavaScript, because it is handed over as text. The words on stderr are read by `deathOf` in child.ts. */
const watch = `
  const { writeSync } = require('node:fs');
  setInterval(() => {
    if (process.memoryUsage.rss() > ${memoryMb * 1_048_576}) {
      writeSync(2, 'process memory limit passed');
      process.kill(process.pid, 'SIGKILL');
    }
    if (process.ppid !== ${parentPid}) process.kill(process.pid, 'SIGKILL');
  }, 50);`;

if (cacheFolder !== undefined) enableCompileCache(cacheFolder);
if (memoryMb > 0) new Worker(watch, { eval: true }).unref();

process.on('message', async (request: Request) => {
  // A child has one call at a time, so what the process takes meanwhile is the call's.
  const before = process.cpuUsage();
  const took = () => {
    const { user, system } = process.cpuUsage(before);
    return { cpuMs: (user + system) / 1_000, residentMb: process.memoryUsage.rss() / 1_048_576 };
  };
  try {
    const module: Record<string, unknown> = await import(request.module);
    const call = module[request.name];
    if (typeof call !== 'function') throw new Error(`${request.module} has no function ${request.name}`);
    process.send?.({ id: request.id, result: await call(request.args), ...took() });
  } catch (thrown) {
    process.send?.({ id: request.id, error: toErrorRecord(thrown), ...took() });
  }
});
process.on('disconnect', () => process.exit(0));
