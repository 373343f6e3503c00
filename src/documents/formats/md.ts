import { cleanText } from '../clean.ts';
import type { Composer, Span } from '../composer.ts';
import type { DocumentText } from '../document.ts';
import { MAX_TEXT } from '../limits.ts';

interface Line extends Span {
  text: string;
}

/**
 * Markdown keeps its source text, so that a quote is found in the file as it stands; only the line ends inside a
 * paragraph become spaces (which changes no position). Headings, items, tables, code and fields are marked.
 */
export function readMd(text: string, composer: Composer): DocumentText['meta'] {
  const source = cleanText(text.slice(0, MAX_TEXT * 2)).replace(/\f/g, '\n');
  const blocks = blocksOf(linesOf(source));
  const characters = source.split('');
  for (const block of blocks.filter(({ kind }) => kind === 'paragraph' || kind === 'item')) {
    for (const line of block.lines.slice(0, -1)) {
      if (!/( {2}|\\)$/.test(line.text)) characters[line.end] = ' ';
    }
  }
  const kept = composer.keep(characters.join(''));
  const meta: DocumentText['meta'] = {};
  let title = '';
  for (const block of blocks) {
    if ((block.lines.at(-1)?.end ?? 0) > kept.length) break;
    if (block.kind === 'heading') title = block.label ?? title;
    markBlock(composer, block, title, meta);
  }
  return meta;
}

interface Block {
  kind: 'heading' | 'paragraph' | 'item' | 'code' | 'table' | 'front';
  lines: Line[];
  /** Text of a heading. */
  label?: string;
}

function linesOf(source: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= source.length; ) {
    const next = source.indexOf('\n', start);
    const end = next < 0 ? source.length : next;
    lines.push({ start, end, text: source.slice(start, end) });
    start = end + 1;
  }
  return lines;
}

const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const ITEM = /^\s*([-*+]|\d{1,9}[.)])\s+(\[[ xX]\]\s+)?/;
const FENCE = /^\s*(```+|~~~+)/;
const RULE = /^ {0,3}([-*_])\s*(\1\s*){2,}$/;
const SEPARATOR = /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$/;

function blocksOf(lines: Line[]): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  if (lines[0]?.text.trim() === '---') {
    const end = lines.findIndex((line, index) => index > 0 && /^(---|\.\.\.)\s*$/.test(line.text));
    if (end > 0 && lines.slice(1, end).every((line) => /^\s|^[\w-]+:|^\s*(#|$)|^- /.test(line.text))) {
      blocks.push({ kind: 'front', lines: lines.slice(1, end) });
      at = end + 1;
    }
  }
  let open: Block | undefined;
  for (; at < lines.length; at += 1) {
    const line = lines[at]!;
    const fence = FENCE.exec(line.text)?.[1];
    if (fence) {
      let end = at + 1;
      while (end < lines.length && !lines[end]!.text.trim().startsWith(fence)) end += 1;
      blocks.push({ kind: 'code', lines: lines.slice(at + 1, end) });
      at = end;
      open = undefined;
      continue;
    }
    const taken = oneLineBlock(lines, at);
    if (taken) {
      blocks.push(taken.block);
      at += taken.lines - 1;
      open = undefined;
    } else if (line.text.trim() === '' || RULE.test(line.text)) open = undefined;
    else if (ITEM.test(line.text) || !open) {
      open = { kind: ITEM.test(line.text) ? 'item' : 'paragraph', lines: [line] };
      blocks.push(open);
    } else open.lines.push(line);
  }
  return blocks;
}

/** Headings in both notations and tables, which are known by their first two lines. */
function oneLineBlock(lines: Line[], at: number): { block: Block; lines: number } | undefined {
  const line = lines[at]!;
  const heading = HEADING.exec(line.text);
  if (heading) return { block: { kind: 'heading', lines: [line], label: heading[2] ?? '' }, lines: 1 };
  const next = lines[at + 1];
  if (!next || line.text.trim() === '' || ITEM.test(line.text)) return undefined;
  if (/^ {0,3}(=+|-{2,})\s*$/.test(next.text) && !line.text.includes('|')) {
    return { block: { kind: 'heading', lines: [line], label: line.text.trim() }, lines: 2 };
  }
  if (line.text.includes('|') && SEPARATOR.test(next.text)) {
    let end = at + 2;
    while (end < lines.length && lines[end]!.text.includes('|')) end += 1;
    return { block: { kind: 'table', lines: [line, ...lines.slice(at + 2, end)] }, lines: end - at };
  }
  return undefined;
}

function markBlock(composer: Composer, block: Block, title: string, meta: DocumentText['meta']): void {
  const first = block.lines[0];
  const last = block.lines.at(-1);
  if (!first || !last) return;
  if (block.kind === 'table') {
    const [columns = [], ...rows] = block.lines.map(cellsOf);
    for (const line of block.lines) composer.mark('row', ...trimmed(line));
    composer.markTable(title || 'table', columns, rows);
  } else if (block.kind === 'front') {
    for (const line of block.lines) markField(composer, line, meta);
  } else if (block.kind === 'heading') {
    const offset = Math.max(0, first.text.indexOf(block.label ?? ''));
    const level = HEADING.exec(first.text)?.[1]?.length ?? 1;
    const start = first.start + offset;
    composer.mark('heading', start, start + (block.label ?? '').length, { label: `h${level}` });
    if (block.label) meta.title ??= block.label;
  } else if (block.kind === 'code') composer.mark('code', first.start, last.end);
  else {
    const marker = block.kind === 'item' ? (ITEM.exec(first.text)?.[0].length ?? 0) : quoteMark(first.text);
    composer.mark(block.kind, first.start + marker, last.start + last.text.trimEnd().length);
  }
}

function quoteMark(text: string): number {
  return /^\s*(>\s?)*/.exec(text)?.[0].length ?? 0;
}

function trimmed(line: Line): [number, number] {
  const lead = line.text.length - line.text.trimStart().length;
  return [line.start + lead, line.start + line.text.trimEnd().length];
}

function markField(composer: Composer, line: Line, meta: DocumentText['meta']): void {
  const match = /^([\w-]+):\s*(["']?)(.*?)\2\s*$/.exec(line.text);
  if (!match?.[1] || !match[3]) return;
  const key = match[1].toLowerCase();
  composer.mark('field', ...trimmed(line), { label: match[1] });
  if (key === 'title' || key === 'author' || key === 'date') meta[key] = match[3];
}

/** Places of the cells of a row `| a | b |`; a bar behind a backslash belongs to its cell. */
function cellsOf(line: Line): Span[] {
  const [from, to] = trimmed(line);
  const inner = line.text.slice(from - line.start, to - line.start);
  const cells: Span[] = [];
  let start = inner.startsWith('|') ? 1 : 0;
  for (let i = start; i <= inner.length; i += 1) {
    if (i < inner.length && (inner[i] !== '|' || inner[i - 1] === '\\')) continue;
    if (i === inner.length && start === inner.length && inner.endsWith('|')) break;
    const raw = inner.slice(start, i);
    const lead = raw.trim() === '' ? 0 : raw.length - raw.trimStart().length;
    cells.push({ start: from + start + lead, end: from + start + lead + raw.trim().length });
    start = i + 1;
  }
  return cells;
}
