/** A stretch of a document's text in UTF-16 units, `end` not included. */
export interface Range {
  start: number;
  end: number;
}

/** A stretch of text that is drawn in one way. `here` is the place that is open, `other` another place of interest. */
export interface Piece {
  start: number;
  text: string;
  mark?: 'here' | 'other';
}

/** Ranges in order, those that touch or overlap as one, empty ones left out. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  const filled = ranges.filter(({ start, end }) => end > start);
  for (const { start, end } of filled.toSorted((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/**
 * Cuts `text[from, to)` where a mark begins or ends. The pieces together are that stretch, to the letter; marked are
 * exactly `here` and `others` (of `mergeRanges`), and where both are, `here` wins.
 */
export function piecesOf(
  text: string,
  { start: from, end: to }: Range,
  here: Range | undefined,
  others: readonly Range[],
): Piece[] {
  const cuts = new Set([from, to]);
  const near = overlapping(others, from, to);
  for (const { start, end } of here ? [...near, here] : near) {
    if (start > from && start < to) cuts.add(start);
    if (end > from && end < to) cuts.add(end);
  }
  const places = [...cuts].sort((left, right) => left - right);
  return places.slice(0, -1).map((start, index): Piece => {
    const piece = { start, text: text.slice(start, places[index + 1]) };
    if (here && start >= here.start && start < here.end) return { ...piece, mark: 'here' };
    return near.some((range) => start >= range.start && start < range.end)
      ? { ...piece, mark: 'other' }
      : piece;
  });
}

/** Those of sorted, disjoint ranges that share something with `[from, to)`. */
function overlapping(ranges: readonly Range[], from: number, to: number): Range[] {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) > from) high = middle;
    else low = middle + 1;
  }
  const found: Range[] = [];
  for (let at = low; at < ranges.length; at += 1) {
    const range = ranges[at];
    if (!range || range.start >= to) break;
    found.push(range);
  }
  return found;
}
