import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * What SQLite's planner is told about the tables. Without statistics it takes any column of an index for equally
 * choosy, and reads everything a tenant ever did where it could look up one id; those of a new home say nothing, and
 * those of an old one would change plans in the middle of work. So it is told, once and for all, what holds for a home
 * that has grown: a tenant has very many rows, everything else few, and an index over a part of a table is small.
 * (https://sqlite.org/fileformat2.html#stat1tab)
 */
const ROWS = { whole: 1_000_000, part: 10_000 };
/** Rows that are alike in the first columns of an index. */
const ALIKE = { tenant: 0.5, first: 20, more: 10 };

interface Column {
  table_name: string;
  index_name: string;
  is_unique: number;
  is_partial: number;
  place: number;
  column_name: string | null;
}

/** Writes the statistics of all indexes, and has every connection use them from its next look at the tables. */
export async function writeStatistics(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<Column>`
    select tables.name as table_name, indexes.name as index_name, indexes."unique" as is_unique,
      indexes.partial as is_partial, columns.seqno as place, columns.name as column_name
    from sqlite_schema tables
      join pragma_index_list(tables.name) indexes
      join pragma_index_info(indexes.name) columns
    where tables.type = 'table' and tables.name not like 'sqlite_%'
    order by tables.name, indexes.name, columns.seqno`.execute(db);
  const indexes = [...Map.groupBy(rows, (row) => row.index_name).values()];
  await sql`analyze sqlite_schema`.execute(db); // makes the table of statistics
  await sql`delete from sqlite_stat1`.execute(db);
  const told = indexes.map((columns) => ({
    tbl: columns[0]?.table_name ?? '',
    idx: columns[0]?.index_name ?? '',
    stat: statOf(columns),
  }));
  await sql`
    insert into sqlite_stat1 (tbl, idx, stat)
    select json_extract(value, '$.tbl'), json_extract(value, '$.idx'), json_extract(value, '$.stat')
    from json_each(${JSON.stringify(told)})`.execute(db);
  await sql`analyze sqlite_schema`.execute(db);
}

/** Rows of the index, then how many are alike in its first column, its first two, and so on. */
function statOf(columns: readonly Column[]): string {
  const [first] = columns;
  const rows = first?.is_partial ? ROWS.part : ROWS.whole;
  let alike = rows;
  const numbers = columns.map(({ column_name: name, place, is_unique: isUnique }) => {
    if (isUnique && place === columns.length - 1) alike = 1;
    else if (name === 'tenant_id') alike = Math.ceil(alike * ALIKE.tenant);
    else alike = Math.min(alike, place === 0 || alike > ALIKE.first ? ALIKE.first : ALIKE.more);
    return alike;
  });
  return [rows, ...numbers].join(' ');
}
