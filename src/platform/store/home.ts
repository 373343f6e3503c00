import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CadreError } from '../kernel/errors.ts';
import { messageOf } from '../kernel/json.ts';

const BUSY = 5;

/**
 * Makes the home and holds it for this process: an exclusive transaction on a small database of its own, which is a
 * lock of the operating system. It ends with the process, however that ends, so no stale lock ever needs a person
 * and a recycled pid means nothing (GUARANTEES P3).
 * @throws CadreError `home/locked`, `home/not-writable`
 */
export function holdHome(home: string): { release(): void } {
  let db: DatabaseSync;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    chmodSync(home, 0o700);
    db = new DatabaseSync(join(home, 'lock.db'), { timeout: 0 });
  } catch (cause) {
    throw new CadreError('home/not-writable', { home, detail: messageOf(cause) }, { cause });
  }
  try {
    db.exec('PRAGMA journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0;
    if (code === BUSY) throw new CadreError('home/locked', { home });
    throw new CadreError('home/not-writable', { home, detail: messageOf(cause) }, { cause });
  }
  return { release: () => db.close() };
}
