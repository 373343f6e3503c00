import type { Cell, Table } from '../../documents/document.ts';
import { cellDate, cellNumber, type DecimalMark, decimalMarkOf, isDayFirst, isTotalRow } from './cells.ts';
import type { Material } from './skill.ts';
import { contentRoots, likeness, root, sameNotion } from './vocabulary.ts';
import { plainLine, wordsIn } from './words.ts';

/** Tables as columns with a meaning. Tables with the same header, from any file, are one: months in twelve files. */

export interface Column {
  index: number;
  header: string;
  /** Roots of the words of the header: `amount_eur` is amount, eur. */
  roots: string[];
  kind: 'number' | 'date' | 'text';
  /** A number that names rather than measures: an id, a year, a postcode. */
  names: boolean;
  /** Unit the header states, such as EUR in "Amount (EUR)", or ''. */
  unit: string;
  mark: DecimalMark;
  dayFirst: boolean;
}

export interface Row {
  material: Material;
  table: Table;
  cells: Cell[];
}

export interface TableProfile {
  /** Name of the table, and of the file when there are several. */
  name: string;
  columns: Column[];
  rows: Row[];
  /** Rows that add up others; never counted again. */
  totals: Row[];
  /** Header cells with the document they stand in, for citations. */
  headers: Array<{ material: Material; cells: Cell[] }>;
}

/** All tables of the materials, those of one header put together. */
export function profileTables(materials: readonly Material[]): TableProfile[] {
  const groups = new Map<string, Array<{ material: Material; table: Table }>>();
  for (const material of materials) {
    for (const table of material.document.tables) {
      const header = table.columns.map((cell) => plainLine(cell.text).toLowerCase()).join('|');
      if (table.rows.length > 0) groups.set(header, [...(groups.get(header) ?? []), { material, table }]);
    }
  }
  // Tables of one file with one header are sheets or parts with meanings of their own (a year each): kept apart.
  return [...groups.values()].flatMap((members) => {
    const files = new Set(members.map(({ material }) => material.fileId));
    return files.size === members.length ? [profile(members)] : members.map((member) => profile([member]));
  });
}

function profile(members: Array<{ material: Material; table: Table }>): TableProfile {
  const all = members.flatMap(({ material, table }) =>
    table.rows.map((cells) => ({ material, table, cells })),
  );
  const filled = all.filter(({ cells }) => cells.some((cell) => cell.end > cell.start));
  const totals = filled.filter(({ cells }) => isTotalRow(cells));
  const rows = filled.filter((row) => !totals.includes(row));
  const width = Math.max(
    ...members.map(({ table }) => table.columns.length),
    ...rows.map(({ cells }) => cells.length),
  );
  const first = members[0];
  const columns = Array.from({ length: width }, (_, index) =>
    profileColumn(
      index,
      plainLine(first?.table.columns[index]?.text ?? ''),
      rows.map(({ cells }) => cells[index]?.text ?? ''),
    ),
  );
  const names = members.map(({ material, table }) => [material.document.name, table.name] as const);
  return {
    name: names.length === 1 && names[0]?.[1] ? names[0][1] : names.map(([file]) => file).join(', '),
    columns,
    rows,
    totals,
    headers: members.map(({ material, table }) => ({ material, cells: table.columns })),
  };
}

