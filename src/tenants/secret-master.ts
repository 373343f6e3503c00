import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { messageOf } from '../platform/kernel/json.ts';
import { newSealKey, readSealKey, type SealKey } from './secret.ts';

/**
 * Where master keys come from: `CADRE_MASTER_KEY`, else the file `master.key` in the home (only its owner may read it),
 * made at first need. While the master key is being changed the file holds the new key and those before it, so that
 * every crash leaves the keys of all that is sealed.
 */
export interface MasterKeys {
  /** Every key that is there, the one for new seals first. @throws CadreError `secret/master-key-unreadable` */
  all(): SealKey[];
  /** The key of this name; the file is read again when it is not known yet: another process may have changed it. */
  get(keyId: string): SealKey | undefined;
  /** The key for new seals; the file is made when there is none yet. */
  first(): SealKey;
  /** Where the one for new seals is kept. */
  readonly from: 'environment' | 'file';
  /** Puts a new key in front: in the file, or none where the environment gives it. Answers the key to seal with. */
  renew(): SealKey;
  /** Drops the keys of the file that nothing is sealed under any more. */
  keepOnly(keyId: string): void;
}

export interface MasterKeyOptions {
  home: string;
  masterKey?: string | undefined;
  masterKeyBefore?: string | undefined;
}

export const MASTER_KEY_FILE = 'master.key';

export function createMasterKeys({ home, masterKey, masterKeyBefore }: MasterKeyOptions): MasterKeys {
  const file = join(home, MASTER_KEY_FILE);
  const given = [masterKey, masterKeyBefore].flatMap((text) => (text ? (readSealKey(text) ?? []) : []));
  const isGiven = masterKey !== undefined;
  const inFile = () => (existsSync(file) ? readKeys(file) : []);
  const all = () => [...given, ...inFile()];
  const known = new Map<string, SealKey>();
  return {
    from: isGiven ? 'environment' : 'file',
    all,
    get(keyId) {
      if (!known.has(keyId)) for (const key of all()) known.set(key.id, key);
      return known.get(keyId);
    },
    first() {
      const [found] = isGiven ? given : inFile();
      if (found) return found;
      make(file, [newSealKey()]);
      return readKeys(file)[0] as SealKey; // `readKeys` gives one at least
    },
    renew() {
      const [own] = given;
      if (isGiven && own) return own;
      const made = newSealKey();
      replace(file, [made, ...inFile()]);
      return made;
    },
    keepOnly(keyId) {
      const before = inFile();
      const kept = before.filter((key) => key.id === keyId);
      if (kept.length === before.length) return;
      if (kept.length === 0) rmSync(file, { force: true });
      else replace(file, kept);
    },
  };
}

function readKeys(file: string): SealKey[] {
  const bad = (detail: string, cause?: unknown) =>
    new CadreError('secret/master-key-unreadable', { file, detail }, { cause });
  let text: string;
  try {
    // On Windows modes mean nothing; there the folder of the person is closed to others.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
      throw bad('others than its owner may read it');
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw cause instanceof CadreError ? cause : bad(messageOf(cause), cause);
  }
  const keys = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => readSealKey(line));
  if (keys.length === 0 || keys.some((key) => key === undefined)) throw bad('it holds no key');
  return keys as SealKey[]; // none is undefined
}

const textOf = (keys: SealKey[]) => keys.map((key) => `${key.bytes.toString('base64url')}\n`).join('');

/** Writes beside the file, to the disk, under a name of its own. */
function writeBeside(file: string, keys: SealKey[]): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${newId()}`;
  const handle = openSync(beside, 'wx', 0o600);
  try {
    writeSync(handle, textOf(keys));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return beside;
}

/** Makes the file whole or not at all; one that another process just made stays. */
function make(file: string, keys: SealKey[]): void {
  const beside = writeBeside(file, keys);
  try {
    linkSync(beside, file);
    syncFolder(file);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'))
      throw new CadreError('secret/master-key-unreadable', { file, detail: messageOf(cause) }, { cause });
  } finally {
    rmSync(beside, { force: true });
  }
}

function replace(file: string, keys: SealKey[]): void {
  renameSync(writeBeside(file, keys), file);
  syncFolder(file);
}

/** A new name is on the disk only when its folder is. */
function syncFolder(file: string): void {
  if (process.platform === 'win32') return; // folders cannot be opened there
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
