import { cellNumber, exactSum, formatNumber } from './cells.ts';
import type { Draft } from './draft.ts';
import { cite } from './reading.ts';
import type { Citation, Computation, Finding } from './skill.ts';
import { textOf } from './table-filter.ts';
import { groupKey } from './table-groups.ts';
import type { Attempt } from './table-match.ts';
import type { Column, Row } from './table-profile.ts';

/** What a table answers, in sentences whose numbers carry their operands. */

interface Operand {
  row: Row;
  value: number;
  unit: string;
  citation: Citation;
}

/** The numbers of the measure in these rows, and the rows without one. */
function operandsOf(rows: Row[], column: Column): { operands: Operand[]; blank: Row[]; unread: Row[] } {
  const operands: Operand[] = [];
  const blank: Row[] = [];
  const unread: Row[] = [];
  for (const row of rows) {
    const cell = row.cells[column.index];
    const text = cell?.text.trim() ?? '';
    if (!cell || /^(?:|[-–—]|n\/?a|tbd|tbc|none|null)$/i.test(text)) blank.push(row);
    else {
      const number = cellNumber(text, column.mark);
      if (number)
        operands.push({
          row,
          value: number.value,
          unit: number.unit || column.unit,
          citation: cite(row.material, cell.start, cell.end),
        });
      else unread.push(row);
    }
  }
  return { operands, blank, unread };
}

/** The answer of the table that fits best; `others` have a column of that meaning too. */
export function draftOf(best: Attempt, others: Attempt[], strict = false): Draft {
  const { filter, measure, question } = best;
  const draft: Draft = {
    kind: 'total',
    title: titleOf(best),
    answered: true,
    answer: { sentence: '', citations: [] },
    findings: [],
    gaps: [],
    notUnderstood: [],
  };
  draft.gaps.push(...filter.notes);
  if (filter.unknown.length > 0)
    return refused(
      draft,
      `No row with ${filter.unknown.map((name) => `“${name}”`).join(' or ')} was found in the tables.`,
    );
  const quoted = filter.unmatched.map((word) => `“${word}”`).join(', ');
  if (strict && (quoted || (filter.words.length === 0 && !best.group)))
    return refused(draft, `No column and no value for ${quoted || 'the question'} was found in the tables.`);
  if (quoted)
    draft.notUnderstood.push(`${quoted} named no column and no value of the table and did not count.`);
  if (best.rows.length === 0) return refused(draft, `No row was found where ${filter.words.join(' and ')}.`);
  if (question.operation === 'list' && !best.group) return listRows(draft, best);
  if (question.operation === 'count') return countRows(draft, best);
  if (!measure) return refused(draft, 'No column of numbers was found in the table.');
  if (!best.certain)
    draft.notUnderstood.push(`The goal does not say which column is meant; “${measure.header}” was taken.`);
  if (!best.group && (question.groupBy || question.ranked))
    draft.notUnderstood.push(
      `No column is called “${question.groupBy || question.ranked}”, so nothing was grouped by it.`,
    );
  const { operands, blank, unread } = operandsOf(best.rows, measure);
  for (const row of unread)
    draft.gaps.push(`The row “${rowText(row)}” was left out: “${textOf(row, measure)}” is not a number.`);
  if (blank.length > 0)
    draft.gaps.push(
      `${blank.length} ${blank.length === 1 ? 'row has' : 'rows have'} nothing in “${measure.header}” and ${blank.length === 1 ? 'was' : 'were'} left out: ${blank
        .slice(0, 5)
        .map((row) => `“${rowText(row)}”`)
        .join(', ')}.`,
    );
  for (const other of others.slice(0, 3))
    draft.gaps.push(
      `${other.profile.name} has a column “${other.measure?.header}” too; it was not counted in.`,
    );
  if (operands.length === 0)
    return refused(draft, `No number was found under “${measure.header}” in these rows.`);
  return best.group
    ? computeGroups(draft, best, measure, best.group, operands)
    : computeAll(draft, best, measure, operands);
}

