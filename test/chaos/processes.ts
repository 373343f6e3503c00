import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cadre = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'cadre.mjs');

/** A real Cadre process that can be killed and started again. */
export interface CadreProcess {
  readonly pid: number | undefined;
  start(): void;
  /** kill -9, to the whole group: its children must not outlive it either way. */
  kill(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** What it printed last, for reports. */
  readonly words: string;
  /** Resolves with the exit code once it has ended by itself. */
  ended(): Promise<number | null>;
}

/** `args` after `cadre`; `env` replaces everything but PATH; `through` is a command that runs it, such as strace. */
export function cadreProcess(
  args: string[],
  env: Record<string, string>,
  through: readonly string[] = [],
): CadreProcess {
  let child: ChildProcess | undefined;
  let words = '';
  return {
    get pid() {
      return child?.pid;
    },
    get words() {
      return words;
    },
    start() {
      const [command = '', ...rest] = [...through, process.execPath, cadre, ...args];
      child = spawn(command, rest, {
        env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NO_COLOR: '1', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk: Buffer) => {
          words = (words + chunk.toString()).slice(-8_000);
        });
      }
    },
    async kill() {
      const dying = child;
      if (!dying?.pid || dying.exitCode !== null || dying.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => dying.once('exit', () => resolve()));
      try {
        process.kill(-dying.pid, 'SIGKILL');
      } catch {
        dying.kill('SIGKILL');
      }
      await gone;
    },
    signal(signal) {
      if (child?.pid) process.kill(child.pid, signal);
    },
    ended: () =>
      new Promise((resolve) => {
        if (!child || child.exitCode !== null) resolve(child?.exitCode ?? null);
        else child.once('exit', (code) => resolve(code));
      }),
  };
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
