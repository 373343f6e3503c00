import type { Range } from './marks.ts';

/** A place in a file that can be opened. `quote` is what should stand there. */
export interface Place extends Range {
  fileId: string;
  page?: number;
  quote?: string;
}

/** Where a place really is: there to the letter, elsewhere in the text, or nowhere in it. */
export interface Found {
  range: Range;
  truth: 'there' | 'elsewhere' | 'nowhere';
}

/** Looks for a place in a text. What an agent quotes is believed only when it stands there. */
export function findPlace(text: string, { start, end, quote }: Place): Found {
  const from = Math.max(0, Math.min(start, text.length));
  const range = { start: from, end: Math.max(from, Math.min(end, text.length)) };
  const isInside = start >= 0 && start <= end && end <= text.length;
  if (quote === undefined) return { range, truth: isInside ? 'there' : 'nowhere' };
  if (isInside && text.slice(start, end) === quote) return { range, truth: 'there' };
  const at = quote.trim() === '' ? -1 : text.indexOf(quote);
  if (at >= 0) return { range: { start: at, end: at + quote.length }, truth: 'elsewhere' };
  return { range: { start: range.start, end: range.start }, truth: 'nowhere' };
}

/** The same stretch of the same file with the same words: one that quotes other words is to be judged by itself. */
export function samePlace(left: Place, right: Place): boolean {
  return (
    left.fileId === right.fileId &&
    left.start === right.start &&
    left.end === right.end &&
    left.quote === right.quote
  );
}

const order = ({ quote: left = '' }: Place, { quote: right = '' }: Place) =>
  left < right ? -1 : Number(left > right);

/** Places of each file in the order of its text, each once. */
export function placesByFile(places: readonly Place[]): Map<string, Place[]> {
  const files = Map.groupBy(places, ({ fileId }) => fileId);
  for (const [fileId, list] of files) {
    const sorted = list.toSorted(
      (left, right) => left.start - right.start || left.end - right.end || order(left, right),
    );
    files.set(
      fileId,
      sorted.filter((place, index) => {
        const before = sorted[index - 1];
        return !before || !samePlace(before, place);
      }),
    );
  }
  return files;
}