function refused(draft: Draft, sentence: string): Draft {
  draft.answered = false;
  draft.answer = { sentence, citations: [] };
  draft.gaps.push(sentence);
  return draft;
}

function titleOf({ question, measure, group, filter }: Attempt): string {
  const names = {
    sum: 'Total of',
    average: 'Average of',
    minimum: 'Least of',
    maximum: 'Most of',
    count: 'Number of rows',
    list: 'Rows',
  };
  const what =
    question.operation === 'count' || question.operation === 'list' ? '' : ` “${measure?.header ?? ''}”`;
  return `${names[question.operation]}${what}${group ? ` by “${group.header}”` : ''}${filter.words.length > 0 ? ` where ${filter.words.join(' and ')}` : ''}`;
}

function headerCitation({ profile }: Attempt, ...columns: Array<Column | undefined>): Citation[] {
  const first = profile.headers[0];
  return columns.flatMap((column) => {
    const cell = column && first?.cells[column.index];
    return first && cell && cell.end > cell.start ? [cite(first.material, cell.start, cell.end)] : [];
  });
}

/** A row for people: its filled cells. */
function rowText(row: Row): string {
  return row.cells
    .map((cell) => cell.text.trim())
    .filter(Boolean)
    .join(' | ');
}

function rowCitation(row: Row): Citation[] {
  const filled = row.cells.filter((cell) => cell.end > cell.start);
  const start = Math.min(...filled.map((cell) => cell.start));
  const end = Math.max(...filled.map((cell) => cell.end));
  return filled.length > 0 ? [cite(row.material, start, end)] : [];
}

/** Sums, averages and extremes of one unit only: euros and dollars are never added. */
function compute(operation: Computation['operation'], operands: Operand[]): Computation {
  const values = operands.map((operand) => operand.value);
  const sum = exactSum(values);
  const result =
    operation === 'average'
      ? sum / values.length
      : operation === 'minimum'
        ? values.reduce((a, b) => Math.min(a, b))
        : operation === 'maximum'
          ? values.reduce((a, b) => Math.max(a, b))
          : sum;
  const unit = operands.find((operand) => operand.unit)?.unit;
  return {
    operation,
    operands: operands.map(({ value, citation }) => ({ value, citation })),
    result,
    ...(unit && { unit }),
  };
}

const WORDS = {
  sum: 'total',
  average: 'average',
  minimum: 'lowest',
  maximum: 'highest',
  count: 'number',
  list: 'list',
};

function amount(computation: Computation): string {
  const { result, unit } = computation;
  return `${formatNumber(result)}${unit === '%' ? ' %' : unit ? ` ${unit}` : ''}`;
}

function whereWords({ filter }: Attempt): string {
  return filter.words.length > 0 ? ` where ${filter.words.join(' and ')}` : '';
}

function computeAll(draft: Draft, best: Attempt, measure: Column, operands: Operand[]): Draft {
  const operation =
    best.question.operation === 'list' || best.question.operation === 'count'
      ? 'sum'
      : best.question.operation;
  const units = Map.groupBy(operands, (operand) => operand.unit);
  const findings = [...units.values()].map((members): Finding => {
    const computation = compute(operation, members);
    const row = members.find((member) => member.value === computation.result)?.row;
    const extreme = operation === 'minimum' || operation === 'maximum';
    const sentence = `The ${WORDS[operation]}${operation === 'sum' || operation === 'average' ? ' of' : ''} “${measure.header}”${whereWords(best)} is ${amount(computation)}${extreme && row ? `: ${rowText(row)}` : ''}.`;
    const evidence = extreme && row ? rowCitation(row) : [];
    return {
      sentence,
      citations: [
        ...headerCitation(best, measure, ...best.filter.columns),
        ...evidence,
        ...filterCitations(
          best,
          members.map((member) => member.row),
        ),
      ],
      computation,
    };
  });
  if (findings.length > 1)
    draft.notUnderstood.push(
      'The column holds several units; each was computed on its own, because they cannot be added.',
    );
  draft.answer = findings[0] ?? draft.answer;
  draft.findings.push(...findings.slice(1));
  draft.findings.push(
    countFinding(
      best,
      operands.map((operand) => operand.row),
      'counted',
    ),
  );
  if (operation === 'sum' && best.filter.words.length === 0)
    draft.findings.push(...statedTotals(best, measure, findings[0]?.computation));
  if (operands.length <= READABLE_ROWS)
    draft.table = rowTable(
      best,
      operands.map((operand) => operand.row),
    );
  return draft;
}

