import type { TaskSummary } from '../../api/models.ts';

/** The columns of an exported list, in their order, with the names that the API gives them. */
const COLUMNS = [
  'id',
  'status',
  'goal',
  'type',
  'agentName',
  'priority',
  'stepsDone',
  'stepsTotal',
  'createdAt',
  'startedAt',
  'completedAt',
  'stopReason',
  'stopSentence',
] as const;

/** Spreadsheets take a cell that begins so for a formula and run it. */
const BEGINS_FORMULA = /^[=+\-@\t\r]/;

/** A text as a cell: an apostrophe takes the power from a formula, quotes keep commas and lines in one cell. */
export function csvCell(value: string | number | null | undefined): string {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  const harmless = BEGINS_FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n\t]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Tasks as a table for spreadsheets (RFC 4180), with a byte order mark so that Excel reads every letter. */
export function tasksAsCsv(tasks: readonly TaskSummary[]): string {
  const rows = tasks.map((task) => {
    const cells = {
      ...task,
      stepsDone: task.progress?.done ?? null,
      stepsTotal: task.progress?.total ?? null,
    };
    return COLUMNS.map((column) => csvCell(cells[column])).join(',');
  });
  return `\ufeff${[COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

/** Tasks as the API lists them. */
export function tasksAsJson(tasks: readonly TaskSummary[]): string {
  return `${JSON.stringify(tasks, null, 2)}\n`;
}
