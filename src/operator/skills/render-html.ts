import type { DocumentText } from '../../documents/document.ts';
import {
  clean,
  computationText,
  type Dispute,
  type Entry,
  type Outline,
  outlineOf,
  pageOf,
  type Section,
  type Source,
} from './outline.ts';
import { escapeHtml, renderFrame } from './render-frame.ts';
import type { Result } from './skill.ts';

/** A document whose text can be shown round a quote. A `Material` is one. */
export interface Readable {
  fileId: string;
  document: Pick<DocumentText, 'text'>;
}

/** Letters of the source shown before and behind a quote. */
const SURROUNDINGS = 220;
const LONGEST_QUOTE = 1_500;

/**
 * A result as one HTML file: no script, no request, everything escaped; its policy allows its own style sheet (by
 * hash) and nothing else. Each sentence carries numbers that open the source round the quote.
 */
export function renderHtml(result: Result, documents: Readable[]): string {
  const outline = outlineOf(result);
  const page = new Page(outline, documents);
  return renderFrame({
    title: outline.title,
    scope: outline.scope.split(' · ')[0] ?? '',
    badge: 'built-in skills, no language model',
    body: `${outline.sections.map((section) => page.section(section)).join('\n')}\n${page.sources()}`,
    howMade: outline.howMade,
  });
}

class Page {
  readonly #sources: Map<number, Source>;
  readonly #texts: Map<string, string>;

  constructor(outline: Outline, documents: Readable[]) {
    this.#sources = new Map(outline.sources.map((source) => [source.number, source]));
    this.#texts = new Map(documents.map(({ fileId, document }) => [fileId, document.text]));
  }

  section(section: Section): string {
    switch (section.kind) {
      case 'answer':
        return `<div class="answer">${escapeHtml(section.entry.text)}${this.cites(section.entry)}</div>`;
      case 'points':
        return this.list(section.title, 'ol', 'points', section.entries);
      case 'notes':
        return this.list(section.title, 'ul', 'notes', section.entries);
      case 'timeline':
        return this.list(section.title, 'ol', 'timeline', section.entries);
      case 'disputes':
        return `<section><h2>${section.title}</h2>${section.disputes.map((dispute) => this.dispute(dispute)).join('\n')}</section>`;
      case 'table':
        return this.table(section);
    }
  }

  list(title: string, tag: 'ol' | 'ul', name: string, entries: Entry[]): string {
    const items = entries.map((entry) => {
      const label = entry.label ? `<time>${escapeHtml(entry.label)}</time>` : '';
      const disputed = entry.disputed ? ' <span class="disputed">disputed</span>' : '';
      return `<li>${label}${escapeHtml(entry.text)}${disputed}${this.cites(entry)}</li>`;
    });
    return `<section><h2>${escapeHtml(title)}</h2><${tag} class="${name}">\n${items.join('\n')}\n</${tag}></section>`;
  }

  table({ title, columns, rows }: Extract<Section, { kind: 'table' }>): string {
    const head = columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('');
    const body = rows.map(({ cells, sources }) => {
      const at = cells.reduce(
        (best, cell, index) => (index > 0 && cell.length > (cells[best]?.length ?? 0) ? index : best),
        Math.min(1, cells.length - 1),
      );
      return `<tr>${cells.map((cell, index) => `<td>${escapeHtml(cell)}${index === at ? this.cites({ text: '', sources }) : ''}</td>`).join('')}</tr>`;
    });
    return `<section><h2>${escapeHtml(title)}</h2><div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div></section>`;
  }

  dispute({ subject, sides, computation }: Dispute): string {
    const columns = sides.map(
      ({ file, text, sources }) =>
        `<div>${file ? `<b>${escapeHtml(file)}</b>` : ''}${escapeHtml(text)}${this.cites({ text, sources })}</div>`,
    );
    const sum = computation ? `<p class="notes">${escapeHtml(computationText(computation))}</p>` : '';
    return `<div class="dispute"><h3>${escapeHtml(subject)}</h3><div class="sides">${columns.join('')}</div>${sum}</div>`;
  }

  /** The numbers behind a sentence; each opens its place in the source. */
  cites({ sources, computation }: Entry): string {
    const chips = sources.map((number) => {
      const source = this.#sources.get(number);
      return source
        ? `<details class="cite"><summary aria-label="Source ${number}">${number}</summary>${this.excerpt(source)}</details>`
        : '';
    });
    const sum = computation
      ? `<details class="cite"><summary aria-label="How it was computed">=</summary><span class="excerpt">${escapeHtml(computationText(computation))}\n${escapeHtml(operandsText(computation.operands.map(({ value }) => value)))}</span></details>`
      : '';
    return chips.join('') + sum;
  }

  excerpt({ file, citation }: Source): string {
    const { fileId, start, end, quote } = citation;
    const page = pageOf(citation);
    const place = `<span class="place">${escapeHtml(file)}${page ? `, ${page}` : ''}</span>`;
    const text = this.#texts.get(fileId);
    const shown = quote.length > LONGEST_QUOTE ? `${quote.slice(0, LONGEST_QUOTE)} …` : quote;
    // a quote that does not stand there is shown alone, never in surroundings that are not its own
    if (text?.slice(start, end) !== quote)
      return `<span class="excerpt">${place}<mark>${escapeLines(shown)}</mark></span>`;
    const from = Math.max(0, start - SURROUNDINGS);
    const to = Math.min(text.length, end + SURROUNDINGS);
    const before = (from > 0 ? '… ' : '') + text.slice(from, start).replace(/^\S*\s/, from > 0 ? '' : '$&');
    const after =
      text.slice(end, to).replace(/\s\S*$/, to < text.length ? '' : '$&') + (to < text.length ? ' …' : '');
    return `<span class="excerpt">${place}${escapeLines(before)}<mark>${escapeLines(shown)}</mark>${escapeLines(after)}</span>`;
  }

  sources(): string {
    if (this.#sources.size === 0) return '';
    const items = [...this.#sources.values()].map(({ number, file, citation }) => {
      const page = pageOf(citation);
      const quote = clean(citation.quote);
      const short = quote.length > 240 ? `${quote.slice(0, 237)}…` : quote;
      return `<li value="${number}">${escapeHtml(file)}${page ? `, ${page}` : ''}: “${escapeHtml(short)}”</li>`;
    });
    return `<section><h2>Sources</h2><ol class="sources">\n${items.join('\n')}\n</ol></section>`;
  }
}

function operandsText(values: number[]): string {
  const shown = values.slice(0, 60).join(', ');
  return values.length > 60 ? `${shown}, … (${values.length} in all)` : shown;
}

function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.startsWith(' ') ? ' ' : '') + escapeHtml(line) + (line.endsWith(' ') ? ' ' : ''))
    .join('\n')
    .replace(/\n{2,}/g, '\n');
}
