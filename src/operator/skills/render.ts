import {
  clean,
  computationText,
  type Dispute,
  type Entry,
  outlineOf,
  pageOf,
  type Section,
  type Source,
} from './outline.ts';
import type { Result } from './skill.ts';

export { renderHtml } from './render-html.ts';

/** A result as Markdown with footnotes. Text of the sources is escaped: it stays text. */
export function renderMarkdown(result: Result): string {
  const outline = outlineOf(result);
  const parts = [
    `# ${escapeMarkdown(outline.title)}`,
    `*${outline.scope}*`,
    ...outline.sections.map(markdownSection),
  ];
  parts.push(`---\n\n${escapeMarkdown(outline.howMade)}`);
  if (outline.sources.length > 0) parts.push(outline.sources.map(markdownSource).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function markdownSection(section: Section): string {
  switch (section.kind) {
    case 'answer':
      return `**${escapeMarkdown(section.entry.text)}**${notes(section.entry.sources)}${computed(section.entry)}`;
    case 'points':
    case 'timeline':
    case 'notes':
      return `## ${section.title}\n\n${section.entries.map(markdownEntry).join('\n')}`;
    case 'disputes':
      return `## ${section.title}\n\n${section.disputes.map(markdownDispute).join('\n')}`;
    case 'table':
      return `## ${section.title}\n\n${markdownTable(section)}`;
  }
}

function markdownEntry(entry: Entry): string {
  const label = entry.label ? `**${escapeMarkdown(entry.label)}**: ` : '';
  return `- ${label}${escapeMarkdown(entry.text)}${notes(entry.sources)}${computed(entry)}${entry.disputed ? ' *(disputed)*' : ''}`;
}

function markdownDispute({ subject, sides, computation }: Dispute): string {
  const lines = sides.map(
    ({ file, text, sources }) =>
      `  - ${file ? `${escapeMarkdown(file)}: ` : ''}“${escapeMarkdown(text)}”${notes(sources)}`,
  );
  const sum = computation ? [`  - ${escapeMarkdown(computationText(computation))}`] : [];
  return [`- **${escapeMarkdown(subject)}**`, ...lines, ...sum].join('\n');
}

function markdownTable({ columns, rows }: Extract<Section, { kind: 'table' }>): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map(({ cells, sources }) => {
    const at = sourceColumn(cells);
    return line(cells.map((cell, index) => escapeMarkdown(cell) + (index === at ? notes(sources) : '')));
  });
  return [line(columns.map(escapeMarkdown)), line(columns.map(() => '---')), ...body].join('\n');
}

/** The cell that carries the numbers of the sources: the wordiest. */
export function sourceColumn(cells: string[]): number {
  return cells.reduce((best, cell, index) => (cell.length > (cells[best]?.length ?? 0) ? index : best), 0);
}

function markdownSource({ number, file, citation }: Source): string {
  const page = pageOf(citation);
  const place = `${escapeMarkdown(file)}${page ? `, ${page}` : ''}, characters ${citation.start}–${citation.end}`;
  return `[^${number}]: ${place}: “${escapeMarkdown(clean(citation.quote))}”`;
}

function notes(sources: number[]): string {
  return sources.map((number) => `[^${number}]`).join('');
}

function computed({ computation }: Entry): string {
  return computation && computation.operation !== 'count'
    ? ` *(${escapeMarkdown(computationText(computation))})*`
    : '';
}

/** Signs that Markdown or HTML would act on. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]#|~!]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/^(\s*)([-+]|\d+[.)])(?=\s)/, '$1\\$2');
}

/**
 * A result for the terminal: `width` columns, with ANSI colours when `color` is set. Names the file and page of each
 * source; Markdown and HTML also show the quotes.
 */
export function renderText(result: Result, options: { width: number; color: boolean }): string {
  const outline = outlineOf(result);
  const width = Math.max(40, options.width);
  const paint = (code: number, text: string) => (options.color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const pen: Pen = {
    width,
    sources: new Map(outline.sources.map((source) => [source.number, source])),
    bold: (text) => paint(1, text),
    dim: (text) => paint(2, text),
    accent: (text) => paint(36, text),
  };
  const blocks = [
    wrap(outline.title, width, '', '').map(pen.bold).join('\n'),
    wrap(outline.scope, width, '', '').map(pen.dim).join('\n'),
    ...outline.sections.map((section) => textSection(section, pen)),
    wrap(outline.howMade, width, '', '').map(pen.dim).join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

interface Pen {
  width: number;
  sources: Map<number, Source>;
  bold(text: string): string;
  dim(text: string): string;
  accent(text: string): string;
}

function textSection(section: Section, pen: Pen): string {
  if (section.kind === 'answer') {
    return wrap(
      `${section.entry.text}${placesOf(section.entry.sources, pen)}${sum(section.entry)}`,
      pen.width,
      '',
      '',
    )
      .map(pen.bold)
      .join('\n');
  }
  const title = pen.accent(pen.bold(section.title.toUpperCase()));
  return [title, ...textLines(section, pen)].join('\n');
}

function textLines(section: Exclude<Section, { kind: 'answer' }>, pen: Pen): string[] {
  switch (section.kind) {
    case 'points':
    case 'timeline':
    case 'notes':
      return section.entries.flatMap((entry) => {
        const label = entry.label ? `${entry.label}  ` : '';
        const tail = `${placesOf(entry.sources, pen)}${sum(entry)}${entry.disputed ? ' [disputed]' : ''}`;
        return wrap(`${label}${entry.text}${tail}`, pen.width, '  • ', '    ');
      });
    case 'disputes':
      return section.disputes.flatMap(({ subject, sides, computation }) => [
        ...wrap(subject, pen.width, '  • ', '    ').map(pen.bold),
        ...sides.flatMap(({ file, text, sources }) =>
          wrap(
            file ? `${placeNames(sources, pen) || file}: “${text}”` : `${text}${placesOf(sources, pen)}`,
            pen.width,
            '      ',
            '      ',
          ),
        ),
        ...(computation ? wrap(computationText(computation), pen.width, '      ', '      ') : []),
      ]);
    case 'table':
      return textTable(section, pen);
  }
}

/** Few columns side by side; the wordiest takes what is left and wraps. */
function textTable({ columns, rows }: Extract<Section, { kind: 'table' }>, pen: Pen): string[] {
  const widest = columns.map((column, index) =>
    Math.max(column.length, ...rows.map(({ cells }) => (cells[index] ?? '').length)),
  );
  const wide = sourceColumn(widest.map((length) => 'x'.repeat(length)));
  const limit = Math.max(10, Math.floor((pen.width - 4) / (columns.length + 0.5)));
  const fixed = widest.map((length, index) => (index === wide ? 0 : Math.min(length, limit)));
  const left = pen.width - 2 - fixed.reduce((all, length) => all + length, 0) - 2 * (columns.length - 1);
  const widths = fixed.map((length, index) =>
    index === wide ? Math.max(12, Math.min(left, (widest[wide] ?? 0) + 12)) : length,
  );
  const draw = (cells: string[]) => {
    const wrapped = cells.map((cell, index) => wrap(cell, widths[index] ?? 10, '', ''));
    const height = Math.max(1, ...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, row) =>
      `  ${wrapped.map((lines, index) => (lines[row] ?? '').padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd(),
    );
  };
  // too narrow for columns: one entry after the other
  if (left < 24) {
    return rows.flatMap(({ cells, sources }) =>
      wrap(`${cells.filter(Boolean).join(' · ')}${placesOf(sources, pen)}`, pen.width, '  • ', '    '),
    );
  }
  const body = rows.flatMap(({ cells, sources }) => {
    // a document cites itself; that need not be said
    const places = placesOf(sources, pen).includes(` (${cells[0]}`) ? '' : placesOf(sources, pen);
    return draw(cells.map((cell, index) => (index === wide ? cell + places : cell)));
  });
  return [...draw(columns).map(pen.dim), ...body];
}

/** " (minutes.docx, page 2; letter.txt)": in the sources' own words, so the place is all that is missing. */
function placesOf(sources: number[], pen: Pen): string {
  const places = placeNames(sources, pen);
  return places ? ` (${places})` : '';
}

function placeNames(sources: number[], pen: Pen): string {
  const places = sources.flatMap((number) => {
    const source = pen.sources.get(number);
    if (!source) return [];
    const page = pageOf(source.citation);
    return [page ? `${source.file}, ${page}` : source.file];
  });
  return [...new Set(places)].join('; ');
}

function sum({ computation }: Entry): string {
  return computation && computation.operation !== 'count' ? ` (${computationText(computation)})` : '';
}

/** Breaks at spaces; a word longer than a line is cut. */
function wrap(text: string, width: number, first: string, next: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (let word of text.split(/\s+/).filter(Boolean)) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = next;
      empty = true;
    }
    while (empty && line.length + word.length > width) {
      const room = Math.max(1, width - line.length);
      lines.push(line + word.slice(0, room));
      word = word.slice(room);
      line = next;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  if (!empty || lines.length === 0) lines.push(line);
  return lines;
}
