import type { CheerioAPI } from 'cheerio';
import { CadreError } from '../platform/kernel/errors.ts';
import { oneLine } from './clean.ts';
import type { Composer } from './composer.ts';
import type { Segment } from './document.ts';
import { isHeader } from './grid.ts';
import { MAX_HTML_DEPTH } from './limits.ts';

/** The little of a parsed node that reading needs (the shape of domhandler's nodes). */
interface Node {
  type: string;
  name?: string;
  data?: string;
  attribs?: Record<string, string>;
  children?: Node[];
}

const SKIPPED = new Set(
  'script style template noscript svg math head iframe object embed canvas audio video select datalist nav dialog'.split(
    ' ',
  ),
);
const BLOCKS = new Set(
  'address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form header hgroup hr html legend main ol p section summary tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
);

/** Writes what a page says: headings, paragraphs, items, code and tables, without scripts, styles and menus. */
export function writeHtml(name: string, $: CheerioAPI, composer: Composer): void {
  new Walk(name, composer).node($.root()[0] as Node, { kind: 'paragraph' }, 0);
}

interface Block {
  kind: Segment['kind'];
  label?: string;
}

class Walk {
  readonly #name: string;
  readonly #composer: Composer;
  #inline = '';

  constructor(name: string, composer: Composer) {
    this.#name = name;
    this.#composer = composer;
  }

  /** Text gathers until a block begins or ends; then it is written as the kind of block it stood in. */
  node(node: Node, block: Block, depth: number): void {
    if (depth > MAX_HTML_DEPTH)
      throw new CadreError('file/too-deep', { name: this.#name, limit: MAX_HTML_DEPTH });
    if (node.type === 'text') this.#inline += (node.data ?? '').replace(/\s+/g, ' ');
    else if (node.name === 'br') this.#inline += '\n';
    else if (node.name && (SKIPPED.has(node.name) || isHidden(node) || isMenu(node))) {
      if (node.name === 'nav' || isMenu(node)) this.#composer.warn('The navigation menu was left out.');
    } else if (node.name === 'pre') this.#pre(node, block);
    else if (node.name === 'table') this.#table(node, block, depth);
    else if (node.name && (BLOCKS.has(node.name) || ownBlock(node))) {
      this.#flush(block);
      const inner = ownBlock(node) ?? (block.kind === 'heading' ? { kind: 'paragraph' as const } : block);
      this.#children(node, inner, depth);
      this.#flush(inner);
    } else this.#children(node, block, depth);
  }

  #children(node: Node, block: Block, depth: number): void {
    for (const child of node.children ?? []) this.node(child, block, depth + 1);
  }

  #pre(node: Node, block: Block): void {
    this.#flush(block);
    this.#composer.lines('code', textOf(node, true));
  }

  #flush({ kind, label }: Block): void {
    const lines = this.#inline.split('\n').map(oneLine).filter(Boolean);
    this.#inline = '';
    const extra = label ? { label } : {};
    if (lines.length > 1 && kind === 'paragraph') this.#composer.lines(kind, lines.join('\n'), extra);
    else this.#composer.block(kind, lines.join(' '), extra);
  }

  #table(node: Node, block: Block, depth: number): void {
    this.#flush(block);
    const rows = rowsOf(node);
    const cells = rows.flatMap((row) => row.cells);
    const width = rows.reduce((most, row) => Math.max(most, row.cells.length), 0);
    const layout = width < 2 || cells.some((cell) => cell.hasBlocks || cell.text.length > 1_000);
    if (layout) return this.#children(node, block, depth);
    const caption = oneLine(textOf(find(node, 'caption'), false));
    this.#composer.block('paragraph', caption);
    const texts = rows.map((row) => row.cells.map((cell) => cell.text));
    const [first = [], ...rest] = texts;
    const named = rows[0]?.cells.every((cell) => cell.isHead) || isHeader(first, rest);
    this.#composer.table(caption || 'table', named ? first : [], named ? rest : texts);
  }
}

