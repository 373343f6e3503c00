/** A text without runs of white space, and the way back to the places in the original. */

export interface Compact {
  text: string;
  /** The span of the original that a span of the compact text came from. */
  original(start: number, end: number): [number, number];
}

/** Runs of blanks become one space; blanks around a line feed go, and runs of line feeds become two at most. */
export function compact(flat: string): Compact {
  const places = new Uint32Array(flat.length + 1);
  const pieces: string[] = [];
  let length = 0;
  const take = (text: string, from: number) => {
    for (let index = 0; index < text.length; index++) places[length + index] = from + index;
    length += text.length;
    pieces.push(text);
  };
  let cursor = 0;
  for (const match of flat.matchAll(/[ \t\n\v\u00a0]+/g)) {
    const run = match[0];
    if (run === ' ' || run === '\n') continue;
    take(flat.slice(cursor, match.index), cursor);
    const breaks = run.split('\n').length - 1;
    take(breaks === 0 ? ' ' : breaks === 1 ? '\n' : '\n\n', match.index);
    cursor = match.index + run.length;
  }
  take(flat.slice(cursor), cursor);
  places[length] = flat.length;
  return {
    text: pieces.join(''),
    original: (start, end) => [
      places[start] ?? 0,
      end > start ? (places[end - 1] ?? 0) + 1 : (places[start] ?? 0),
    ],
  };
}
