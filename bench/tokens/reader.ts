/**
 * A reader without a model. It knows a question's form, never its answer, and reads what a prompt holds after undoing
 * what the prompt itself says how to undo (keys, tables, differences). It proves that what is needed is still there and
 * still says the same; it does not prove that a model would find it.
 */
import { mapTexts } from '../../src/models/thrift/prompt-text.ts';
import { restorePrompt } from '../../src/models/thrift/thrift.ts';

/** By way of the source: this folder may hold other versions of the types of the SDK. */
export type Prompt = Parameters<typeof restorePrompt>[0];

export type Question =
  /** A value in the n-th result of a tool, in the record that has the given fields. */
  | {
      kind: 'record';
      tool: string;
      nth: number;
      where: Record<string, string>;
      field: string;
      value: string | number;
    }
  /** A value within a sentence that stands in a result. */
  | { kind: 'sentence'; sentence: string; value: string }
  /** One of some values stands in a result of the tool. */
  | { kind: 'holds'; tool: string; values: readonly string[] };

const flat = (text: string) => text.replace(/\s+/g, ' ');

/** True when the prompt lets the question be answered, and rightly. */
export function isAnswered(
  prompt: Prompt,
  question: Question,
  names: ReadonlyMap<string, string> = new Map(),
): boolean {
  const results: Array<{ tool: string; nth: number; text: string }> = [];
  mapTexts(restorePrompt(prompt, names), ['result'], (text, { tool, nth }) => {
    results.push({ tool, nth, text });
    return text;
  });
  if (question.kind === 'record') {
    const { tool, nth, where, field, value } = question;
    const result = results.find((one) => one.tool === tool && one.nth === nth);
    return readRecord(result?.text ?? '', where, field) === value;
  }
  const texts = results.map(({ text }) => flat(text));
  if (question.kind === 'sentence') {
    const at = question.sentence.indexOf(question.value);
    return texts.some(
      (text) =>
        readAfter(text, question.sentence.slice(0, at), question.value.length) === question.value ||
        text.includes(question.sentence),
    );
  }
  return results
    .filter(({ tool }) => tool === question.tool)
    .some(({ text }) => question.values.some((value) => flat(text).includes(value)));
}

/** What stands after the words of a sentence, when there are enough of them to tell the place. */
function readAfter(text: string, words: string, length: number): string | undefined {
  if (words.length < 30) return undefined;
  const at = text.indexOf(words);
  return at < 0 ? undefined : text.slice(at + words.length, at + words.length + length);
}

/** The field of the first record, anywhere in the JSON, that has the given fields. */
function readRecord(text: string, where: Record<string, string>, field: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const queue = [value];
  for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
    if (Array.isArray(one)) queue.push(...one.filter((part) => typeof part === 'object' && part !== null));
    else if (typeof one === 'object' && one !== null) {
      const record = one as Record<string, unknown>; // an object that JSON gave
      if (Object.entries(where).every(([key, wanted]) => record[key] === wanted)) return record[field];
      queue.push(...Object.values(record).filter((part) => typeof part === 'object' && part !== null));
    }
  }
  return undefined;
}
