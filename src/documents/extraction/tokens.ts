/** Words and marks of a line, with what their form says. */
import type { Block, BlockKind, Layout } from './layout.ts';
import { languageModel, readable } from './model.ts';

export type Shape = 'lower' | 'capital' | 'upper' | 'mixed' | 'number' | 'mark';

export interface Token {
  text: string;
  lower: string;
  start: number;
  end: number;
  shape: Shape;
  /** Universal part of speech by the language model; empty where it was not asked. */
  pos: string;
  /** The first word of a sentence, where a capital letter says nothing. */
  opens: boolean;
  /** White space stands before it. */
  spaced: boolean;
}

/** One line of flattened text: what a name can lie in. */
export interface Line {
  tokens: Token[];
  kind: BlockKind;
  start: number;
  end: number;
  /** Index of the block that holds it. */
  block: number;
}

/** Initials and dotted acronyms, words (an apostrophe inside a word only after one letter, as in O'Brien), marks. */
const TOKEN =
  /(?<![\p{L}\p{N}])\p{Lu}(?:\.\p{Lu}){1,7}(?![\p{L}\p{N}])\.?|(?<![\p{L}\p{N}])\p{Lu}\.(?= ?\p{Lu})|(?<![\p{L}\p{N}])[OD]['’]\p{Lu}\p{L}+|['’]s(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])A\/S(?![\p{L}\p{N}])|[\p{L}\p{M}\p{N}]+|\S/gu;
/** Longer lines are data; names are not looked for beyond this length of one. */
const MAX_LINE_LENGTH = 20_000;

/** The lines of all blocks except code. */
export function tokenise(layout: Layout): Line[] {
  const lines: Line[] = [];
  layout.blocks.forEach((block, index) => {
    if (block.kind !== 'code') pushLines(layout.flat, block, index, lines);
  });
  return lines;
}

function pushLines(flat: string, block: Block, index: number, lines: Line[]): void {
  let start = block.start;
  for (const line of flat.slice(block.start, block.end).split('\n')) {
    if (/[\p{L}]/u.test(line)) {
      const text = line.slice(0, MAX_LINE_LENGTH);
      const tokens = lineTokens(text, start);
      markParts(text, start, tokens);
      lines.push({ tokens, kind: block.kind, start, end: start + line.length, block: index });
    }
    start += line.length + 1;
  }
}

function lineTokens(line: string, offset: number): Token[] {
  const tokens: Token[] = [];
  let previousEnd = -1;
  for (const match of line.matchAll(TOKEN)) {
    const text = match[0];
    tokens.push({
      text,
      lower: text.toLowerCase(),
      start: offset + match.index,
      end: offset + match.index + text.length,
      shape: shapeOf(text),
      pos: '',
      opens: false,
      spaced: match.index !== previousEnd,
    });
    previousEnd = match.index + text.length;
  }
  return tokens;
}

function shapeOf(text: string): Shape {
  const letters = text.replace(/[^\p{L}]/gu, '');
  if (letters.length === 0) return /\p{N}/u.test(text) ? 'number' : 'mark';
  if (text === "'s" || text === '’s') return 'mark';
  if (!/\p{Lu}/u.test(letters)) return 'lower';
  if (letters.length > 1 && !/\p{Ll}/u.test(letters)) return 'upper';
  if (/^\p{Lu}[^\p{Lu}]*$/u.test(letters)) return 'capital';
  // McDonald, O'Brien, MacArthur are capitalised; iPhone and YouTube are mixed.
  return /^(?:Mc|Mac|O['’]|D['’]|De|Di|La|Le|Van|Fitz)\p{Lu}\p{Ll}+$/u.test(text) ? 'capital' : 'mixed';
}

/** Adds part of speech and sentence starts from the language model. */
function markParts(original: string, offset: number, tokens: Token[]): void {
  const line = readable(original);
  const { readDoc, its } = languageModel();
  const document = readDoc(line);
  const values = document.tokens().out();
  const parts = document.tokens().out(its.pos);
  const positions: Array<[number, string]> = [];
  let cursor = 0;
  values.forEach((value, index) => {
    const found = line.indexOf(value, cursor);
    if (found < 0) return;
    positions.push([offset + found, String(parts[index] ?? '')]);
    cursor = found + value.length;
  });
  const partAt = new Map(positions);
  for (const token of tokens) token.pos = partAt.get(token.start) ?? '';
  markOpenings(tokens);
}

/** The first word of the line and after a full stop, a colon, an opening quote or bracket. */
function markOpenings(tokens: Token[]): void {
  let open = true;
  for (const token of tokens) {
    if (token.shape === 'mark') {
      if (/^[.!?:…•*“"(>|–—-]$/.test(token.text) && (token.text !== '-' || token.spaced)) open = true;
      continue;
    }
    token.opens = open;
    open = false;
  }
}
