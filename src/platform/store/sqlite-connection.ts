import type { DatabaseSync } from 'node:sqlite';
import { NOT_SO } from './insist.ts';

/** Opens a connection with the settings that make an acknowledged commit durable (DESIGN section 3). */
export function openConnection(
  Database: typeof DatabaseSync,
  file: string,
  clockOffsetMs: number,
  readOnly: boolean,
): DatabaseSync {
  const db = new Database(file, { readOnly, timeout: 5_000 });
  if (!readOnly) {
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    db.exec('PRAGMA wal_autocheckpoint = 4000');
  }
  db.exec('PRAGMA foreign_keys = ON');
  db.exec('PRAGMA cache_size = -16000');
  db.function('cadre_now', { deterministic: false, directOnly: false }, () => Date.now() + clockOffsetMs);
  db.function('cadre_insist', { deterministic: false, directOnly: false }, (isSo) => {
    if (!isSo) throw new Error(NOT_SO);
    return 1;
  });
  return db;
}
