import type { EventLog } from '../platform/events/events.ts';
import { CadreError, type ErrorRecord, toErrorRecord } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller, UploadedFile } from '../platform/kernel/operation.ts';
import { sha256 } from '../platform/kernel/random.ts';
import { insertFile } from '../platform/store/files.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { cleanName, type FileView, mediaTypeOf, toFile } from './file.ts';
import { MAX_FILE_BYTES, MAX_FILES } from './limits.ts';
import { refuseForeign } from './sniff.ts';

interface Needs {
  store: Store;
  events: EventLog;
}

/** What became of an upload; `partial` when some files were stored and some were not (HTTP 207). */
export interface UploadResult {
  files: FileView[];
  failures: Array<{ name: string; code: string; message: string; hint: string }>;
  partial: boolean;
}

/**
 * Stores files, each in a transaction of its own: one that is refused does not hold back the others.
 * @throws CadreError `file/too-many`; when nothing could be stored, the reason of the only file or
 * `file/none-stored`
 */
export async function uploadFiles(
  needs: Needs,
  caller: Caller,
  files: readonly UploadedFile[],
): Promise<UploadResult> {
  if (files.length > MAX_FILES) throw new CadreError('file/too-many', { limit: MAX_FILES });
  const outcomes = await Promise.allSettled(files.map((file) => storeFile(needs, caller, file)));
  const stored: FileView[] = [];
  const failures: Array<{ name: string; record: ErrorRecord }> = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') stored.push(outcome.value);
    else if (isOurs(outcome.reason)) {
      failures.push({ name: cleanName(files[index]?.name ?? ''), record: toErrorRecord(outcome.reason) });
    } else throw outcome.reason; // the store is at fault, not the file
  }
  if (stored.length === 0) throw noneStored(outcomes, failures);
  return {
    files: stored,
    failures: failures.map(({ name, record: { code, message, hint } }) => ({ name, code, message, hint })),
    partial: failures.length > 0,
  };
}

async function storeFile(needs: Needs, caller: Caller, file: UploadedFile): Promise<FileView> {
  const checked = await checkFile(file);
  return needs.store.write(caller.tenantId, (tx) => storeChecked(tx, needs, checked));
}

/** A file that may be stored, as its row will say. */
export interface CheckedFile {
  row: { id: string; name: string; media_type: string; bytes: number; sha256: string };
  bytes: Uint8Array;
}

/** Whether a file is one that can be stored. @throws CadreError `file/too-large`, `file/…` */
export async function checkFile(file: Pick<UploadedFile, 'name' | 'bytes'>): Promise<CheckedFile> {
  const name = cleanName(file.name);
  const { bytes } = file;
  if (bytes.length > MAX_FILE_BYTES)
    throw new CadreError('file/too-large', { name, limitBytes: MAX_FILE_BYTES });
  await refuseForeign(name, bytes);
  const row = {
    id: newId(),
    name,
    media_type: mediaTypeOf(name),
    bytes: bytes.length,
    sha256: sha256(bytes),
  };
  return { row, bytes };
}

/** Stores a file in the transaction of somebody who does more with it. */
export async function storeChecked(
  tx: TenantTx,
  { events }: Pick<Needs, 'events'>,
  { row, bytes }: CheckedFile,
): Promise<FileView> {
  const added = await insertFile(tx, row, bytes);
  const data = { fileId: row.id, name: row.name, bytes: row.bytes };
  await events.append(tx, [{ tenantId: tx.tenantId, type: 'file.stored', data }]);
  return toFile(added);
}

function isOurs(reason: unknown): boolean {
  return reason instanceof CadreError && reason.code.startsWith('file/');
}

function noneStored(
  outcomes: readonly PromiseSettledResult<FileView>[],
  failures: ReadonlyArray<{ name: string; record: ErrorRecord }>,
): unknown {
  const [first] = outcomes;
  if (outcomes.length === 1 && first?.status === 'rejected') return first.reason;
  const detail = failures.map(({ record }) => record.message).join(' ');
  return new CadreError('file/none-stored', { count: failures.length, detail });
}
