import { expect, test } from 'vitest';
import { countLines, indent, lineAt, newLine, offsetOf } from './editing.ts';

const TEXT = 'name: x\nsteps:\n  - name: a\n';

test('a line and column are a place in the text, and back', () => {
  expect(TEXT.slice(offsetOf(TEXT, 3, 5))).toBe('name: a\n');
  expect(lineAt(TEXT, offsetOf(TEXT, 3, 5))).toEqual({ line: 3, column: 5 });
  expect(lineAt(TEXT, 0)).toEqual({ line: 1, column: 1 });
  expect(offsetOf(TEXT, 1, 99)).toBe(7); // not into the next line
  expect(offsetOf(TEXT, 99, 1)).toBe(TEXT.length);
  expect(countLines(TEXT)).toBe(4);
});

test('tab indents: at the cursor, or every line that is chosen', () => {
  expect(indent('ab', 1, 1)).toEqual({ from: 1, to: 1, text: '  ', start: 3, end: 3 });
  expect(indent('a\nb\n\nc', 0, 4)).toEqual({ from: 0, to: 4, text: '  a\n  b\n', start: 2, end: 8 });
});

test('a new line begins where the one before it does', () => {
  expect(newLine('  - a', 5, 5)).toEqual({ from: 5, to: 5, text: '\n  ', start: 8, end: 8 });
  expect(newLine('  a', 1, 1)).toEqual({ from: 1, to: 1, text: '\n ', start: 3, end: 3 });
});
