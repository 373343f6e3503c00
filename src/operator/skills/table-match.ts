import { type RowFilter, readFilter } from './table-filter.ts';
import { type Column, columnNamed, measureOf, type Row, type TableProfile } from './table-profile.ts';
import { readTableQuestion, type TableQuestion } from './table-question.ts';
import { contentRoots, root, sameNotion } from './vocabulary.ts';
import { wordsIn } from './words.ts';

/** A question read against a table: which column, which rows, which groups, and how well the table fits. */

/** One table with the question read against it. */
export interface Attempt {
  profile: TableProfile;
  question: TableQuestion;
  measure: Column | undefined;
  certain: boolean;
  group: Column | undefined;
  /** Part of the date of the group: month, quarter, year. */
  grain: string;
  filter: RowFilter;
  rows: Row[];
  /** How well the table fits the goal; only compared. */
  fit: number;
}

/** Reads the goal against one table. `input` may say column, operation or group outright. */
export function attempt(
  profile: TableProfile,
  whole: string,
  input: Record<string, unknown>,
  names: string[],
): Attempt {
  const goal = withoutTableName(whole, profile.name);
  const named = goal !== whole ? 10 : 0;
  const question = readTableQuestion(goal);
  const operation = input.operation;
  if (isOperation(operation)) question.operation = operation;
  if (typeof input.groupBy === 'string') question.groupBy = input.groupBy;
  const grain = /\b(day|week|month|quarter|year)s?\b/.exec(question.ranked || question.groupBy)?.[1] ?? '';
  const byDate = grain ? profile.columns.find((column) => column.kind === 'date') : undefined;
  const groupWords = question.ranked || question.groupBy;
  const group =
    columnNamed(profile, groupWords, (column) => column.kind !== 'number' || column.names) ?? byDate;
  const said = typeof input.column === 'string' ? columnNamed(profile, input.column) : undefined;
  // "Which supplier has the highest total" over a table without such a column: the row itself is named.
  if (question.ranked && !group && question.limit === 1)
    question.operation = question.order === 'least' ? 'minimum' : 'maximum';
  const rest = group && groupWords ? goal.replace(groupWords, ' ') : goal;
  const measured = said ? { column: said, certain: true } : measureOf(profile, rest);
  const measure = measured?.column;
  const used = [...(groupWords ? [groupWords] : []), ...(measure ? [measure.header] : []), ...names];
  const filter = readFilter(profile, rest, measure, used);
  const rows = profile.rows.filter((row) => filter.keep(row));
  // Words of the operation fit every table and say nothing about which one is meant.
  const operationWords = new Set(
    contentRoots('total sum average count maximum minimum highest lowest add list number'),
  );
  const roots = new Set(contentRoots(goal).filter((one) => !operationWords.has(one)));
  const headerHits = profile.columns.filter((column) => column.roots.some((own) => roots.has(own))).length;
  const nearHits = profile.columns.filter((column) =>
    column.roots.some((own) => sameNotion(own).some((other) => roots.has(other))),
  ).length;
  const nameHits = wordsIn(
    `${profile.name} ${profile.headers.map(({ material }) => material.document.name).join(' ')}`.replace(
      /[_.-]/g,
      ' ',
    ),
  ).filter((word) => !/^\d+$/.test(word.text) && roots.has(root(word.text))).length;
  const fit =
    named -
    (rows.length === 0 ? 4 : 0) +
    headerHits * 3 +
    nearHits +
    nameHits * 3 +
    filter.words.length * 3 -
    filter.unknown.length * 3 +
    (group ? 2 : 0) +
    (measure || question.operation === 'count' ? 2 : 0) -
    (groupWords && !group ? 2 : 0) +
    Math.min(1, profile.rows.length / 100);
  return {
    profile,
    question,
    measure,
    certain: measured?.certain ?? false,
    group,
    grain: byDate && group === byDate ? grain || 'day' : '',
    filter,
    rows,
    fit,
  };
}

function isOperation(value: unknown): value is TableQuestion['operation'] {
  return (
    typeof value === 'string' && ['sum', 'average', 'minimum', 'maximum', 'count', 'list'].includes(value)
  );
}

/** The goal without the names of files, whose digits and words are no filters. */
export function withoutNames(goal: string, names: string[]): string {
  return names
    .reduce((text, name) => text.split(name).join(' '), goal)
    .replace(/\b[\w-]+\.(?:csv|xlsx|pdf|docx|md|html|txt|json|eml)\b/gi, ' ');
}

/** The goal without the name of the table, so that "Budget 2025" is a table and not a filter on a year. */
function withoutTableName(goal: string, name: string): string {
  const words = wordsIn(name).map((word) => word.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return words.length > 1 ? goal.replace(new RegExp(words.join('[\\s_-]+'), 'i'), ' ') : goal;
}
