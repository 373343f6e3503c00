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

/**
 * How they answer messages: `text.count` takes part in collaborations, and evaluates parameters for a search. It looks
 * at the text, and at what others contributed before it.
 */
export const receivers = {
  'text.count': async ({ message }) => {
    const { requestType, data } = message.payload;
    if (requestType === 'collaborate') {
      const text = String(data.params.text ?? data.goal ?? '');
      const words = text.split(/\s+/).filter(Boolean).length;
      return { reply: { payload: { requestType, data: { words, seen: data.history.length } } } };
    }
    if (requestType === 'evaluate' || requestType === 'experiment') {
      const { width = 1 } = data.params ?? data.hypothesis.parameters;
      return { reply: { payload: { requestType, data: { metrics: { lines: Math.ceil(400 / width) } } } } };
    }
    throw new Error(`text.count knows collaborate, experiment and evaluate, not ${requestType}`);
  },
};