/** One cell per value the filter names, so that the words of the answer can be found in the source. */
function filterCitations({ filter }: Attempt, rows: Row[]): Citation[] {
  return filter.columns.flatMap((column) => {
    const seen = new Set<string>();
    return rows.flatMap((row) => {
      const cell = row.cells[column.index];
      if (!cell || cell.end <= cell.start || seen.has(cell.text) || seen.size >= 20) return [];
      seen.add(cell.text);
      return [cite(row.material, cell.start, cell.end)];
    });
  });
}

function countFinding(best: Attempt, rows: Row[], verb: string): Finding {
  const operands = rows.flatMap((row) => rowCitation(row).map((citation) => ({ value: 1, citation })));
  const files = [...new Set(rows.map((row) => row.material.document.name))];
  return {
    sentence: `${formatNumber(operands.length)} ${operands.length === 1 ? 'row' : 'rows'} of “${files.join('”, “')}” ${operands.length === 1 ? 'was' : 'were'} ${verb}${whereWords(best)}.`,
    citations: [
      ...headerCitation(best, best.measure ?? best.profile.columns[0], ...best.filter.columns),
      ...filterCitations(best, rows),
    ],
    computation: { operation: 'count', operands, result: operands.length },
  };
}

/** What the table itself states as its total, agreeing or not. */
function statedTotals(best: Attempt, measure: Column, computed: Computation | undefined): Finding[] {
  return best.profile.totals.flatMap((row) => {
    const cell = row.cells[measure.index];
    const stated = cell && cellNumber(cell.text, measure.mark);
    if (!cell || !stated || !computed) return [];
    const agrees = Math.abs(stated.value - computed.result) < 0.005;
    if (!agrees && best.profile.totals.length > 1) return [];
    const citations = [...rowCitation(row), ...headerCitation(best, measure)];
    return [
      {
        sentence: `The table states ${cell.text.trim()} itself, which ${agrees ? 'agrees with' : 'differs from'} its rows.`,
        citations,
      },
    ];
  });
}

/** Rows of a table that a person still reads beside a number; more are in the operands only. */
const READABLE_ROWS = 15;

function rowTable(best: Attempt, rows: Row[]): { columns: string[]; rows: string[][] } {
  const columns = best.profile.columns;
  return {
    columns: columns.map((column) => column.header),
    rows: rows.slice(0, 500).map((row) => columns.map((column) => textOf(row, column))),
  };
}

