import type { DocumentText } from '../../api/models.ts';
import type { Block } from './blocks.ts';
import { Marked } from './marked.tsx';

/** Rows of a table. Where its head is not among them it is said again, without marks. */
export function TableView({ blocks, tables }: { blocks: Block[]; tables: DocumentText['tables'] }) {
  const [first] = blocks;
  const table = tables[first?.table ?? -1];
  const head = blocks.find(({ isHead }) => isHead);
  const rows = blocks.filter(({ isHead }) => !isHead);
  const repeated = !head && table?.columns.some(({ text }) => text.trim() !== '');
  return (
    <section
      aria-label={`Table ${table?.name ?? ''}`}
      className="my-3 overflow-x-auto rounded-xl border border-line"
    >
      <table className="w-full border-collapse text-sm">
        {(head || repeated) && (
          <thead className="bg-sunken text-left">
            <tr>
              {head
                ? head.cells?.map((cell, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                    <th key={column} scope="col" dir="auto" className={CELL}>
                      <Marked {...cell} />
                    </th>
                  ))
                : table?.columns.map(({ text }, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                    <th key={column} scope="col" dir="auto" className={`${CELL} text-soft`}>
                      {text}
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
                <td key={column} dir="auto" className={`${CELL} ${numeric(table, column) ? NUMBER : ''}`}>
                  <Marked {...cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const CELL =
  'max-w-96 min-w-16 px-3 py-1.5 align-top font-normal break-words first:font-medium [&:is(th)]:font-semibold';
const NUMBER = 'text-right tabular-nums whitespace-nowrap';
const known = new WeakMap<object, boolean[]>();

/** True for a column of numbers, by its first rows. */
function numeric(table: DocumentText['tables'][number] | undefined, column: number): boolean {
  if (!table) return false;
  let columns = known.get(table);
  if (!columns) {
    const some = table.rows.slice(0, 20);
    columns = table.columns.map((_, at) => {
      const filled = some.flatMap((row) => row[at]?.text.trim() || []);
      return filled.length > 0 && filled.every((text) => /^[-−+]?[€$£]?\s?\d[\d.,\s]*%?$/.test(text));
    });
    known.set(table, columns);
  }
  return columns[column] ?? false;
}
