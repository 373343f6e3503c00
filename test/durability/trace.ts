import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The system calls of running processes, as the kernel saw them. */
export interface Trace {
  /** Ends the trace; the processes go on. Resolves to its lines in order. */
  stop(): Promise<string[]>;
}

/** Why system calls cannot be traced here, or undefined where they can. */
export function whyNoTrace(): string | undefined {
  const tried = spawnSync('strace', ['-o', '/dev/null', 'true']);
  return tried.status === 0 ? undefined : 'strace is not installed or may not trace';
}

/** Follows processes, all their threads and those they fork. `inject` is a rule of strace, such as an error of fsync. */
export async function startTrace(pids: readonly number[], inject?: string): Promise<Trace> {
  const folder = mkdtempSync(join(tmpdir(), 'cadre-trace-'));
  const file = join(folder, 'calls');
  const calls = inject
    ? ['-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:${inject}`]
    : ['-e', 'trace=read,recvfrom,recvmsg,fsync,fdatasync,write,writev,sendto,sendmsg'];
  const targets = pids.flatMap((pid) => ['-p', String(pid)]);
  const strace = spawn('strace', ['-f', '-y', '-tt', '-s', '160', '-o', file, ...calls, ...targets], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => strace.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    strace.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if ((said.match(/attached/g) ?? []).length >= pids.length) resolve();
    });
    strace.once('exit', () => reject(new Error(`strace ended: ${said}`)));
  });
  return {
    async stop() {
      strace.kill('SIGINT');
      await ended;
      const lines = readFileSync(file, 'utf8').split('\n');
      rmSync(folder, { recursive: true, force: true });
      return lines;
    },
  };
}

/** What happened between a request and its answer. */
export interface Between {
  /** Files whose fsync or fdatasync ended well after the request came in and before the first byte of its answer. */
  synced: string[];
  /** The three lines that show it, for people. */
  shown: string[];
}

/**
 * Looks for the line in which `request` was read, the first after it in which `answer` is written, and the calls of
 * fsync that both began and ended between. Throws when either is not in the trace.
 */
export function between(lines: readonly string[], request: string, answer: string): Between {
  const from = lines.findIndex((line) => line.includes(request) && /read|recv/.test(line));
  const to = lines.findIndex(
    (line, index) => index > from && line.includes(answer) && /write|send/.test(line),
  );
  if (from === -1 || to === -1) throw new Error(`not in the trace: ${from === -1 ? request : answer}`);
  const begun = new Map<string, string>();
  const found: Between = { synced: [], shown: [lines[from] ?? ''] };
  for (const line of lines.slice(from, to)) {
    const thread = line.split(' ')[0] ?? '';
    const whole = line.match(/f(?:data)?sync\(\d+<([^>]+)>\)\s+= 0/);
    const first = line.match(/f(?:data)?sync\(\d+<([^>]+)> <unfinished/);
    const path = whole?.[1] ?? (/f(?:data)?sync resumed>\)\s+= 0/.test(line) ? begun.get(thread) : undefined);
    if (first?.[1]) begun.set(thread, first[1]);
    if (path) {
      found.synced.push(path);
      found.shown.push(line);
    }
  }
  found.shown.push(lines[to] ?? '');
  return found;
}
