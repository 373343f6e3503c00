/** Text as it may be stored and shown: what breaks databases, terminals and offsets is taken out here, once. */

/**
 * Controls (except tab, line end and form feed), NUL, zero-width marks, soft hyphens and marks that override the
 * direction of writing (they can make a text look like another one).
 */
const UNWANTED =
  /(?![\t\n\f])\p{Cc}|[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Line ends become `\n`, unwanted characters go, half characters become U+FFFD. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|\u0085|\u2028|\u2029/g, '\n')
    .replace(UNWANTED, '')
    .toWellFormed();
}

/** Clean text on one line: every run of white space is one space. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}

/** How many characters of a decoded text are broken: controls that no text holds (those of C1 are letters in some old encodings), and U+FFFD. */
export function countBroken(text: string): number {
  return text.match(/(?![\t\n\r\f\u0080-\u009f])\p{Cc}|\ufffd/gu)?.length ?? 0;
}
