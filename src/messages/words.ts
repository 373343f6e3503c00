import { isRecord } from '../platform/kernel/json.ts';
/** Messages as text: what a language model or a person reads of them. Nothing of what they carry is left out. */

/** How many characters (Unicode code points) a text has. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** The first characters of a text, whole ones only. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text; // no text has more characters than units
  let units = 0;
  let left = limit;
  for (const character of text) {
    if (left === 0) break;
    left -= 1;
    units += character.length;
  }
  return text.slice(0, units);
}

/** On one line, at most so long. */
export function brief(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return lengthOf(line) <= limit ? line : `${cut(line, limit - 1)}…`;
}

/** Every line set in, so that no content can be taken for a heading or another message. */
export function setIn(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `    ${line}`)
    .join('\n');
}

/** What a payload says: its texts first, then all else as JSON. */
export function wordsOf(payload: Record<string, unknown>): string {
  const { title, description, message, ...rest } = payload;
  const { text, ...data } = isRecord(rest.data) ? rest.data : {};
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  const texts = [title, description, message, text].filter(isText);
  const unsaid = Object.entries({ title, description, message, text }).filter(
    ([, value]) => value !== undefined && !isText(value),
  );
  const others = Object.entries(rest).filter(([name]) => name !== 'data' || !isRecord(rest.data));
  const left = Object.fromEntries([
    ...unsaid,
    ...others,
    ...(Object.keys(data).length > 0 ? [['data', data] as const] : []),
  ]);
  return [...texts, ...(Object.keys(left).length > 0 ? [JSON.stringify(left)] : [])].join('\n');
}
