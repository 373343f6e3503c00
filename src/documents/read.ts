import type { EventLog } from '../platform/events/events.ts';
import type { Children } from '../platform/kernel/child.ts';
import { CadreError, toErrorRecord } from '../platform/kernel/errors.ts';
import {
  selectContent,
  selectExtraction,
  selectFile,
  updateFileStatus,
  upsertExtraction,
} from '../platform/store/files.ts';
import type { FileRow } from '../platform/store/schema.ts';
import type { Store } from '../platform/store/transaction.ts';
import type { DocumentText } from './document.ts';
import { PARSE_TIMEOUT_MS } from './limits.ts';

export interface ReadNeeds {
  store: Store;
  events: EventLog;
  children: Children;
}

/** Which file of which tenant, and a signal that stops the work. */
export interface FileReference {
  tenantId: string;
  fileId: string;
  signal?: AbortSignal;
}

/** Raised whenever a document read again would give another text; stored texts of other versions are made anew. */
export const TEXT_VERSION = '1';
export const PARSE_HOST = new URL('./parse-host.ts', import.meta.url).href;

/**
 * The text of a file. It is parsed once, in a child process, and kept as the result of the stage `text`; a retry
 * after a later stage failed finds it there.
 * @throws CadreError `file/not-found`, what `parseDocument` throws, `child/timeout`, `child/memory`,
 * `child/crashed`; all but the first are kept with the file
 */
export async function readFile(needs: ReadNeeds, reference: FileReference): Promise<DocumentText> {
  return JSON.parse(await readText(needs, reference)); // the form `parse` of parse-host.ts answers
}

/** The same as JSON, as it is stored. */
export async function readText(needs: ReadNeeds, reference: FileReference): Promise<string> {
  const { store, children } = needs;
  const { tenantId, fileId, signal } = reference;
  const known = await store.read(tenantId, (tx) => selectExtraction(tx, fileId, 'text', TEXT_VERSION));
  if (known !== undefined) return known;
  const { file, bytes } = await store.read(tenantId, async (tx) => {
    const found = await selectFile(tx, fileId);
    if (!found) throw new CadreError('file/not-found', { id: fileId });
    return { file: found, bytes: await selectContent(tx, found) };
  });
  const args = { name: file.name, bytes };
  const text = await keepFailure(needs, reference, file, () =>
    children.run<string>({
      module: PARSE_HOST,
      name: 'parse',
      args,
      timeoutMs: PARSE_TIMEOUT_MS,
      ...(signal && { signal }),
    }),
  );
  const { type, warnings }: DocumentText = JSON.parse(text);
  await store.write(tenantId, async (tx) => {
    await upsertExtraction(tx, { file_id: fileId, stage: 'text', version: TEXT_VERSION, data: text });
    await updateFileStatus(tx, fileId, { status: 'read', error: null, onlyFrom: ['stored', 'failed'] });
    const data = { fileId, name: file.name, type, warnings: warnings.length };
    await needs.events.append(tx, [{ tenantId, type: 'file.read', data }]);
  });
  return text;
}

/** Runs a stage; a failure that lies in the file is kept with it, for people to see. A stopped stage is not one. */
export async function keepFailure<T>(
  { store }: ReadNeeds,
  { tenantId, signal }: FileReference,
  file: Pick<FileRow, 'id'>,
  stage: () => Promise<T>,
): Promise<T> {
  try {
    return await stage();
  } catch (error) {
    if (error instanceof CadreError && /^(file|child)\//.test(error.code) && !signal?.aborted) {
      const record = JSON.stringify(toErrorRecord(error));
      await store.write(tenantId, (tx) => updateFileStatus(tx, file.id, { status: 'failed', error: record }));
    }
    throw error;
  }
}
