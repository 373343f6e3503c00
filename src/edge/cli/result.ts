import { isFields, printAnswer } from './print.ts';
import type { Terminal } from './terminal.ts';

/**
 * A finished result for the terminal: the brief or report of the built-in skills with numbered sources, anything
 * else as plain lines. Shapes are those of DESIGN section 6, read with care because any agent may answer.
 */
export function printResult(terminal: Terminal, output: unknown): void {
  if (!isFields(output) || typeof output.title !== 'string' || typeof output.kind !== 'string') {
    printAnswer(terminal, output);
    return;
  }
  const page = new Page(terminal, listOf(output.documents));
  page.heading(output.title);
  const answer = fieldsOf(output.answer);
  if (answer) page.sentence('', answer, '');
  page.documents();
  page.entities(listOf(output.entities));
  page.findings('Key points', listOf(output.keyPoints));
  page.findings('Findings', listOf(output.findings));
  page.table(fieldsOf(output.table));
  page.findings('Timeline', listOf(output.timeline), (item) => `${textOf(item.date)}  `);
  page.findings(
    'Amounts',
    listOf(output.amounts),
    (item) => `${textOf(item.text)}  `,
    (item) => textOf(item.what),
  );
  page.findings('Contradictions', listOf(output.contradictions), (item) => `${textOf(item.subject)}: `);
  page.lines('Gaps', output.gaps);
  page.lines('Not understood', output.notUnderstood);
  page.sources();
  if (output.howMade)
    terminal.out(`\n${terminal.paint('soft', wrap(textOf(output.howMade), terminal.columns))}`);
}

type Fields = Record<string, unknown>;
const MOST_ENTITIES = 8;
const KINDS: Record<string, string> = {
  person: 'People',
  organisation: 'Organisations',
  place: 'Places',
  date: 'Dates',
  identifier: 'Identifiers',
};

class Page {
  readonly #terminal: Terminal;
  readonly #documents: Fields[];
  readonly #numbers = new Map<string, { number: number; quote: string; place: string }>();

  constructor(terminal: Terminal, documents: Fields[]) {
    this.#terminal = terminal;
    this.#documents = documents;
  }

  heading(title: string): void {
    this.#terminal.out(this.#terminal.paint('bold', title));
  }

  section(title: string): void {
    this.#terminal.out(`\n${this.#terminal.paint('bold', title)}`);
  }

  documents(): void {
    if (this.#documents.length === 0) return;
    this.section('Documents');
    for (const document of this.#documents) {
      const kind = [textOf(document.class), textOf(document.language)].filter(Boolean).join(', ');
      const about = fieldsOf(document.about);
      this.sentence(`${textOf(document.name)} (${kind}) `, about ?? {}, '  ');
    }
  }

  entities(entities: Fields[]): void {
    for (const [kind, title] of Object.entries(KINDS)) {
      const found = entities.filter((entity) => entity.kind === kind);
      if (found.length === 0) continue;
      this.section(title);
      for (const entity of found.slice(0, MOST_ENTITIES)) {
        const mentions = listOf(entity.mentions);
        const files = new Set(mentions.map((mention) => mention.fileId)).size;
        const seen = `${entity.name} (${mentions.length}× in ${files} ${files === 1 ? 'document' : 'documents'}) `;
        this.sentence(seen, fieldsOf(entity.about) ?? {}, '  ');
      }
      const more = found.length - MOST_ENTITIES;
      if (more > 0) this.#terminal.out(this.#terminal.paint('soft', `  and ${more} more`));
    }
  }

  findings(
    title: string,
    items: Fields[],
    before: (item: Fields) => string = () => '',
    sentence: (item: Fields) => string = (item) => textOf(item.sentence),
  ): void {
    if (items.length === 0) return;
    this.section(title);
    for (const item of items) this.sentence(before(item), { ...item, sentence: sentence(item) }, '  ');
  }

  /** A sentence with the numbers of its sources. */
  sentence(before: string, finding: Fields, indent: string): void {
    const numbers = listOf(finding.citations).map((citation) => `[${this.#numberOf(citation)}]`);
    const line = `${before}${textOf(finding.sentence)} ${numbers.join('')}`.trimEnd();
    this.#terminal.out(wrap(line, this.#terminal.columns, indent));
  }

  table(table: Fields | undefined): void {
    if (!table || !Array.isArray(table.columns) || !Array.isArray(table.rows)) return;
    const columns = table.columns.map(String);
    const rows = table.rows.filter(Array.isArray).map((row) => row.map(String));
    const items = rows.map((row) =>
      Object.fromEntries(columns.map((name, index) => [name, row[index] ?? ''])),
    );
    this.section('Table');
    printAnswer(this.#terminal, { items });
  }

  lines(title: string, lines: unknown): void {
    if (!Array.isArray(lines) || lines.length === 0) return;
    this.section(title);
    for (const line of lines) this.#terminal.out(wrap(String(line), this.#terminal.columns, '  '));
  }

  sources(): void {
    if (this.#numbers.size === 0) return;
    this.section('Sources');
    for (const { number, quote, place } of this.#numbers.values()) {
      const short = quote.length > 160 ? `${quote.slice(0, 159)}…` : quote;
      const line = `[${number}] ${place}: “${short.replaceAll(/\s+/g, ' ')}”`;
      this.#terminal.out(this.#terminal.paint('soft', wrap(line, this.#terminal.columns, '  ')));
    }
  }

  #numberOf(citation: Fields): number {
    const id = `${citation.fileId} ${citation.start} ${citation.end}`;
    const known = this.#numbers.get(id);
    if (known) return known.number;
    const document = this.#documents.find((each) => each.fileId === citation.fileId);
    const page = typeof citation.page === 'number' ? `, page ${citation.page}` : '';
    const place = `${textOf(document?.name) || textOf(citation.fileId)}${page}`;
    const number = this.#numbers.size + 1;
    this.#numbers.set(id, { number, quote: textOf(citation.quote), place });
    return number;
  }
}

/** Breaks a text at spaces; later lines are indented two more. */
export function wrap(text: string, columns: number, indent = ''): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line.trim() && line.length + word.length + 1 > columns) {
      lines.push(line.trimEnd());
      line = `${indent}  `;
    }
    line += line.trim() ? ` ${word}` : word;
  }
  return [...lines, line].join('\n');
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function fieldsOf(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
