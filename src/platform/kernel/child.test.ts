import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Children, type ChildrenOptions, createChildren } from './child.ts';
import { CadreError } from './errors.ts';

const errorsUrl = new URL('./errors.ts', import.meta.url).href;

/** What the children run: a module as text, so that nothing of the kind lies in the product. */
const module = `data:text/javascript,${encodeURIComponent(`
  import { getCompileCacheDir } from 'node:module';
  import { CadreError } from ${JSON.stringify(errorsUrl)};
  export const cache = () => getCompileCacheDir() ?? 'none';
  let calls = 0;
  export const echo = (value) => value;
  export const count = () => ({ calls: ++calls, pid: process.pid });
  export const spin = () => { for (;;); };
  export const heap = () => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); };
  export const buffers = () => { const all = []; for (;;) all.push(Buffer.alloc(20_000_000, 1)); };
  export const fail = () => { throw new CadreError('file/unreadable', { name: 'a.pdf', detail: 'torn' }); };
  export const bug = () => { throw new TypeError('secret detail'); };
  export const die = () => process.exit(7);
  export const late = () => { setTimeout(() => process.exit(3), 20); return process.pid; };
  export const slow = (ms) => new Promise((done) => setTimeout(done, ms, 'slow'));
  export const uncloneable = () => () => 1;
  export const stdin = async () => { for await (const chunk of process.stdin) return String(chunk); return 'end'; };
  export const write = async () => (await import('node:fs')).writeFileSync('/tmp/cadre-child-test', 'x');
  export const start = async () => (await import('node:child_process')).spawnSync('true').status;
  export const environment = () => process.env;
`)}`;

let open: Children | undefined;
afterEach(() => open?.close());

function children(options: Partial<ChildrenOptions> = {}): Children {
  open = createChildren({ size: 1, memoryMb: 64, ...options });
  return open;
}

const run = <T>(
  pool: Children,
  name: string,
  args: unknown = null,
  timeoutMs = 20_000,
  signal?: AbortSignal,
) => pool.run<T>({ module, name, args, timeoutMs, ...(signal && { signal }) });

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error) => (error instanceof CadreError ? error.code : error),
  );