function computeGroups(
  draft: Draft,
  best: Attempt,
  measure: Column,
  group: Column,
  operands: Operand[],
): Draft {
  const { question } = best;
  const operation =
    question.operation === 'list' || question.operation === 'count' ? 'sum' : question.operation;
  // "Which vendor has the highest amount": groups are added up first, unless an average or a single row is asked.
  const inner = question.limit && (operation === 'maximum' || operation === 'minimum') ? 'sum' : operation;
  const groups = [
    ...Map.groupBy(
      operands,
      (operand) => `${groupKey(operand.row, group, best.grain)}\u0000${operand.unit}`,
    ).values(),
  ];
  const computed = groups.map((members) => ({
    key: groupKey(members[0]?.row, group, best.grain),
    members,
    computation: compute(inner, members),
  }));
  const ordered =
    question.limit || !best.grain
      ? computed.sort(
          (a, b) => (question.order === 'least' ? 1 : -1) * (a.computation.result - b.computation.result),
        )
      : computed.sort((a, b) => (a.key < b.key ? -1 : 1));
  const findings = ordered.map(({ key, members, computation }): Finding => {
    const sentence = `${key || '(empty)'}: the ${WORDS[inner]}${inner === 'sum' || inner === 'average' ? ' of' : ''} “${measure.header}”${whereWords(best)} is ${amount(computation)}.`;
    const cell = members[0]?.row.cells[group.index];
    const keyCitation =
      members[0] && cell && cell.end > cell.start
        ? [cite(members[0].row.material, cell.start, cell.end)]
        : [];
    return { sentence, citations: [...keyCitation, ...headerCitation(best, measure, group)], computation };
  });
  draft.table = {
    columns: [best.grain || group.header, `${WORDS[inner]} of ${measure.header}`, 'rows'],
    rows: ordered.map(({ key, members, computation }) => [
      key || '(empty)',
      amount(computation),
      String(members.length),
    ]),
  };
  if (question.limit) {
    const [first, ...rest] = findings.slice(0, Math.max(1, question.limit));
    draft.answer = first ?? draft.answer;
    draft.findings = [
      ...rest,
      ...findings.slice(Math.max(1, question.limit), question.limit === 1 ? 5 : question.limit),
    ];
    return draft;
  }
  const whole = compute(operation, operands);
  const units = new Set(operands.map((operand) => operand.unit));
  draft.findings = findings;
  draft.answer =
    units.size > 1 && findings[0]
      ? findings[0]
      : {
          sentence: `The ${WORDS[operation]}${operation === 'sum' || operation === 'average' ? ' of' : ''} “${measure.header}”${whereWords(best)} over all groups is ${amount(whole)}.`,
          citations: [...headerCitation(best, measure, group), ...filterCitations(best, best.rows)],
          computation: whole,
        };
  return draft;
}

function countRows(draft: Draft, best: Attempt): Draft {
  const { group, question } = best;
  if (!group) {
    draft.answer = countFinding(best, best.rows, 'counted');
    if (best.rows.length <= READABLE_ROWS) draft.table = rowTable(best, best.rows);
    return draft;
  }
  const groups = [...Map.groupBy(best.rows, (row) => groupKey(row, group, best.grain)).entries()].sort(
    (a, b) => (question.order === 'least' ? -1 : 1) * (b[1].length - a[1].length),
  );
  const findings = groups.map(([key, rows]): Finding => {
    const finding = countFinding(best, rows, 'counted');
    const cell = rows[0]?.cells[group.index];
    const citation =
      rows[0] && cell && cell.end > cell.start ? [cite(rows[0].material, cell.start, cell.end)] : [];
    return {
      ...finding,
      sentence: `${key || '(empty)'}: ${formatNumber(rows.length)}.`,
      citations: [...citation, ...headerCitation(best, group)],
    };
  });
  draft.table = {
    columns: [best.grain || group.header, 'rows'],
    rows: groups.map(([key, rows]) => [key || '(empty)', String(rows.length)]),
  };
  draft.answer = question.limit && findings[0] ? findings[0] : countFinding(best, best.rows, 'counted');
  draft.findings = question.limit ? findings.slice(1, question.limit) : findings;
  return draft;
}

/** A short list is told by the names of its rows. */
function named(best: Attempt, finding: Finding): Finding {
  const column = best.profile.columns.find(({ kind }) => kind === 'text');
  const cells = best.rows.slice(0, 8).flatMap((row) => {
    const cell = column && row.cells[column.index];
    return cell && cell.end > cell.start ? [{ row, cell }] : [];
  });
  if (best.rows.length > 8 || cells.length < best.rows.length) return finding;
  const citations = cells.map(({ row, cell }) => cite(row.material, cell.start, cell.end));
  return {
    ...finding,
    sentence: `${cells.map(({ cell }) => cell.text.trim()).join(', ')}: ${finding.sentence}`,
    citations: [...citations, ...finding.citations],
  };
}

function listRows(draft: Draft, best: Attempt): Draft {
  draft.answer = named(best, countFinding(best, best.rows, 'found'));
  draft.findings = best.rows.map((row) => ({ sentence: rowText(row), citations: rowCitation(row) }));
  draft.table = rowTable(best, best.rows);
  return draft;
}
