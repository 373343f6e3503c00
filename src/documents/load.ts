import { CadreError } from '../platform/kernel/errors.ts';
import { selectFile } from '../platform/store/files.ts';
import { analyzeFile } from './analyze.ts';
import type { DocumentAnalysis, DocumentText } from './document.ts';
import { type ReadNeeds, readFile } from './read.ts';

/** A document with its analysis, as skills work on it (`Material` of the operator room has this form). */
export interface LoadedDocument {
  fileId: string;
  document: DocumentText;
  analysis: DocumentAnalysis;
}

/** A file of which a skill must say that it could not be used. */
export interface UnreadableFile {
  fileId: string;
  name: string;
  detail: string;
}

/**
 * Text and analysis of files, in their order; stages that are missing are made. A file that cannot be read does
 * not hold back the others.
 * @throws CadreError `file/not-found`, and what is no fault of a file (store, stopping)
 */
export async function loadDocuments(
  needs: ReadNeeds,
  tenantId: string,
  fileIds: readonly string[],
  signal?: AbortSignal,
): Promise<{ materials: LoadedDocument[]; unreadable: UnreadableFile[] }> {
  const materials: LoadedDocument[] = [];
  const unreadable: UnreadableFile[] = [];
  const loaded = await Promise.all(
    [...new Set(fileIds)].map((fileId) => load(needs, { tenantId, fileId, ...(signal && { signal }) })),
  );
  for (const one of loaded) {
    if ('document' in one) materials.push(one);
    else unreadable.push(one);
  }
  return { materials, unreadable };
}

async function load(
  needs: ReadNeeds,
  reference: { tenantId: string; fileId: string; signal?: AbortSignal },
): Promise<LoadedDocument | UnreadableFile> {
  const { tenantId, fileId } = reference;
  try {
    const analysis = await analyzeFile(needs, reference);
    return { fileId, document: await readFile(needs, reference), analysis };
  } catch (error) {
    const inFile = error instanceof CadreError && /^(file|child)\//.test(error.code);
    if (!inFile || error.code === 'file/not-found') throw error;
    const row = await needs.store.read(tenantId, (tx) => selectFile(tx, fileId));
    return { fileId, name: row?.name ?? fileId, detail: error.message };
  }
}
