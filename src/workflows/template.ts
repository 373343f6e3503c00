import { CadreError } from '../platform/kernel/errors.ts';

/** A piece of a text: words as they stand, or an expression with its place in the text. */
export type Piece = { text: string } | { expression: string; offset: number };

/** Whether a text holds an expression. */
export const isTemplate = (text: string): boolean => text.includes('{{');

/**
 * The pieces of a text with `{{ … }}`. The `}}` that ends an expression is the first that stands outside the texts and
 * maps of the expression itself. @throws CadreError `workflow/expression` when one has no end
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (let begin = text.indexOf('{{'); begin >= 0; begin = text.indexOf('{{', at)) {
    if (begin > at) pieces.push({ text: text.slice(at, begin) });
    const end = endOf(text, begin + 2);
    if (end < 0)
      throw new CadreError('workflow/expression', {
        expression: text.slice(begin, begin + 60),
        detail: 'its {{ has no }}',
        offset: begin,
      });
    const inner = text.slice(begin + 2, end);
    const trimmed = inner.trimStart();
    pieces.push({ expression: trimmed.trimEnd(), offset: begin + 2 + inner.length - trimmed.length });
    at = end + 2;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** Where the `}}` begins that ends the expression which begins here; -1 when there is none. */
function endOf(text: string, from: number): number {
  let open = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"' || character === "'") {
      at = endOfText(text, at) - 1;
    } else if (character === '{') open += 1;
    else if (character === '}') {
      if (open > 0) open -= 1;
      else if (text[at + 1] === '}') return at;
    }
  }
  return -1;
}

/** The place after a text of the expression, whose first quote stands here. */
function endOfText(text: string, from: number): number {
  const quote = text[from] ?? '';
  const mark = text.startsWith(quote.repeat(3), from) ? quote.repeat(3) : quote;
  for (let at = from + mark.length; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(mark, at)) return at + mark.length;
  }
  return text.length;
}
