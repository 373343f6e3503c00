/** Sentences of running text, with exact offsets. */
import type { Sentence } from '../document.ts';
import type { Layout } from './layout.ts';
import { languageModel, readable } from './model.ts';

/** A "sentence" longer than this is data, not prose; the model is not asked about it. */
const MAX_BLOCK_LENGTH = 20_000;
/** What ends with one of these goes on, although the model sees a full stop. */
const ABBREVIATION =
  /(?:^|[\s(])(?:fig|figs|no|nos|vol|pp|p|art|sec|ch|eq|ref|cf|vs|approx|est|dept|e\.g|i\.e|al|ca|resp|incl|Dr|Mr|Mrs|Ms|Prof|St|Lt|Col|Gen|Sen|Rep|Gov|Capt|Sgt|Rev|Hon|Jr|Sr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.$/i;

/** The sentences of all running blocks in order. A hard-wrapped sentence is one sentence. */
export function findSentences(layout: Layout): Sentence[] {
  const sentences: Sentence[] = [];
  for (const block of layout.blocks) {
    if (block.kind !== 'running') continue;
    let start = block.start;
    for (const line of layout.flat.slice(block.start, block.end).split('\n')) {
      for (const [from, to] of splitLine(line)) {
        const sentence: Sentence = { start: start + from, end: start + to };
        if (block.page !== undefined) sentence.page = block.page;
        sentences.push(sentence);
      }
      start += line.length + 1;
    }
  }
  return sentences;
}

/** Bounds of the sentences inside one line of flattened text. */
function splitLine(original: string): Array<[number, number]> {
  const line = readable(original);
  if (!/[\p{L}\p{N}]/u.test(line)) return [];
  if (line.length > MAX_BLOCK_LENGTH) return plainSplit(line);
  const { readDoc } = languageModel();
  const bounds: Array<[number, number]> = [];
  let cursor = 0;
  let pending: number | undefined;
  for (const sentence of readDoc(line).sentences().out()) {
    const found = line.indexOf(sentence, cursor);
    // The model gives back the text it read; should it ever change a character, the line stays whole.
    if (found < 0) return [wholeLine(line)];
    const end = found + sentence.length;
    const start = pending ?? found;
    cursor = end;
    // A full stop without a blank behind it (v1.2, example.org) ends nothing.
    const inside = end < line.length && !/\s/.test(line[end] ?? '');
    if (inside || (end < line.length && ABBREVIATION.test(line.slice(start, end)))) {
      pending = start;
      continue;
    }
    pending = undefined;
    pushTrimmed(line, start, end, bounds);
  }
  if (pending !== undefined) pushTrimmed(line, pending, line.length, bounds);
  return bounds;
}

function pushTrimmed(line: string, start: number, end: number, bounds: Array<[number, number]>): void {
  let from = start;
  let to = end;
  while (from < to && /\s/.test(line[from] ?? '')) from++;
  while (to > from && /\s/.test(line[to - 1] ?? '')) to--;
  if (/[\p{L}\p{N}]/u.test(line.slice(from, to))) bounds.push([from, to]);
}

function wholeLine(line: string): [number, number] {
  const bounds: Array<[number, number]> = [];
  pushTrimmed(line, 0, line.length, bounds);
  return bounds[0] ?? [0, line.length];
}

function plainSplit(line: string): Array<[number, number]> {
  const bounds: Array<[number, number]> = [];
  let from = 0;
  for (const match of line.matchAll(/[.!?]["'”’)]?(?= )/g)) {
    const end = match.index + match[0].length;
    pushTrimmed(line, from, end, bounds);
    from = end;
  }
  pushTrimmed(line, from, line.length, bounds);
  return bounds;
}