/** False also for a zombie, which an init that does not reap leaves behind. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a call in a child process', () => {
  it('answers, with bytes, maps and undefined intact, and keeps the child warm', async () => {
    const pool = children();
    const value = { bytes: new Uint8Array([1, 2]), map: new Map([['a', undefined]]), at: new Date(0) };
    expect(await run(pool, 'echo', value)).toEqual(value);
    const first = await run<{ calls: number; pid: number }>(pool, 'count');
    const second = await run<{ calls: number; pid: number }>(pool, 'count');
    expect(second).toEqual({ calls: first.calls + 1, pid: first.pid });
  });

  it('throws the error of the function by code, with its values, and what is not ours as internal', async () => {
    const pool = children();
    const error = await run(pool, 'fail').catch((thrown: CadreError) => thrown);
    expect(error).toMatchObject({ code: 'file/unreadable', values: { name: 'a.pdf', detail: 'torn' } });
    expect(await codeOf(run(pool, 'bug'))).toBe('internal/error');
    expect(await codeOf(run(pool, 'absent'))).toBe('internal/error');
    expect(await codeOf(run(pool, 'uncloneable'))).toBe('internal/error');
    expect(await run(pool, 'echo', 1)).toBe(1);
  });

  it('survives arguments that cannot be cloned', async () => {
    const pool = children();
    await expect(run(pool, 'echo', () => 1)).rejects.toThrow(/could not be cloned/);
    expect(await run(pool, 'echo', 2)).toBe(2);
  });
});

describe('a child that misbehaves dies alone', () => {
  it('stops one that spins, in time, and the parent goes on meanwhile', async () => {
    const pool = children();
    let beats = 0;
    const heart = setInterval(() => {
      beats += 1;
    }, 10);
    const started = performance.now();
    expect(await codeOf(run(pool, 'spin', null, 400))).toBe('child/timeout');
    clearInterval(heart);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(beats).toBeGreaterThan(10);
    expect(await run(pool, 'echo', 'next')).toBe('next');
  });

  it('leaves one alone that ends within its time', async () => {
    expect(await run(children(), 'slow', 100, 5_000)).toBe('slow');
  });

  it('stops one that fills the heap, and one that fills memory outside the heap', async () => {
    const pool = children();
    expect(await codeOf(run(pool, 'heap'))).toBe('child/memory');
    expect(await codeOf(run(pool, 'buffers'))).toBe('child/memory');
    expect(await run(pool, 'echo', 'next')).toBe('next');
  });

  it('names a crash, during a call and after the answer', async () => {
    const pool = children();
    const error = await run(pool, 'die').catch((thrown: CadreError) => thrown);
    expect(error).toMatchObject({ code: 'child/crashed', values: { detail: 'exit code 7' } });
    const pid = await run<number>(pool, 'late');
    while (alive(pid)) await new Promise((done) => setTimeout(done, 10));
    // A busy parent hears of the end a moment after it; from then on another child answers.
    await vi.waitFor(async () => expect(await run(pool, 'echo', 'next')).toBe('next'), 5_000);
  });

  it('gives no settings, no input and, when confined, neither files nor processes', async () => {
    const pool = children({ confined: true });
    expect(Object.keys(await run<object>(pool, 'environment')).sort()).not.toContain('PATH');
    expect(await run(pool, 'stdin')).toBe('end');
    expect(await codeOf(run(pool, 'write'))).toBe('internal/error');
    expect(await codeOf(run(pool, 'start'))).toBe('internal/error');
    expect(await run(pool, 'cache')).toBe('none');
    const free = createChildren({ size: 1, memoryMb: 64 });
    expect(await codeOf(run(free, 'write'))).toBe('no error');
    // Compiled code comes from where ours lies, and from no folder that all people of the machine share.
    expect(await run(free, 'cache')).toBe(getCompileCacheDir());
    expect(getCompileCacheDir()).toContain('node_modules');
    await free.close();
  });
});

describe('signals and limits', () => {
  it('stops at once when aborted: before, waiting, and at work', async () => {
    const pool = children();
    const reason = new Error('terminated');
    await expect(run(pool, 'echo', 1, 1_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const atWork = new AbortController();
    const waiting = new AbortController();
    const first = codeOf(run(pool, 'spin', null, 20_000, atWork.signal));
    const second = codeOf(run(pool, 'echo', 1, 20_000, waiting.signal));
    const third = run(pool, 'echo', 'third');
    waiting.abort(reason);
    expect(await second).toBe(reason);
    atWork.abort(reason);
    expect(await first).toBe(reason);
    expect(await third).toBe('third');
  });

  it('never runs more than its size at a time', async () => {
    const pool = children({ size: 2 });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => run<{ pid: number }>(pool, 'count').then((answer) => answer.pid)),
    );
    expect(new Set(answers).size).toBeLessThanOrEqual(2);
    expect(answers).toHaveLength(8);
  });

  it('ends an idle child and starts another when needed', async () => {
    const pool = children({ idleMs: 30 });
    const first = await run<{ pid: number }>(pool, 'count');
    await expect.poll(() => alive(first.pid), { timeout: 10_000 }).toBe(false);
    const second = await run<{ pid: number }>(pool, 'count');
    expect(second.pid).not.toBe(first.pid);
  });

  it('closes: rejects what runs and waits, refuses what comes, leaves no process', async () => {
    const pool = children();
    const { pid } = await run<{ pid: number }>(pool, 'count');
    const running = codeOf(run(pool, 'spin'));
    const waiting = codeOf(run(pool, 'echo'));
    await pool.close();
    expect(await Promise.all([running, waiting])).toEqual(['server/stopping', 'server/stopping']);
    expect(await codeOf(run(pool, 'echo'))).toBe('server/stopping');
    expect(alive(pid)).toBe(false);
  });

  it('lets the parent exit while children are idle, and children go when the parent is killed', async () => {
    const script = (tail: string) => `
      import { createChildren } from ${JSON.stringify(new URL('./child.ts', import.meta.url).href)};
      const pool = createChildren({ size: 1, memoryMb: 64, idleMs: 600000 });
      const { pid } = await pool.run({ module: ${JSON.stringify(module)}, name: 'count', args: 0, timeoutMs: 90000 });
      process.stdout.write(String(pid));
      ${tail}`;
    const parent = (tail: string) => {
      const options = { encoding: 'utf8', timeout: 300_000 } as const;
      const { stdout, error } = spawnSync(
        process.execPath,
        ['--input-type=module', '-e', script(tail)],
        options,
      );
      return { pid: Number(stdout), error };
    };
    // Its child would idle for ten minutes; it is not waited for.
    const idle = parent('');
    expect(idle.error).toBeUndefined();
    expect(idle.pid).toBeGreaterThan(0);
    const killed = parent(`
      pool.run({ module: ${JSON.stringify(module)}, name: 'spin', args: 0, timeoutMs: 60000 });
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100);`);
    expect(alive(process.pid)).toBe(true);
    await expect.poll(() => alive(idle.pid), { timeout: 50_000 }).toBe(false);
    await expect.poll(() => alive(killed.pid), { timeout: 50_000 }).toBe(false);
  });
});
