import { cleanText } from '../clean.ts';
import type { Composer } from '../composer.ts';
import type { DocumentText } from '../document.ts';
import { MAX_TEXT } from '../limits.ts';

/** Plain text: hard-wrapped lines are joined again, lists stay lists, form feeds are pages. */
export function readTxt(text: string, composer: Composer): DocumentText['meta'] {
  const most = MAX_TEXT * 2;
  const clean = cleanText(text.slice(0, most));
  const pages = clean.split('\f');
  const wrapping = wrappingOf(clean);
  if (pages.length === 1) writePlain(composer, clean, wrapping);
  else {
    for (const [index, page] of pages.entries()) {
      const segment = composer.open('page', { page: index + 1 });
      writePlain(composer, page, wrapping);
      composer.close(segment);
    }
  }
  if (text.length > most && !composer.full)
    composer.warn(`Only the first ${most} characters of the file were read.`);
  return pages.length > 1 ? { pages: pages.length } : {};
}

const BULLET = /^\s*([-*•‣◦–—o]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\(?[ivx]{1,5}[.)])\s+(?=\S)/i;
/** A line that names a field ("Date: 14 March"), a row of columns, or a rule stays a line of its own. */
const OWN_LINE =
  /^\s*([A-Z][\w /'-]{0,30}:(\s|$)|[-=_*~#]{3,}\s*$|\d{1,2}:\d\d|\[?\d{4}-\d\d-\d\d)|\S\s{3,}\S|\t|\|/;

/** How a text was wrapped, and its words, which tell where a line end divides one. */
export interface Wrapping {
  width: number;
  known: ReadonlySet<string>;
}

export function wrappingOf(text: string): Wrapping {
  const width = wrapWidth(text);
  return { width, known: width > 0 ? wordsOf(text.split('\n')) : new Set() };
}

/** Writes blocks of plain text; `wrapping` is that of the whole. Used for mail bodies, too. */
export function writePlain(composer: Composer, text: string, wrapping: Wrapping): void {
  for (const block of text.split(/\n[^\S\n]*(?:\n[^\S\n]*)+/)) {
    if (composer.full) return;
    const lines = block.split('\n').filter((line) => line.trim() !== '');
    // A log of a million lines without a blank one is not one paragraph.
    for (let start = 0; start < lines.length && !composer.full; start += MOST_LINES) {
      writeBlock(composer, lines.slice(start, start + MOST_LINES), wrapping);
    }
  }
}

/** Lines of one block. No author writes a paragraph of more. */
const MOST_LINES = 200;

function writeBlock(composer: Composer, lines: string[], wrapping: Wrapping): void {
  const heading = headingOf(lines);
  if (heading) {
    composer.block('heading', heading, { label: 'h2' });
    if (lines.length > 1) writeBlock(composer, lines.slice(headingLines(lines)), wrapping);
    return;
  }
  const joined = joinWrapped(lines, wrapping);
  if (joined.some((line) => BULLET.test(line)) && joined.length > 0) {
    for (const line of joined) composer.block(BULLET.test(line) ? 'item' : 'paragraph', line);
  } else if (joined.length === 1) composer.block('paragraph', joined[0] ?? '');
  else composer.lines('paragraph', joined.join('\n'));
}

/** Underlined with `===` or `---`, or one short line in capitals. */
function headingOf(lines: string[]): string | undefined {
  const [first = '', second = ''] = lines;
  if (/^\s*[=\-~]{3,}\s*$/.test(second) && first.trim().length <= 120 && /\p{L}/u.test(first)) return first;
  const capitals = first.trim();
  const alone = lines.length === 1 && capitals.length <= 80 && !/[.,;]$/.test(capitals);
  return alone && /\p{Lu}.*\p{Lu}/u.test(capitals) && !/\p{Ll}/u.test(capitals) ? first : undefined;
}

function headingLines(lines: string[]): number {
  return /^\s*[=\-~]{3,}\s*$/.test(lines[1] ?? '') ? 2 : 1;
}

/**
 * The width at which a text was wrapped, or 0 when its lines are lines by intent. In a wrapped text a line ends
 * where the next word no longer fitted; this must hold for most lines that have a successor.
 */
export function wrapWidth(text: string): number {
  const lines = text.slice(0, 200_000).split('\n');
  const lengths = lines.map((line) => line.trimEnd().length).filter((length) => length > 0);
  // The longest lines may be outliers such as addresses of web pages: the 98th of a hundred is the measure.
  const width = lengths.sort((a, b) => a - b)[Math.floor((lengths.length - 1) * 0.98)] ?? 0;
  if (width < 40 || width > 140) return 0;
  let wrapped = 0;
  let followed = 0;
  for (let i = 0; i + 1 < lines.length; i += 1) {
    const [line = '', next = ''] = [lines[i], lines[i + 1]];
    if (line.trim() === '' || next.trim() === '' || startsOwn(next) || OWN_LINE.test(line)) continue;
    followed += 1;
    if (wraps(line, next, width)) wrapped += 1;
  }
  return followed > 0 && wrapped / followed >= 0.6 ? width : 0;
}

/** Joins lines that were broken only because the next word did not fit. */
export function joinWrapped(lines: string[], { width, known }: Wrapping): string[] {
  const joined: string[][] = [];
  let previous = '';
  for (const line of lines) {
    const last = joined.at(-1);
    if (last && width > 0 && wraps(previous, line, width) && !startsOwn(line)) {
      // Only the end of the last part is looked at: the whole may be long, and is put together once.
      const seam = seamOf(last.at(-1) ?? '', line.trim(), known);
      last[last.length - 1] = seam.left;
      last.push(seam.between, line.trim());
    } else joined.push([line.trimEnd()]);
    previous = line;
  }
  return joined.map((parts) => parts.join(''));
}

function startsOwn(line: string): boolean {
  return BULLET.test(line) || OWN_LINE.test(line);
}

function wraps(line: string, next: string, width: number): boolean {
  const word = /^\s*(\S+)/.exec(next)?.[1] ?? '';
  return line.trimEnd().length + 1 + word.length > width;
}

/**
 * Joins two lines. A word divided at the line end becomes whole again, a compound keeps its hyphen. What the rest
 * of the document writes decides: "exist-" + "ing" is one word where "existing" occurs, and "chat-" + "optimized"
 * keeps its hyphen where both parts occur as words and the joined word does not.
 */
export function unbroken(left: string, right: string, known: ReadonlySet<string> = new Set()): string {
  const seam = seamOf(left, right, known);
  return seam.left + seam.between + right;
}

function seamOf(left: string, right: string, known: ReadonlySet<string>): { left: string; between: string } {
  const start = left.trimEnd();
  const first = /(?<=^|[^\p{L}-])[\p{L}]+(?=[-\u2010]$)/u.exec(start.slice(-60))?.[0].toLowerCase();
  const second = /^\p{Ll}+/u.exec(right)?.[0];
  if (first && second) {
    const whole = { left: start.slice(0, -1), between: '' };
    if (known.has(first + second)) return whole;
    const isCompound =
      known.has(`${first}-${second}`) || COMPOUND.test(first) || (known.has(first) && known.has(second));
    return isCompound ? { left: start, between: '' } : whole;
  }
  const divided = /\S[-\u2010]$/u.test(start.slice(-2)) && /^[\p{L}\d]/u.test(right);
  return { left: start, between: divided ? '' : ' ' };
}

/** Words and hyphenated words of a text in small letters, without those that a line end divides. */
export function wordsOf(lines: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const line of lines) {
    for (const [word] of line.replace(/\p{L}+[-\u2010]\s*$/u, '').matchAll(/\p{L}+(?:-\p{L}+)*/gu))
      words.add(word.toLowerCase());
  }
  return words;
}

/** First parts of English compounds that are written with a hyphen far more often than without. */
const COMPOUND =
  /^(?:self|well|long|short|high|low|half|cross|full|part|vice|mid|semi|multi|one|two|three|four|first|second|third|year|day|month)$/;
