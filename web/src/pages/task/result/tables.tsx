import { Fragment, type ReactNode } from 'react';
import type { Brief, Report } from '../../../api/result.ts';
import { useOpenDocument } from '../../../parts/document/document-panel.tsx';
import { Wide } from '../../../parts/document/wide.tsx';
import { CitationButton, Citations } from './citations.tsx';
import { Folded } from './folded.tsx';
import { amountWords, documentWords } from './wording.ts';

const HEAD = 'py-2 pe-5 text-left text-xs font-medium text-soft align-bottom last:pe-0';
const CELL = 'py-2.5 pe-5 align-top break-words last:pe-0';

function Table({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    <Wide label={label} className="-mx-1 px-1">
      <table className="w-full border-collapse text-[0.9375rem]">
        <thead>
          <tr className="border-b border-line">{head}</tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </Wide>
  );
}

/** The amounts of a brief and what each is for. */
export function Amounts({ amounts }: { amounts: Brief['amounts'] }) {
  return (
    <Folded items={amounts} first={14} what="amounts">
      {(shown) => (
        <Table
          label="Amounts"
          head={
            <>
              <th scope="col" className={`${HEAD} text-right`}>
                Amount
              </th>
              <th scope="col" className={HEAD}>
                What it is for
              </th>
            </>
          }
        >
          {shown.map((amount, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what it is
            <tr key={index}>
              <td dir="auto" className={`${CELL} w-28 text-right sm:w-36 font-medium tabular-nums`}>
                {amountWords(amount)}
              </td>
              <td dir="auto" className={CELL}>
                {amount.what}
                <Citations citations={amount.citations} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Folded>
  );
}

/** What was read. */
export function Documents({ documents }: { documents: Brief['documents'] }) {
  const open = useOpenDocument();
  return (
    <Folded items={documents} first={25} what="documents">
      {(shown) => (
        <ul className="divide-y divide-line">
          {shown.map((document) => (
            <li
              key={document.fileId}
              className="grid gap-x-6 gap-y-1 py-3 sm:grid-cols-[14.5rem_minmax(0,1fr)]"
            >
              <div className="min-w-0">
                <button
                  type="button"
                  onClick={() => open.file(document.fileId)}
                  className="max-w-full rounded text-left font-medium break-words underline decoration-line underline-offset-4 [overflow-wrap:anywhere] hover:text-accent hover:decoration-accent"
                >
                  <bdi>{document.name}</bdi>
                </button>
                <p dir="auto" className="text-xs text-soft">
                  {document.type} · {documentWords(document)}
                </p>
              </div>
              {document.about && (
                <p dir="auto" className="min-w-0 text-[0.9375rem] leading-relaxed break-words text-soft">
                  {document.about.sentence}
                  {document.about.citations.slice(0, 1).map((citation) => (
                    <Fragment key={citation.start}>
                      {' '}
                      <CitationButton short citation={citation} />
                    </Fragment>
                  ))}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Folded>
  );
}

const NUMERIC = /^[-−+]?[€$£]?\s?\d[\d.,\s]*\s?(?:%|[A-Z]{3})?$/;

/** A date in figures, or a word or two that look broken on two lines. */
const SHORT = /^.{1,12}$/u;

/** The table of a report, numbers at the right. A column in which nothing stands is left out. */
export function ReportTable({ table }: { table: NonNullable<Report['table']> }) {
  const filled = table.columns.flatMap((_, column) =>
    table.rows.some((row) => (row[column] ?? '').trim() !== '') ? [column] : [],
  );
  const columns = filled.map((column) => table.columns[column] ?? '');
  const rows = table.rows.map((row) => filled.map((column) => row[column] ?? ''));
  const isNumeric = columns.map(
    (_, column) => rows.length > 0 && rows.every((row) => NUMERIC.test((row[column] ?? '').trim())),
  );
  const side = (column: number) => (isNumeric[column] ? 'text-right tabular-nums' : '');
  const look = (cell: string, column: number) =>
    `${CELL} ${side(column)} ${SHORT.test(cell) ? 'whitespace-nowrap' : ''} first:font-medium`;
  return (
    <Folded items={rows} first={30} what="rows">
      {(shown) => (
        <Table
          label="Table"
          head={columns.map((column, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            <th key={index} scope="col" dir="auto" className={`${HEAD} ${side(index)}`}>
              {column}
            </th>
          ))}
        >
          {shown.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what it is
            <tr key={index}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <td key={column} dir="auto" className={look(cell, column)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      )}
    </Folded>
  );
}
