import { type CellObject, read, SSF, utils, type WorkBook, type WorkSheet } from '@e965/xlsx';
import { CadreError } from '../../platform/kernel/errors.ts';
import { type Entries, repack } from '../archive.ts';
import type { Composer } from '../composer.ts';
import type { DocumentText } from '../document.ts';
import { writeGrid } from '../grid.ts';
import { MAX_CELLS, MAX_COLUMNS } from '../limits.ts';
import { officeMeta } from '../office.ts';

/** A workbook: each sheet in its order, cells as the program shows them; dates without a format of their own as ISO. */
export function readXlsx(name: string, entries: Entries, composer: Composer): DocumentText['meta'] {
  const book = open(name, entries);
  for (const [index, title] of book.SheetNames.entries()) {
    if (composer.full) break;
    const sheet = book.Sheets[title];
    if (!sheet?.['!ref']) continue;
    const hidden = (book.Workbook?.Sheets?.[index]?.Hidden ?? 0) > 0;
    if (hidden) composer.warn(`The sheet "${title}" is hidden in the file; it was read.`);
    const segment = composer.open('sheet', { label: title });
    if (book.SheetNames.length > 1 || !/^(sheet|tabelle|feuil|blatt)\s*1$/i.test(title)) {
      composer.block('heading', title, { label: 'h2' });
    }
    writeGrid(composer, title, rowsOf(name, title, sheet, composer));
    composer.close(segment);
  }
  return officeMeta(entries);
}

function open(name: string, entries: Entries): WorkBook {
  try {
    return read(repack(entries), {
      type: 'array',
      cellDates: false,
      cellHTML: false,
      cellNF: true,
      dateNF: 'yyyy-mm-dd',
      dense: true,
    });
  } catch (cause) {
    if (cause instanceof Error && /password|encrypt/i.test(cause.message)) {
      throw new CadreError('file/encrypted', { name }, { cause });
    }
    throw cause;
  }
}

function rowsOf(name: string, title: string, sheet: WorkSheet, composer: Composer): string[][] {
  const range = utils.decode_range(sheet['!ref'] ?? 'A1');
  const data = sheet['!data'] ?? [];
  const width = data.reduce((most, row) => Math.max(most, row?.length ?? 0), 0);
  if (width > MAX_COLUMNS) {
    throw new CadreError('file/too-wide', { name, found: `${width} columns`, limit: MAX_COLUMNS });
  }
  let uncomputed = 0;
  const rows: string[][] = [];
  const most = Math.min(data.length, Math.ceil(MAX_CELLS / Math.max(1, width)) + 1);
  for (let index = range.s.r; index < most; index += 1) {
    const row: string[] = [];
    for (let column = 0; column < width; column += 1) {
      const cell = data[index]?.[column];
      if (cell?.f && cell.v === undefined) uncomputed += 1;
      row.push(shown(cell));
    }
    rows.push(row);
  }
  if (most < data.length)
    composer.warn(`Only the first ${most} of ${data.length} rows of "${title}" were read.`);
  if (uncomputed > 0)
    composer.warn(`${uncomputed} formulas in "${title}" hold no computed value and were left empty.`);
  return rows;
}

/** A cell as the program shows it. */
function shown(cell: CellObject | undefined): string {
  if (!cell || cell.t === 'z') return '';
  if (cell.w !== undefined) return cell.w;
  if (cell.t === 'e') return '#ERROR';
  if (cell.t !== 'n' || typeof cell.z !== 'string') return String(cell.v ?? '');
  try {
    // The library takes the dots of dd.mm.yyyy for fractions of a second and gives up; quoted, it writes them.
    return SSF.format(cell.z.replace(/\.(?!0)/g, '\\.'), cell.v);
  } catch {
    return String(cell.v ?? '');
  }
}
