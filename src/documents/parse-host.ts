/** The module that a child process loads (`platform/kernel/child.ts`): reading and analysing, nothing else. */
import type { DocumentText } from './document.ts';
import { parseDocument, type SourceFile } from './parse.ts';

/** Reads one file; see `parseDocument`. */
export function parse(file: SourceFile): Promise<DocumentText> {
  return parseDocument(file);
}
