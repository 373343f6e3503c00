/**
 * Limits of reading (GUARANTEES 2.3). Each has an error or a warning of its own; nothing is cut in silence.
 * A change here changes `docs/documents.md`.
 */

/** One file of an upload. */
export const MAX_FILE_BYTES = 100_000_000;
/** Files of one upload. */
export const MAX_FILES = 20;
/** Characters of a document's text; the rest is left out with a warning. About 3,000 printed pages. */
export const MAX_TEXT = 10_000_000;
/** Characters of one block or line. Sentence rules slow down beyond it; no person ever wrote one so long. */
export const MAX_BLOCK = 1_000_000;
/** Columns of a table; the number that spreadsheet programs allow. */
export const MAX_COLUMNS = 16_384;
/** Cells of all tables of a document; the rest is left out with a warning. */
export const MAX_CELLS = 500_000;
/** Nesting of JSON, HTML and XML. */
export const MAX_DEPTH = 64;
/** HTML of real pages nests deeper than data does. */
export const MAX_HTML_DEPTH = 500;
/** Unpacked bytes of an archive in all, its entries, and its greatest growth once it passed 1 MB. */
export const MAX_UNPACKED_BYTES = 200_000_000;
export const MAX_ENTRIES = 1_000;
export const MAX_RATIO = 100;
export const RATIO_FREE_BYTES = 1_000_000;
/** One parse: wall time and heap. */
export const PARSE_TIMEOUT_MS = 30_000;
export const PARSE_MEMORY_MB = 512;
