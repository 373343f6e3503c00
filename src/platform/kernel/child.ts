import { AsyncLocalStorage } from 'node:async_hooks';
import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from './clock.ts';
import { childEnvironment } from './config.ts';
import { CadreError, type ErrorRecord, fromErrorRecord } from './errors.ts';

/**
 * Work that may hang, swell or crash (parsers, plug-ins, heavy rules) runs in child processes with a time and a
 * memory limit. A child that passes a limit dies alone; the server and its heartbeats go on. Children are kept
 * warm between calls and ended when idle. `node:vm` and threads are no such border: an abort kills the process.
 */
export interface ChildCall {
  /** `file:` URL of the module; chosen by our code or an operator's settings, never by user data. */
  module: string;
  /** Name of the exported function `(args) => result | Promise<result>`. Arguments and result are cloned. */
  name: string;
  args: unknown;
  /** From the moment a child has the call; waiting for a free child does not count. */
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface Children {
  /**
   * Runs one call and answers its result.
   * @throws the CadreError that the function threw, or `child/timeout`, `child/memory`, `child/crashed`,
   * `server/stopping` after `close`, or the reason of the signal
   */
  run<T>(call: ChildCall): Promise<T>;
  /** Ends all children. Calls that run or wait are rejected with `server/stopping`. */
  close(): Promise<void>;
}

export interface ChildrenOptions {
  /** Children at most. */
  size: number;
  /** JavaScript heap of each; the whole process may take `PROCESS_EXTRA_MB` more. */
  memoryMb: number;
  /** An unused child ends after this time, 15 s when absent. */
  idleMs?: number;
  /** Forbids writing files, starting processes and loading native code. For pure work such as parsers. */
  confined?: boolean;
}

/**
 * What Node itself (60 MB) and buffers outside the heap may take: a file of 100 MB arrives in a message buffer and
 * is copied out of it, and freed pages return to the system late.
 */
const PROCESS_EXTRA_MB = 512;

interface Child {
  process: ChildProcess;
  state: 'busy' | 'idle' | 'ending';
  idleTimer?: NodeJS.Timeout;
  /** Last words on stderr, to tell exhausted memory from another crash. */
  lastWords: string;
}

interface Waiter {
  accept(child: Child): void;
  refuse(reason: unknown): void;
}

/** What calls took of the machine, as the child measured it. */
export interface ChildUse {
  cpuMs: number;
  /** Resident memory of the child, held while the call ran. */
  memoryGbSeconds: number;
  /** Calls whose child died: nobody measured them, so their whole time counts as one busy core. */
  unmeasured: number;
}

const accounts = new AsyncLocalStorage<ChildUse>();

/** Does `work` and adds up what all calls to children within it took, whoever makes them; also where it fails. */
export async function countingChildren<T>(use: ChildUse, work: () => Promise<T>): Promise<T> {
  return accounts.run(use, work);
}

type Answer = { id: number; cpuMs: number; residentMb: number } & (
  | { result: unknown }
  | { error: ErrorRecord }
);

export function createChildren(options: ChildrenOptions): Children {
  const { size, memoryMb, idleMs = 15_000, confined = false } = options;
  const children = new Set<Child>();
  const waiting: Waiter[] = [];
  let closed = false;
  let nextId = 0;

  function start(): Child {
    const child: Child = { process: forkHost(memoryMb, confined), state: 'busy', lastWords: '' };
    child.process.stderr?.on('data', (chunk: Buffer) => {
      child.lastWords = (child.lastWords + chunk.toString()).slice(-4_000);
    });
    child.process.on('error', (error) => {
      child.lastWords += error.message;
      end(child);
    });
    child.process.on('close', () => {
      clearTimeout(child.idleTimer);
      children.delete(child);
      if (!closed) waiting.shift()?.accept(start());
    });
    children.add(child);
    return child;
  }

  function end(child: Child): void {
    child.state = 'ending';
    child.process.kill('SIGKILL');
  }

  function acquire(signal: AbortSignal | undefined): Promise<Child> {
    const free = [...children].find((child) => child.state === 'idle' && child.process.connected);
    if (free) {
      clearTimeout(free.idleTimer);
      free.state = 'busy';
      return Promise.resolve(free);
    }
    if (children.size < size) return Promise.resolve(start());
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        accept(child) {
          signal?.removeEventListener('abort', onAbort);
          resolve(child);
        },
        refuse(reason) {
          signal?.removeEventListener('abort', onAbort);
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.push(waiter);
    });
  }

  function release(child: Child): void {
    if (child.state !== 'busy') return;
    const next = waiting.shift();
    if (next) {
      next.accept(child);
      return;
    }
    child.state = 'idle';
    child.lastWords = '';
    hold(child, false);
    child.idleTimer = setTimeout(() => end(child), idleMs);
    child.idleTimer.unref();
  }

