import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
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
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface Children {
  /**
   * Runs one call and answers its result.
   * @throws the CadreError that the function threw, or `child/timeout`, `child/memory`, `child/crashed`
   */
  run<T>(call: ChildCall): Promise<T>;
  close(): Promise<void>;
}

interface Child {
  process: ChildProcess;
  busy: boolean;
  idleTimer?: NodeJS.Timeout;
  /** Last words on stderr, to tell an exhausted heap from another crash. */
  lastWords: string;
}

type Answer = { id: number; result: unknown } | { id: number; error: ErrorRecord };

/** `size` children at most, each with `memoryMb` of heap; an idle one ends after `idleMs`. */
export function createChildren(options: { size: number; memoryMb: number; idleMs?: number }): Children {
  const { size, memoryMb, idleMs = 15_000 } = options;
  const children = new Set<Child>();
  const waiting: Array<(child: Child) => void> = [];
  let closed = false;
  let nextId = 0;

  function start(): Child {
    const process = fork(fileURLToPath(new URL('./child-host.ts', import.meta.url)), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [`--max-old-space-size=${memoryMb}`, '--disable-warning=ExperimentalWarning'],
      env: {},
    });
    const child: Child = { process, busy: true, lastWords: '' };
    process.stderr?.on('data', (chunk: Buffer) => {
      child.lastWords = (child.lastWords + chunk.toString()).slice(-4_000);
    });
    process.on('error', () => process.kill('SIGKILL'));
    process.on('exit', () => {
      children.delete(child);
      const next = closed ? undefined : waiting.shift();
      if (next) next(start());
    });
    children.add(child);
    return child;
  }

  function acquire(): Promise<Child> {
    const free = [...children].find((child) => !child.busy && child.process.connected);
    if (free) {
      clearTimeout(free.idleTimer);
      free.busy = true;
      return Promise.resolve(free);
    }
    if (children.size < size) return Promise.resolve(start());
    return new Promise((resolve) => waiting.push(resolve));
  }

  function release(child: Child): void {
    const next = waiting.shift();
    if (next) {
      next(child);
      return;
    }
    child.busy = false;
    child.idleTimer = setTimeout(() => child.process.kill('SIGKILL'), idleMs);
    child.idleTimer.unref();
  }

  function send<T>(child: Child, call: ChildCall): Promise<T> {
    return new Promise((resolve, reject) => {
      nextId += 1;
      const id = nextId;
      let failure: unknown;
      const end = (action: () => void) => {
        clearTimeout(timer);
        call.signal?.removeEventListener('abort', onAbort);
        child.process.off('message', onMessage);
        child.process.off('exit', onExit);
        action();
      };
      const kill = (reason: unknown) => {
        failure = reason;
        child.process.kill('SIGKILL');
      };
      const onMessage = (answer: Answer) => {
        if (answer.id !== id) return;
        end(() => {
          release(child);
          if ('error' in answer) reject(fromErrorRecord(answer.error));
          else resolve(answer.result as T); // the caller names the type of the function it calls
        });
      };
      const onExit = (code: number | null, signal: string | null) =>
        end(() => reject(failure ?? deathOf(child, memoryMb, code, signal)));
      const onAbort = () => kill(call.signal?.reason);
      const timer = setTimeout(
        () => kill(new CadreError('child/timeout', { timeoutMs: call.timeoutMs })),
        call.timeoutMs,
      );
      call.signal?.addEventListener('abort', onAbort, { once: true });
      child.process.on('message', onMessage);
      child.process.on('exit', onExit);
      child.process.send({ id, module: call.module, name: call.name, args: call.args });
    });
  }

  return {
    async run<T>(call: ChildCall): Promise<T> {
      call.signal?.throwIfAborted();
      if (closed) throw new CadreError('server/stopping', {});
      const child = await acquire();
      return send<T>(child, call);
    },
    async close() {
      closed = true;
      const ends = [...children].map(
        (child) => new Promise<void>((done) => child.process.once('exit', () => done())),
      );
      for (const child of children) child.process.kill('SIGKILL');
      await Promise.all(ends);
    },
  };
}

function deathOf(child: Child, memoryMb: number, code: number | null, signal: string | null): CadreError {
  if (/heap out of memory|Array buffer allocation failed/i.test(child.lastWords)) {
    return new CadreError('child/memory', { memoryMb });
  }
  return new CadreError('child/crashed', { detail: signal ?? `exit code ${code}` });
}
