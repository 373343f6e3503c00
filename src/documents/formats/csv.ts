import { CsvError, parse } from 'csv-parse/sync';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Composer } from '../composer.ts';
import type { DocumentText } from '../document.ts';
import { writeGrid } from '../grid.ts';
import { MAX_BLOCK, MAX_CELLS, MAX_COLUMNS } from '../limits.ts';

const DELIMITERS = [',', ';', '\t', '|'];

/** Comma-, semicolon-, tab- or bar-separated values. The delimiter is the one that gives the steadiest rows. */
export function readCsv(name: string, text: string, composer: Composer): DocumentText['meta'] {
  const { delimiter, columns } = detect(name, text);
  if (columns > MAX_COLUMNS) {
    throw new CadreError('file/too-wide', { name, found: `${columns} columns`, limit: MAX_COLUMNS });
  }
  const most = Math.ceil(MAX_CELLS / Math.max(1, columns)) + 1;
  const rows = records(name, text, delimiter, most + 1);
  if (rows.length > most) {
    composer.warn(`Only the first ${most} rows were read; a table may hold ${MAX_CELLS} cells.`);
    rows.pop();
  }
  writeGrid(composer, name.replace(/\.[^.]*$/, ''), rows);
  return {};
}

function records(name: string, text: string, delimiter: string, most: number): string[][] {
  try {
    return parse(text, {
      delimiter,
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      max_record_size: MAX_BLOCK,
      to: most,
    });
  } catch (cause) {
    if (cause instanceof CsvError && cause.code === 'CSV_MAX_RECORD_SIZE') {
      throw new CadreError(
        'file/too-wide',
        { name, found: 'a row of more characters', limit: MAX_BLOCK },
        { cause },
      );
    }
    if (cause instanceof CsvError) {
      throw new CadreError('file/unreadable', { name, detail: cause.message }, { cause });
    }
    throw cause;
  }
}

/** Reads the first lines with each delimiter; the score is the share of rows that have the commonest width. */
function detect(name: string, text: string): { delimiter: string; columns: number } {
  const hint = /^\ufeff?sep=(.)\r?\n/.exec(text)?.[1];
  if (hint) return { delimiter: hint, columns: 2 };
  const sample = firstLines(name, text, 50);
  let best = { delimiter: ',', columns: 1, score: 0 };
  for (const delimiter of DELIMITERS) {
    let rows: string[][];
    try {
      rows = records(name, sample, delimiter, 50).filter((row) => row.some((cell) => cell !== ''));
    } catch (error) {
      if (error instanceof CadreError && error.code === 'file/too-wide') throw error;
      continue; // quotes that do not fit this delimiter
    }
    const widths = new Map<number, number>();
    for (const row of rows) widths.set(row.length, (widths.get(row.length) ?? 0) + 1);
    const [columns, count] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
    const score = columns < 2 ? 0 : count / rows.length + Math.min(columns, 20) / 1_000;
    if (score > best.score) best = { delimiter, columns, score };
  }
  return best;
}

function firstLines(name: string, text: string, count: number): string {
  let end = 0;
  for (let line = 0; line < count && end < text.length; line += 1) {
    const next = text.indexOf('\n', end);
    const length = (next < 0 ? text.length : next) - end;
    if (length > MAX_BLOCK) {
      throw new CadreError('file/too-wide', {
        name,
        found: `a line of ${length} characters`,
        limit: MAX_BLOCK,
      });
    }
    end = next < 0 ? text.length : next + 1;
  }
  return text.slice(0, end);
}
