import type { Citation, Computation, Finding, Report } from './skill.ts';

/** What a working skill hands to the writer: a report without title page. `report.write` makes the report of it. */
export interface Draft {
  kind: Report['kind'];
  title: string;
  /** False when the documents do not hold the answer; then `answer` says so and `gaps` says what is missing. */
  answered: boolean;
  answer: Finding;
  findings: Finding[];
  table?: { columns: string[]; rows: string[][] };
  gaps: string[];
  notUnderstood: string[];
}

/** True for the output of a skill that made a draft (results come as plain JSON). */
export function isDraft(value: unknown): value is Draft {
  return (
    typeof value === 'object' &&
    value !== null &&
    'answered' in value &&
    'answer' in value &&
    'findings' in value &&
    Array.isArray(value.findings)
  );
}

/** How many there are, with every one of them as an operand, so that the verifier can count again. */
export function counted(citations: Citation[], unit?: string): Computation {
  return {
    operation: 'count',
    operands: citations.map((citation) => ({ value: 1, citation })),
    result: citations.length,
    ...(unit && { unit }),
  };
}

/** A text of the input of a step, or undefined when it is absent or empty. */
export function textInput(input: Record<string, unknown>, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' && value.trim() ? value.trim() : undefined;
}

/** A list of texts of the input of a step; empty when absent. */
export function textsInput(input: Record<string, unknown>, name: string): string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** What a person and a verifier can still go through; a table holds more than anybody reads. */
const MOST_FINDINGS = 300;
const MOST_ROWS = 1_000;

/** The draft cut to a size that can be read and checked; what was cut is said. The answer still counts everything. */
export function bounded(draft: Draft): Draft {
  const findings = draft.findings.slice(0, MOST_FINDINGS);
  const rows = draft.table?.rows.slice(0, MOST_ROWS) ?? [];
  const gaps = [...draft.gaps];
  if (findings.length < draft.findings.length)
    gaps.push(`Only the first ${MOST_FINDINGS} of ${draft.findings.length} findings are listed.`);
  if (draft.table && rows.length < draft.table.rows.length)
    gaps.push(`The table shows the first ${MOST_ROWS} of ${draft.table.rows.length} rows.`);
  return { ...draft, findings, gaps, ...(draft.table && { table: { columns: draft.table.columns, rows } }) };
}
