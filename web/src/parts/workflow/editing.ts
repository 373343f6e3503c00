/** What keys do in the text of a workflow, and where a line and column are. Pure. */

/** The place of a line and column (from 1) in a text; its end when there is no such place. */
export function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const next = text.indexOf('\n', at);
    if (next === -1) return text.length;
    at = next + 1;
  }
  const end = text.indexOf('\n', at);
  return Math.min(at + Math.max(0, column - 1), end === -1 ? text.length : end);
}

/** The line (from 1) and column of a place in a text. */
export function lineAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

export const countLines = (text: string): number => text.split('\n').length;

/** What takes the place of a part of the text, and what is chosen afterwards. */
export interface Edit {
  from: number;
  to: number;
  text: string;
  start: number;
  end: number;
}

const STEP = '  ';

/** Tab: two spaces at the cursor; where lines are chosen, in front of each. */
export function indent(text: string, start: number, end: number): Edit {
  if (!text.slice(start, end).includes('\n'))
    return { from: start, to: end, text: STEP, start: start + STEP.length, end: start + STEP.length };
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const lines = text.slice(from, end).split('\n');
  const next = lines.map((line) => (line === '' ? line : STEP + line)).join('\n');
  return { from, to: end, text: next, start: start + STEP.length, end: from + next.length };
}

/** Enter: a new line that begins where the one before it does, or after the sign of a list. */
export function newLine(text: string, start: number, end: number): Edit {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const [spaces = ''] = /^ */.exec(text.slice(from, start)) ?? [];
  const at = start + 1 + spaces.length;
  return { from: start, to: end, text: `\n${spaces}`, start: at, end: at };
}
