/** Reads the Universal NER format: one token a line with its tag, comments with the text of each sentence. */
import type { EntityKind } from '../../src/documents/document.ts';
import type { Labelled } from './score.ts';

const KINDS: Record<string, EntityKind> = { PER: 'person', ORG: 'organisation', LOC: 'place' };

export interface GoldDocument {
  name: string;
  text: string;
  mentions: Labelled[];
}

/** Documents rebuilt from their sentences, joined by `separator`, with spans aligned to the sentences' own text. */
export function readIob2(content: string, separator = '\n'): GoldDocument[] {
  const documents: GoldDocument[] = [];
  let current: GoldDocument = { name: 'untitled', text: '', mentions: [] };
  for (const block of content.split(/\r?\n\r?\n/)) {
    const lines = block.split(/\r?\n/);
    const opening = lines.find((line) => line.startsWith('# newdoc'));
    if (opening || documents.length === 0) {
      current = { name: opening?.split('=')[1]?.trim() ?? 'untitled', text: '', mentions: [] };
      documents.push(current);
    }
    const tokens = lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split('\t'));
    if (tokens.length === 0) continue;
    const text =
      lines.find((line) => line.startsWith('# text = '))?.slice(9) ?? tokens.map((t) => t[1]).join(' ');
    if (current.text !== '') current.text += separator;
    const offset = current.text.length;
    current.text += text;
    addSpans(current, text, offset, tokens);
  }
  return documents;
}

function addSpans(document: GoldDocument, text: string, offset: number, tokens: string[][]): void {
  let cursor = 0;
  let open: Labelled | undefined;
  for (const [, word = '', tag = 'O'] of tokens) {
    const start = text.indexOf(word, cursor);
    if (start < 0) throw new Error(`The token "${word}" is not in the sentence: ${text}`);
    cursor = start + word.length;
    const kind = KINDS[tag.slice(2)];
    if (tag.startsWith('I-') && open !== undefined && open.kind === kind) {
      open.end = offset + cursor;
      continue;
    }
    open = kind === undefined ? undefined : { kind, start: offset + start, end: offset + cursor, text: '' };
    if (open) document.mentions.push(open);
  }
  for (const mention of document.mentions) mention.text = document.text.slice(mention.start, mention.end);
}