  function send<T>(child: Child, call: ChildCall): Promise<T> {
    hold(child, true);
    const account = accounts.getStore();
    const began = systemClock.monotonicMs();
    const count = (cpuMs: number, residentMb: number) => {
      if (!account) return;
      account.cpuMs += cpuMs;
      account.memoryGbSeconds += ((residentMb / 1_024) * (systemClock.monotonicMs() - began)) / 1_000;
    };
    return new Promise((resolve, reject) => {
      nextId += 1;
      const id = nextId;
      let failure: unknown;
      const settle = (action: () => void) => {
        clearTimeout(timer);
        call.signal?.removeEventListener('abort', onAbort);
        child.process.off('message', onMessage);
        child.process.off('close', onClose);
        action();
      };
      const stop = (reason: unknown) => {
        failure ??= reason;
        end(child);
      };
      const onMessage = (answer: Answer) => {
        if (answer.id !== id || child.state === 'ending') return;
        settle(() => {
          count(answer.cpuMs, answer.residentMb);
          release(child);
          if ('error' in answer) reject(fromErrorRecord(answer.error));
          else resolve(answer.result as T); // the caller names the type of the function it calls
        });
      };
      const onClose = (code: number | null, signal: string | null) =>
        settle(() => {
          count(systemClock.monotonicMs() - began, memoryMb);
          if (account) account.unmeasured += 1;
          reject(failure ?? deathOf(child, memoryMb, closed, code, signal));
        });
      const onAbort = () => stop(call.signal?.reason);
      const timer = setTimeout(
        () => stop(new CadreError('child/timeout', { timeoutMs: call.timeoutMs })),
        call.timeoutMs,
      );
      call.signal?.addEventListener('abort', onAbort, { once: true });
      child.process.on('message', onMessage);
      child.process.on('close', onClose);
      try {
        const request = { id, module: call.module, name: call.name, args: call.args };
        child.process.send(request, (error) => error && end(child));
      } catch (cause) {
        // Arguments that cannot be cloned throw here and leave the child unharmed; a closed channel does not.
        settle(() => {
          if (child.process.connected) release(child);
          else end(child);
          reject(cause);
        });
      }
    });
  }

  return {
    async run<T>(call: ChildCall): Promise<T> {
      call.signal?.throwIfAborted();
      if (closed) throw new CadreError('server/stopping', {});
      const child = await acquire(call.signal);
      if (call.signal?.aborted) {
        release(child);
        throw call.signal.reason;
      }
      return send<T>(child, call);
    },
    async close() {
      closed = true;
      for (const waiter of waiting.splice(0)) waiter.refuse(new CadreError('server/stopping', {}));
      const ends = [...children].map(
        (child) => new Promise<void>((done) => child.process.once('close', () => done())),
      );
      for (const child of children) {
        hold(child, true);
        end(child);
      }
      await Promise.all(ends);
    },
  };
}

function forkHost(memoryMb: number, confined: boolean): ChildProcess {
  const flags = [`--max-old-space-size=${memoryMb}`, '--disable-warning=ExperimentalWarning'];
  if (confined) flags.push('--permission', '--allow-fs-read=*', '--allow-worker');
  // That of this process (bin/cadre.mjs), never the one of the system, where anybody may leave code to be run. Who may
  // write no files gets none.
  const cache = confined ? undefined : getCompileCacheDir();
  return fork(
    fileURLToPath(new URL('./child-host.ts', import.meta.url)),
    [`${memoryMb + PROCESS_EXTRA_MB}`, `${process.pid}`, ...(cache === undefined ? [] : [dirname(cache)])],
    {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: flags,
      env: childEnvironment(),
    },
  );
}

/** An idle child must not keep the process of Cadre alive; a busy one must. */
function hold(child: Child, held: boolean): void {
  const verb = held ? 'ref' : 'unref';
  child.process[verb]();
  child.process.channel?.[verb]();
  // The stream of a child's stderr is a socket, which the type of `stdio` does not say.
  (child.process.stderr as (NodeJS.ReadableStream & { ref(): void; unref(): void }) | null)?.[verb]();
}

function deathOf(
  child: Child,
  memoryMb: number,
  closed: boolean,
  code: number | null,
  signal: string | null,
): CadreError {
  if (closed) return new CadreError('server/stopping', {});
  if (/heap out of memory|Array buffer allocation failed|memory limit passed/i.test(child.lastWords)) {
    return new CadreError('child/memory', { memoryMb });
  }
  return new CadreError(
    'child/crashed',
    { detail: signal ?? `exit code ${code}` },
    { cause: child.lastWords },
  );
}
