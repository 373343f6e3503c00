import { selectExtraction, updateFileStatus, upsertExtraction } from '../platform/store/files.ts';
import type { DocumentAnalysis } from './document.ts';
import { PARSE_TIMEOUT_MS } from './limits.ts';
import {
  type FileReference,
  keepFailure,
  PARSE_HOST,
  type ReadNeeds,
  readText,
  TEXT_VERSION,
} from './read.ts';

/** Raised whenever the rules would find something else; a new text is analysed anew in any case. */
export const ANALYSIS_VERSION = `1 of text ${TEXT_VERSION}`;

/**
 * What the built-in rules find in a file: language, class, sentences, entities, phrases. Made once, in a child
 * process, and kept as the result of the stage `analysis`; the file is read first when it was not.
 * @throws CadreError as `readFile`
 */
export async function analyzeFile(needs: ReadNeeds, reference: FileReference): Promise<DocumentAnalysis> {
  const { store, children } = needs;
  const { tenantId, fileId, signal } = reference;
  const known = await store.read(tenantId, (tx) =>
    selectExtraction(tx, fileId, 'analysis', ANALYSIS_VERSION),
  );
  if (known !== undefined) return JSON.parse(known); // the form stored below
  const document = await readText(needs, reference);
  const data = await keepFailure(needs, reference, { id: fileId }, () =>
    children.run<string>({
      module: PARSE_HOST,
      name: 'analyze',
      args: document,
      timeoutMs: PARSE_TIMEOUT_MS,
      ...(signal && { signal }),
    }),
  );
  const analysis: DocumentAnalysis = JSON.parse(data);
  await store.write(tenantId, async (tx) => {
    await upsertExtraction(tx, { file_id: fileId, stage: 'analysis', version: ANALYSIS_VERSION, data });
    await updateFileStatus(tx, fileId, { status: 'analyzed', error: null });
    const found = {
      fileId,
      class: analysis.class.name,
      language: analysis.language.code,
      mentions: analysis.mentions.length,
    };
    await needs.events.append(tx, [{ tenantId, type: 'file.analyzed', data: found }]);
  });
  return analysis;
}