function ownBlock(node: Node): Block | undefined {
  if (/^h[1-6]$/.test(node.name ?? '')) return { kind: 'heading', label: node.name ?? 'h2' };
  if (node.name === 'li') return { kind: 'item' };
  if (node.name === 'blockquote') return { kind: 'paragraph', label: 'quoted' };
  if (node.name === 'p' && isBoldLine(node)) return { kind: 'heading', label: 'h4' };
  return undefined;
}

/** A paragraph that is one short bold line is a heading that somebody made by hand. */
function isBoldLine(node: Node): boolean {
  const parts = (node.children ?? []).filter(
    (child) => child.type !== 'text' || (child.data ?? '').trim() !== '',
  );
  if (parts.length === 0 || !parts.every((part) => part.name === 'strong' || part.name === 'b')) return false;
  const text = oneLine(textOf(node, false));
  return text.length <= 80 && !/[.:;,!?]$/.test(text) && /^\P{Ll}/u.test(text);
}

function isHidden(node: Node): boolean {
  const style = node.attribs?.style ?? '';
  return node.attribs?.hidden !== undefined || /display\s*:\s*none|visibility\s*:\s*hidden/i.test(style);
}

/** Marked as navigation, or a long list that holds nothing but links. */
function isMenu(node: Node): boolean {
  if (node.attribs?.role === 'navigation') return true;
  if (node.name !== 'ul' && node.name !== 'ol') return false;
  const items = (node.children ?? []).filter((child) => child.name === 'li');
  return items.length >= MENU_ITEMS && items.every((item) => isLinkOnly(item));
}

const MENU_ITEMS = 10;

function isLinkOnly(item: Node): boolean {
  const stack = [...(item.children ?? [])];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'text' && (node.data ?? '').trim() !== '') return false;
    if (node.name !== 'a') stack.push(...(node.children ?? []));
  }
  return true;
}

interface TableCell {
  text: string;
  isHead: boolean;
  hasBlocks: boolean;
}

/** Rows of this table only; a cell over several columns is followed by empty ones. */
function rowsOf(table: Node): Array<{ cells: TableCell[] }> {
  const rows: Array<{ cells: TableCell[] }> = [];
  for (const part of table.children ?? []) {
    const parts =
      part.name === 'tr'
        ? [part]
        : ['thead', 'tbody', 'tfoot'].includes(part.name ?? '')
          ? (part.children ?? [])
          : [];
    for (const row of parts.filter((child) => child.name === 'tr' && !isHidden(child))) {
      const cells: TableCell[] = [];
      for (const cell of row.children ?? []) {
        if (cell.name !== 'td' && cell.name !== 'th') continue;
        const hasBlocks = ['table', 'h1', 'h2', 'h3', 'hr'].some((name) => find(cell, name) !== undefined);
        cells.push({ text: oneLine(textOf(cell, false)), isHead: cell.name === 'th', hasBlocks });
        const span = Math.min(100, Number(cell.attribs?.colspan ?? 1) || 1);
        for (let i = 1; i < span; i += 1)
          cells.push({ text: '', isHead: cell.name === 'th', hasBlocks: false });
      }
      if (cells.length > 0) rows.push({ cells });
    }
  }
  return rows;
}

function find(node: Node, name: string): Node | undefined {
  const stack = [...(node.children ?? [])];
  for (let item = stack.pop(); item; item = stack.pop()) {
    if (item.name === name) return item;
    for (const child of item.children ?? []) stack.push(child);
  }
  return undefined;
}

/** All text of a node in order, with a space (or a line end, when `verbatim`) where a block ends. */
function textOf(node: Node | undefined, verbatim: boolean): string {
  const parts: string[] = [];
  const stack: Array<Node | string> = node ? [node] : [];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (typeof item === 'string') parts.push(item);
    else if (item.type === 'text') parts.push(item.data ?? '');
    else if (item.name === 'br') parts.push('\n');
    else if (!item.name || !(SKIPPED.has(item.name) || isHidden(item))) {
      if (item.name && (BLOCKS.has(item.name) || ownBlockName(item.name))) stack.push(verbatim ? '\n' : ' ');
      for (const child of [...(item.children ?? [])].reverse()) stack.push(child);
    }
  }
  return parts.join('');
}

function ownBlockName(name: string): boolean {
  return name === 'li' || /^h[1-6]$/.test(name);
}
