import type { DocumentAnalysis, DocumentText } from './document.ts';
import { parseDocument, type SourceFile } from './parse.ts';

/**
 * The module that a child process loads (`platform/kernel/child.ts`): reading and analysing, nothing else. The
 * first two answer JSON text, so that the parent can store it without building it again.
 */

/** Reads one file; see `parseDocument`. */
export async function parse(file: SourceFile): Promise<string> {
  return JSON.stringify(await parseDocument(file));
}

/** Finds language, class, sentences, entities and phrases; see `analyzeDocument`. Takes the JSON of a text. */
export async function analyze(document: string): Promise<string> {
  const { analyzeDocument } = await import('./extraction/analyze.ts');
  const text: DocumentText = JSON.parse(document);
  const analysis: DocumentAnalysis = analyzeDocument(text);
  return JSON.stringify(analysis);
}

/** What sort of document a text is; see `classifyDocument`. */
export async function classify(text: string): Promise<{ name: string; confidence: number }> {
  const { analyzeDocument } = await import('./extraction/analyze.ts');
  const bytes = new TextEncoder().encode(text);
  return analyzeDocument(await parseDocument({ name: 'text.txt', bytes })).class;
}
