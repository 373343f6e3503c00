import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running server leaves in its home for the command line of the same user (0600). */
export interface ServerFile {
  url: string;
  key: string;
  keyId: string;
  pid: number;
  /** One-time sign-in link of this start. */
  signIn?: string;
}

const NAME = 'server.json';

export function writeServerFile(home: string, file: ServerFile): void {
  const path = join(home, NAME);
  writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  chmodSync(path, 0o600); // the mode above counts for a file that did not exist only
}

/**
 * The file of the home, or nothing when there is none that can be read, or its process is gone: the key in it must not
 * go to whoever took over the port of a server that was killed.
 */
export function readServerFile(home: string): ServerFile | undefined {
  try {
    const file: Partial<ServerFile> = JSON.parse(readFileSync(join(home, NAME), 'utf8'));
    const { url, key, keyId, pid, signIn } = file;
    if (typeof url !== 'string' || typeof key !== 'string' || !isAlive(pid ?? 0)) return undefined;
    return { url, key, keyId: keyId ?? '', pid: pid ?? 0, ...(signIn !== undefined && { signIn }) };
  } catch {
    return undefined; // no server of this home runs, which the caller asks
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it lives, as another user
  }
}

export function removeServerFile(home: string, pid: number): void {
  if (readServerFile(home)?.pid === pid) rmSync(join(home, NAME), { force: true });
}