const NAMING =
  /(?:^|[\s_.#-])(?:id|ids|no|nr|num|number|code|sku|year|jahr|zip|plz|postcode|phone|tel|fax|iban|account|ref|reference|invoice|index|rank|row|line)(?:$|[\s_.#-])|^#$/i;
const MEASURING =
  /amount|total|sum|price|cost|value|eur|usd|gbp|qty|quantity|hours|betrag|units|sales|revenue|share/i;

function profileColumn(index: number, header: string, texts: string[]): Column {
  const filled = texts.filter((text) => text.trim());
  const mark = decimalMarkOf(filled);
  const dayFirst = isDayFirst(filled);
  const numbers = filled.flatMap((text) => cellNumber(text, mark) ?? []);
  const dates = filled.filter((text) => cellDate(text, dayFirst) !== undefined);
  const years =
    numbers.length > 0 &&
    numbers.every(({ value }) => Number.isInteger(value) && value > 1899 && value < 2101);
  const needed = Math.max(1, filled.length * 0.6);
  const words = header.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_./()#-]/g, ' ');
  const kind =
    dates.length >= needed && !(years && MEASURING.test(header))
      ? 'date'
      : numbers.length >= needed
        ? 'number'
        : 'text';
  const roots = wordsIn(words).map((word) => root(word.text));
  return {
    index,
    header,
    roots,
    kind,
    names: kind === 'number' && ((NAMING.test(header) && !MEASURING.test(header)) || years),
    unit: unitOfHeader(header),
    mark,
    dayFirst,
  };
}

function unitOfHeader(header: string): string {
  const found =
    /\b(EUR|USD|GBP|CHF|SEK|NOK|DKK|JPY|PLN)\b|(?:_)(eur|usd|gbp|chf)\b|([€$£%])|\((kg|t|km|m|h|hours|days|kWh|MWh)\)/i.exec(
      header,
    );
  if (!found) return '';
  const symbols: Record<string, string> = { '€': 'EUR', $: 'USD', '£': 'GBP', '%': '%' };
  return (found[1] ?? found[2])?.toUpperCase() ?? symbols[found[3] ?? ''] ?? found[4] ?? '';
}

/** How well words name a column, in [0, 1]: equal roots 1, a word for the same notion 0.7, alike in spelling 0.8. */
export function nameScore(column: Column, words: string): number {
  const asked = wordsIn(words.replace(/_/g, ' ')).map((word) => root(word.text));
  if (column.roots.length === 0 || asked.length === 0) return 0;
  const best = asked.map((word) => Math.max(...column.roots.map((own) => wordScore(own, word))));
  const average = best.reduce((sum, value) => sum + value, 0) / best.length;
  // "amount" for "Amount (EUR)" is whole; for "Amount paid back to vendors" it is part.
  return average * (0.85 + 0.15 * (Math.min(asked.length, column.roots.length) / column.roots.length));
}

function wordScore(own: string, asked: string): number {
  if (own === asked) return 1;
  if (sameNotion(own).includes(asked)) return 0.7;
  const alike = likeness(own, asked);
  return alike >= 0.75 && own.length > 3 ? 0.8 * alike : 0;
}

/** The column that words name best, when one does. */
export function columnNamed(
  profile: TableProfile,
  words: string,
  fits: (column: Column) => boolean = () => true,
): Column | undefined {
  let best: { column: Column; score: number } | undefined;
  for (const column of profile.columns) {
    const score = fits(column) ? nameScore(column, words) : 0;
    if (score >= 0.55 && score > (best?.score ?? 0)) best = { column, score };
  }
  return best?.column;
}

/** The column to compute: the one the goal names; else the only measure; else the one that looks like money. */
export function measureOf(
  profile: TableProfile,
  goal: string,
): { column: Column; certain: boolean } | undefined {
  const numeric = profile.columns.filter((column) => column.kind === 'number');
  const roots = new Set(contentRoots(goal.replace(/_/g, ' ')));
  const said = (column: Column) =>
    column.roots.filter((own) => roots.has(own) && own.length > 1).length / Math.max(1, column.roots.length);
  const named = numeric
    .filter((column) => said(column) > 0)
    .sort((a, b) => said(b) - said(a) || Number(a.names) - Number(b.names));
  if (named[0] && (!named[0].names || said(named[0]) === 1)) return { column: named[0], certain: true };
  const measures = numeric.filter((column) => !column.names);
  if (measures.length === 1 && measures[0]) return { column: measures[0], certain: true };
  const near = measures.filter((column) =>
    column.roots.some((own) => sameNotion(own).some((other) => roots.has(other))),
  );
  if (near.length === 1 && near[0]) return { column: near[0], certain: true };
  const pool = near.length > 0 ? near : measures;
  const money =
    pool.find((column) => /total/i.test(column.header)) ??
    pool.find((column) => column.unit || /amount|total|value|price|cost|betrag|sum/i.test(column.header)) ??
    pool[0];
  return money && { column: money, certain: false };
}
