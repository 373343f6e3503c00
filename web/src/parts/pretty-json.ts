/** The longest JSON that is shown without being asked for, in characters. */
export const MOST_CHARACTERS = 20_000;

/** A value as readable JSON; text that holds JSON is read first. */
export function prettyJson(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2) ?? 'nothing';
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value; // a text, or JSON that was cut
  }
}

/** The beginning of a long text, ended at a line where one is near. */
export function beginningOf(text: string, most = MOST_CHARACTERS): { text: string; isCut: boolean } {
  if (text.length <= most) return { text, isCut: false };
  const line = text.lastIndexOf('\n', most);
  return { text: text.slice(0, line > most / 2 ? line : most), isCut: true };
}

/** "830 characters", "12,400 characters". */
export const sizeOf = (text: string): string => `${text.length.toLocaleString('en-GB')} characters`;
