import type { DocumentText } from '../../api/models.ts';
import type { Block } from './blocks.ts';
import { Marked } from './marked.tsx';
import { Wide } from './wide.tsx';

/** Rows of a table. Where its head is not among them it is said again, without marks. */
export function TableView({ blocks, tables }: { blocks: Block[]; tables: DocumentText['tables'] }) {
  const [first] = blocks;
  const table = tables[first?.table ?? -1];
  const head = blocks.find(({ isHead }) => isHead);
  const rows = blocks.filter(({ isHead }) => !isHead);
  const look = (column: number) => `${CELL} ${lookOf(table, column)}`;
  const repeated = !head && table?.columns.some(({ text }) => text.trim() !== '');
  return (
    <Wide label={`Table ${table?.name ?? ''}`} className="my-3 rounded-xl border border-line">
      <table className="w-full border-collapse text-sm">
        {(head || repeated) && (
          <thead className="bg-sunken text-left">
            <tr>
              {(head?.cells ?? table?.columns ?? []).map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <th key={column} scope="col" dir="auto" className={`${look(column)} font-semibold`}>
                  {head ? <Marked {...cell} /> : table?.columns[column]?.text}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row) => (
            <tr key={row.start} className="border-t border-line">
              {row.cells?.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <td key={column} dir="auto" className={look(column)}>
                  <Marked {...cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

const CELL = 'max-w-96 min-w-16 px-3 py-1.5 align-top break-words';

const looks = new WeakMap<object, string[]>();

/** How the cells of each column look, by its first rows: numbers at the right, what is short on one line. */
function lookOf(table: DocumentText['tables'][number] | undefined, column: number): string {
  if (!table) return '';
  let columns = looks.get(table);
  if (!columns) {
    const some = table.rows.slice(0, 20);
    columns = table.columns.map((_, at) => {
      const filled = some.flatMap((row) => row[at]?.text.trim() || []);
      if (filled.length === 0 || filled.some((text) => text.length > 16)) return '';
      const isNumeric = filled.every((text) => /^[-−+]?[€$£]?\s?\d[\d.,\s]*%?$/.test(text));
      return isNumeric ? 'text-right tabular-nums whitespace-nowrap' : 'whitespace-nowrap';
    });
    looks.set(table, columns);
  }
  return columns[column] ?? '';
}
