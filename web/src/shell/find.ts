/** True when every typed word stands in the text, in any case and order: "the dark" finds "Dark theme". */
export function finds(typed: string, text: string): boolean {
  const where = text.toLocaleLowerCase();
  return typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => where.includes(word));
}
