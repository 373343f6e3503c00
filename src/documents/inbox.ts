import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf } from '../platform/kernel/json.ts';
import type { Log } from '../platform/kernel/log.ts';
import { sha256 } from '../platform/kernel/random.ts';
import type { TaskTriggerRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import {
  countRecentFires,
  holdTrigger,
  insertMark,
  selectMark,
  selectTriggers,
} from '../platform/store/triggers.ts';
import type { BehalfNeeds } from '../workflows/behalf.ts';
import { fireTrigger } from '../workflows/trigger-fire.ts';
import { cleanName } from './file.ts';
import { MAX_FILE_BYTES } from './limits.ts';
import { type CheckedFile, checkFile, storeChecked } from './upload.ts';

/**
 * Files dropped into `inbox/<trigger>` of the home, and nowhere else. A file that did not change between two looks is
 * stored, and a task submitted with it, in one transaction with a mark of its name, content and time; then it is moved
 * to `done/`. A crash before the commit leaves all as it was; after it the mark is found, and the file only moved.
 */
export interface Inbox {
  start(): void;
  /** Looks once at every folder. */
  look(): Promise<void>;
  /** Ends after the file that is being taken. */
  stop(): Promise<void>;
}

export interface InboxNeeds extends BehalfNeeds {
  store: Store;
  log: Log;
}

const LOOK_MS = 1_000;
const TRIGGERS = 1_000;
const DONE = 'done';
const REFUSED = 'refused';

export function createInbox(needs: InboxNeeds, place: { home: string; tenantId: string }): Inbox {
  const { store, log } = needs;
  const root = join(place.home, 'inbox');
  /** How each file that still waits looked the last time, by its path. */
  let seen = new Map<string, string>();
  const stopped = new AbortController();
  let watching = Promise.resolve();

  async function look(): Promise<void> {
    const triggers = await store.read(place.tenantId, (tx) =>
      selectTriggers(tx, { kind: 'file', status: 'active', limit: TRIGGERS }),
    );
    const now = new Map<string, string>();
    for (const trigger of triggers) {
      if (stopped.signal.aborted) return;
      try {
        await lookInto(trigger, now);
      } catch (error) {
        log.warn({ trigger: trigger.name, error: messageOf(error) }, 'the inbox could not be looked at');
      }
    }
    seen = now;
  }

  async function lookInto(trigger: TaskTriggerRow, now: Map<string, string>): Promise<void> {
    const folder = join(root, trigger.name); // a plain name: its form was checked
    for (const each of [root, folder, join(folder, DONE), join(folder, REFUSED)]) await ownFolder(each);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (stopped.signal.aborted) return;
      if (entry.name.startsWith('.') || entry.isDirectory()) continue;
      const path = join(folder, entry.name);
      const found = await stampOf(path);
      if (found === undefined) continue; // gone
      if (seen.get(path) !== found) now.set(path, found);
      else if (await take(trigger, folder, entry.name, found)) continue;
      else now.set(path, found);
    }
  }

  /** Takes a file, or refuses it; false when it has to wait. */
  async function take(
    trigger: TaskTriggerRow,
    folder: string,
    name: string,
    stamp: string,
  ): Promise<boolean> {
    const read = await readPlain(join(folder, name), stamp);
    if (read === undefined) return false; // it changed meanwhile
    const mark = `file:${sha256(JSON.stringify([name, read.sha256, stamp]))}`;
    const checked = 'failure' in read ? read : await check(name, read.bytes);
    const end = await store.write(place.tenantId, (tx) => settle(tx, trigger.id, mark, name, checked));
    if (end === undefined) return false;
    await put(folder, name, end.refusal);
    return true;
  }

  /** What became of a file, now or before a crash; undefined: it has to wait. */
  async function settle(
    tx: TenantTx,
    triggerId: string,
    mark: string,
    name: string,
    checked: CheckedFile | { failure: CadreError },
  ): Promise<{ refusal: string | null } | undefined> {
    const trigger = await holdTrigger(tx, triggerId);
    if (trigger?.status !== 'active') return undefined;
    const before = await selectMark(tx, triggerId, mark);
    if (before) return before;
    if ((await countRecentFires(tx, triggerId)) >= trigger.per_minute) return undefined;
    const firing = await fireTrigger(tx, needs, trigger, cleanName(name), async (inner) => {
      if ('failure' in checked) throw checked.failure;
      await insertMark(inner, { trigger_id: triggerId, mark, refusal: null }, null);
      const { id } = await storeChecked(inner, needs, checked);
      return {
        depth: 0,
        input: { file: { id, name: checked.row.name } },
        files: [id],
      };
    });
    if ('taskId' in firing) return { refusal: null };
    if (firing.refusal.code === 'trigger/key-revoked') return undefined; // it rests now, and the file stays
    const refusal = `${firing.refusal.message}\n${firing.refusal.hint}`;
    await insertMark(tx, { trigger_id: triggerId, mark, refusal }, null);
    return { refusal };
  }

  return {
    look,
    start() {
      const watch = async () => {
        while (!stopped.signal.aborted) {
          await look().catch((error: unknown) =>
            log.warn({ error: messageOf(error) }, 'the inbox could not be looked at; it is tried again'),
          );
          await pause(LOOK_MS, stopped.signal).catch(() => undefined); // it ends now
        }
      };
      watching = watch();
    },
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}

/** Makes a folder where there is none. @throws when something else is there, such as a link to another place */
async function ownFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is not a folder`);
}

/** What shows that a file changed; undefined when it is gone. */
async function stampOf(path: string): Promise<string | undefined> {
  const stat = await lstat(path, { bigint: true }).catch(() => undefined); // it was moved away just now
  return stat && `${stat.size}:${stat.mtimeNs}`;
}

type Read = { bytes: Uint8Array; sha256: string } | { failure: CadreError; sha256: string };

/** Reads an ordinary file, never through a link; undefined when it is not as it was. */
async function readPlain(path: string, stamp: string): Promise<Read | undefined> {
  const name = cleanName(path);
  const refuse = (detail: string): Read => ({
    failure: new CadreError('trigger/bad-file', { name, detail }),
    sha256: '',
  });
  if (!(await lstat(path)).isFile()) return refuse('it is a link or a device, not a file');
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return refuse(messageOf(error));
  }
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile() || `${before.size}:${before.mtimeNs}` !== stamp) return undefined;
    if (before.size > MAX_FILE_BYTES)
      return {
        failure: new CadreError('file/too-large', { name, limitBytes: MAX_FILE_BYTES }),
        sha256: '',
      };
    const bytes = new Uint8Array(await file.readFile());
    const after = await file.stat({ bigint: true });
    if (`${after.size}:${after.mtimeNs}` !== stamp || BigInt(bytes.length) !== after.size) return undefined;
    return { bytes, sha256: sha256(bytes) };
  } finally {
    await file.close();
  }
}

async function check(name: string, bytes: Uint8Array): Promise<CheckedFile | { failure: CadreError }> {
  try {
    return await checkFile({ name, bytes });
  } catch (error) {
    if (!(error instanceof CadreError) || error.status >= 500) throw error;
    return { failure: error };
  }
}

/** Moves a file to where it shows what became of it, beside the reason of a refusal. Nothing there is written over. */
async function put(folder: string, name: string, refusal: string | null): Promise<void> {
  const target = join(folder, refusal === null ? DONE : REFUSED);
  let free = name;
  for (let number = 2; (await stampOf(join(target, free))) !== undefined; number += 1)
    free = `${number}-${name}`;
  if (refusal !== null) await writeFile(join(target, `${free}.reason.txt`), `${refusal}\n`, { mode: 0o600 });
  await rename(join(folder, name), join(target, free)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error; // another process moved it
  });
}
