import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A PostgreSQL server of a test's own, whose processes may be stopped and killed without harming another. */
export interface OwnPostgres {
  readonly url: string;
  start(): void;
  /** All of its processes, the postmaster first. */
  pids(): number[];
  /** Those that serve clients, and the postmaster, which makes new ones: not those that write for all in their own time. */
  serving(): number[];
  stop(): void;
  /** kill -9 of all; nothing happens when none runs. */
  kill(): void;
}

const FOLDERS = ['/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/16/bin', '/usr/lib/postgresql/17/bin'];
const bin = FOLDERS.find((folder) => existsSync(join(folder, 'initdb')));

/** Why no own server can be made here, or undefined where it can. */
export function whyNoOwnPostgres(): string | undefined {
  if (!bin) return 'initdb of PostgreSQL 15 or later is not installed';
  return postgresUser() ? undefined : 'there is no user postgres to run it as';
}

function postgresUser(): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8').match(/^postgres:[^:]*:(\d+):(\d+):/m);
  return line ? { uid: Number(line[1]), gid: Number(line[2]) } : undefined;
}

/** Runs a program of PostgreSQL as its own user, because it refuses to run as root. */
export function postgresTool(name: string, args: string[]): string {
  const user = postgresUser();
  if (!bin || !user) throw new Error(whyNoOwnPostgres());
  const who = process.getuid?.() === 0 ? user : {};
  return execFileSync(join(bin, name), args, { ...who, cwd: '/', encoding: 'utf8', stdio: 'pipe' });
}

/** Makes an empty cluster with page checksums in `folder/data`. */
export function makeCluster(folder: string): void {
  const user = postgresUser();
  mkdirSync(join(folder, 'data'), { recursive: true });
  if (user && process.getuid?.() === 0) {
    chownSync(folder, user.uid, user.gid);
    chownSync(join(folder, 'data'), user.uid, user.gid);
  }
  postgresTool('initdb', ['-D', join(folder, 'data'), '-A', 'trust', '--data-checksums', '--no-sync']);
}

/** `settings` are server settings besides the defaults, such as `fsync=off`. */
export function ownPostgres(folder: string, port: number, settings: readonly string[] = []): OwnPostgres {
  const data = join(folder, 'data');
  const log = join(folder, 'log');
  const options = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    '-c unix_socket_directories=',
    '-c max_wal_size=64MB',
    '-c min_wal_size=32MB',
    '-c synchronous_commit=on',
    ...settings.map((setting) => `-c ${setting}`),
  ];
  let postmaster: number | undefined; // never read before the start: a copy of a disk holds the pid of a dead one
  const pids = () => (postmaster === undefined ? [] : [postmaster, ...childrenOf(postmaster)]);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    start() {
      // After a real cut no process of before lives. Here the killed one may still be listed as a zombie of init,
      // which PostgreSQL would take for another server; `-l` would append to a log of which only zeros are left.
      for (const remnant of [join(data, 'postmaster.pid'), log]) rmSync(remnant, { force: true });
      try {
        postgresTool('pg_ctl', [
          ...['-D', data, '-l', log, '-w', '-t', '60', '-o', options.join(' '), 'start'],
        ]);
      } catch (cause) {
        const said = existsSync(log) ? readFileSync(log, 'utf8').slice(-600) : String(cause);
        throw new Error(`PostgreSQL did not start: ${said}`, { cause });
      }
      postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    },
    pids,
    serving: () => pids().filter((pid) => !/^postgres: [a-z ]*(writer|checkpointer) *$/.test(titleOf(pid))),
    stop() {
      postgresTool('pg_ctl', ['-D', data, '-w', '-m', 'fast', 'stop']);
      postmaster = undefined;
    },
    kill() {
      for (const pid of pids()) signal(pid, 'SIGKILL');
      postmaster = undefined;
    },
  };
}

/** What a process says it is. */
function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it ended in between
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false; // it ended in between
      }
    })
    .map(Number);
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it ended already
  }
}
