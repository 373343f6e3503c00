import { expect, test } from 'vitest';
import { addPieces, MOST_LETTERS, readPiece } from './pieces.ts';

const piece = (taskId: string, turn: string, text: string) => ({ taskId, agentId: null, turn, text });

test('pieces of a turn join, and another turn begins anew', () => {
  const first = addPieces(new Map(), [piece('a', '1', 'Hel'), piece('b', '1', 'x'), piece('a', '1', 'lo')]);
  expect(first.get('a')?.text).toBe('Hello');
  const second = addPieces(first, [piece('a', '2', 'Next')]);
  expect(second.get('a')).toEqual({ turn: '2', text: 'Next' });
  expect(second.get('b')?.text).toBe('x');
  expect(addPieces(second, [])).toBe(second);
});

test('of a long text the end is kept', () => {
  const long = addPieces(new Map(), [piece('a', '1', 'x'.repeat(MOST_LETTERS)), piece('a', '1', 'end')]);
  expect(long.get('a')?.text).toHaveLength(MOST_LETTERS);
  expect(long.get('a')?.text.endsWith('end')).toBe(true);
});

test('what has another form is no piece', () => {
  expect(readPiece('{"taskId":"a","turn":"1","text":"t","rootId":"r"}')).toEqual(piece('a', '1', 't'));
  expect(readPiece('{"taskId":"a"}')).toBeUndefined();
  expect(readPiece('no json')).toBeUndefined();
});
