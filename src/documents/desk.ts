import { analyzeFile } from './analyze.ts';
import { PARSE_TIMEOUT_MS } from './limits.ts';
import { type LoadedDocument, loadDocuments, type UnreadableFile } from './load.ts';
import { PARSE_HOST, type ReadNeeds, readFile } from './read.ts';

/** What reading found, in a few words for the result of a step. The text itself stays in the store. */
export interface ReadSummary {
  fileId: string;
  name: string;
  type: string;
  title: string | null;
  characters: number;
  pages: number | null;
  tables: number;
  warnings: string[];
}

export interface AnalysisSummary {
  fileId: string;
  language: { code: string; confidence: number };
  class: { name: string; confidence: number };
  sentences: number;
  mentions: Record<string, number>;
  keyPhrases: string[];
}

/** The documents room as the built-in skills use it (`DocumentDesk` of the operator room). */
export interface Desk {
  read(tenantId: string, fileId: string, signal?: AbortSignal): Promise<ReadSummary>;
  analyze(tenantId: string, fileId: string, signal?: AbortSignal): Promise<AnalysisSummary>;
  /** What sort of document a text is that stands in no file, with a confidence in [0, 1]. Nothing is kept. */
  classify(text: string, signal?: AbortSignal): Promise<{ name: string; confidence: number }>;
  load(
    tenantId: string,
    fileIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ materials: LoadedDocument[]; unreadable: UnreadableFile[] }>;
}

/** A desk over store and children. */
export function createDesk(needs: ReadNeeds): Desk {
  return {
    async read(tenantId, fileId, signal) {
      const { name, type, text, tables, meta, warnings } = await readFile(needs, {
        tenantId,
        fileId,
        ...(signal && { signal }),
      });
      const { title = null, pages = null } = meta;
      return { fileId, name, type, title, characters: text.length, pages, tables: tables.length, warnings };
    },
    async analyze(tenantId, fileId, signal) {
      const analysis = await analyzeFile(needs, { tenantId, fileId, ...(signal && { signal }) });
      const mentions: Record<string, number> = {};
      for (const { kind } of analysis.mentions) mentions[kind] = (mentions[kind] ?? 0) + 1;
      return {
        fileId,
        language: analysis.language,
        class: analysis.class,
        sentences: analysis.sentences.length,
        mentions,
        keyPhrases: analysis.keyPhrases.slice(0, 10).map(({ phrase }) => phrase),
      };
    },
    classify: (text, signal) =>
      needs.children.run({
        module: PARSE_HOST,
        name: 'classify',
        args: text,
        timeoutMs: PARSE_TIMEOUT_MS,
        ...(signal && { signal }),
      }),
    load: (tenantId, fileIds, signal) => loadDocuments(needs, tenantId, fileIds, signal),
  };
}
