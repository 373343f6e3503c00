/**
 * Makes the documents under `examples/harbour/` and the truth about them, always with the same bytes.
 * `node examples/make.mjs` writes the files; `node examples/make.mjs --check` exits 1 when a file on disk differs.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as XLSX from '@e965/xlsx';
import { unzipSync, zipSync } from 'fflate';
import { makeDocx } from './making/docx.mjs';
import { CAPACITY_MAIL, CONTRACT, LETTER, PRESS_RELEASE, REPLY_MAIL, SITE_NOTES } from './making/letters.mjs';
import { MINUTES } from './making/minutes.mjs';
import { BUDGET_2025, BUDGET_2026, PAYMENTS } from './making/money.mjs';
import { makePdf } from './making/pdf.mjs';
import { REPORT } from './making/report.mjs';
import { TRUTH } from './making/truth.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Days since 1899-12-30, as spreadsheets count them. */
const serial = (isoDate) => Math.round(Date.parse(`${isoDate}T00:00:00Z`) / 86_400_000) + 25_569;

function budgetSheet(rows) {
  const cells = {};
  const set = (column, row, cell) => {
    cells[XLSX.utils.encode_cell({ c: column, r: row })] = cell;
  };
  ['Item', 'Vendor', 'Status', 'Amount (EUR)', 'Due date'].forEach((text, column) => {
    set(column, 0, { t: 's', v: text });
  });
  rows.forEach(([item, vendor, status, amount, due], index) => {
    [item, vendor, status].forEach((text, column) => {
      if (text) set(column, index + 1, { t: 's', v: text });
    });
    set(3, index + 1, { t: 'n', v: amount, z: '#,##0' });
    if (due) set(4, index + 1, { t: 'n', v: serial(due), z: 'yyyy-mm-dd' });
  });
  const last = rows.length + 1;
  const total = rows.reduce((sum, row) => sum + row[3], 0);
  set(0, last, { t: 's', v: 'Total' });
  set(3, last, { t: 'n', v: total, f: `SUM(D2:D${last})`, z: '#,##0' });
  return { ...cells, '!ref': `A1:E${last + 1}`, '!cols': [34, 26, 12, 14, 12].map((wch) => ({ wch })) };
}

function budget() {
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, budgetSheet(BUDGET_2026), 'Budget 2026');
  XLSX.utils.book_append_sheet(book, budgetSheet(BUDGET_2025), 'Budget 2025');
  book.Props = { Title: 'Dunmarra Ferry Terminal: budget', Author: 'Colin Byrne', CreatedDate: '2026-10-30T12:00:00Z' };
  const bytes = XLSX.write(book, { type: 'buffer', bookType: 'xlsx' });
  // The library stamps the archive with the present time; the same content has to give the same bytes.
  return zipSync(unzipSync(new Uint8Array(bytes)), { level: 6, mtime: '1980-01-02T00:00:00Z' });
}

const csvField = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replace(/"/g, '""')}"` : String(value));
const payments = () =>
  `${[['payment_date', 'invoice', 'payee', 'budget_line', 'amount_eur', 'status'], ...PAYMENTS]
    .map((row) => row.map(csvField).join(','))
    .join('\n')}\n`;

const files = {
  'harbour/design-report.pdf': makePdf(REPORT),
  'harbour/minutes-2026-10-06.docx': makeDocx(MINUTES),
  'harbour/budget.xlsx': budget(),
  'harbour/payments-2026.csv': payments(),
  'harbour/waiting-hall.eml': CAPACITY_MAIL,
  'harbour/re-waiting-hall.eml': REPLY_MAIL,
  'harbour/press-release.html': PRESS_RELEASE,
  'harbour/site-notes.md': SITE_NOTES,
  'harbour/residents-letter.txt': LETTER,
  'harbour/contract.json': `${JSON.stringify(CONTRACT, null, 2)}\n`,
  '../test/gold/harbour-truth.json': `${JSON.stringify(TRUTH, null, 2)}\n`,
};

let differing = 0;
for (const [name, content] of Object.entries(files)) {
  const path = join(here, name);
  if (process.argv.includes('--check')) {
    if (Buffer.compare(readFileSync(path), Buffer.from(content)) !== 0) {
      differing += 1;
      console.error(`${name} differs from what examples/make.mjs makes`);
    }
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
console.log(`${Object.keys(files).length} files ${process.argv.includes('--check') ? 'checked' : 'written'}`);
process.exitCode = differing > 0 ? 1 : 0;
