import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cadre = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'cadre.mjs');
/** A command that has not ended by then hangs, which is a failure of its own. */
const LIMIT_MS = 45_000;

/** What a person at a terminal, or a script, gets to see of one command. */
export interface Seen {
  /** Exit code; null when it had to be ended because it hung. */
  exit: number | null;
  out: string;
  /** Standard error: with `--json` one line of JSON, else words. */
  err: string;
  durationMs: number;
}

/** Runs the shipped command as a person would, with nothing of this process's environment but PATH. */
export function cadreCommand(args: readonly string[], env: Record<string, string>): Promise<Seen> {
  const began = performance.now();
  const child = spawn(process.execPath, [cadre, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen: Seen = { exit: null, out: '', err: '', durationMs: 0 };
  child.stdout.on('data', (chunk: Buffer) => {
    seen.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    seen.err += chunk.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ ...seen, exit: code, durationMs: performance.now() - began });
    });
  });
}

/** The error of a command that was run with `--json`; throws when standard error is anything else. */
export function errorOf(seen: Seen): { code: string; message: string; hint: string } {
  return JSON.parse(seen.err).error;
}
