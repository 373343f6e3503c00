/**
 * A plug-in: functions that an agent with `executor: { kind: "function", name }` carries out. Cadre calls a
 * function with `{ taskId, attempt, type, goal, input, context, idempotencyKey }`; it returns `{ output }` or throws.
 */
const textOf = (input) => {
  if (typeof input?.text !== 'string') throw new TypeError('input.text has to be a text');
  return input.text;
};

export const functions = {
  /** `{ text }` to `{ text }`, letter by letter backwards; letters with accents and emoji stay whole. */
  'text.reverse': async ({ input }) => {
    const letters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(textOf(input))];
    return { output: { text: letters.map((part) => part.segment).reverse().join('') } };
  },

  /** `{ text }` to `{ words, characters, lines }`. */
  'text.count': async ({ input }) => {
    const text = textOf(input);
    const words = text.trim() === '' ? 0 : text.trim().split(/\s+/).length;
    return { output: { words, characters: [...text].length, lines: text === '' ? 0 : text.split('\n').length } };
  },
};
