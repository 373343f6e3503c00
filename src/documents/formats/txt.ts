import { cleanText } from '../clean.ts';
import type { Composer } from '../composer.ts';
import type { DocumentText } from '../document.ts';

/** Plain text: hard-wrapped lines are joined again, lists stay lists, form feeds are pages. */
export function readTxt(text: string, composer: Composer): DocumentText['meta'] {
  const clean = cleanText(text);
  const pages = clean.split('\f');
  const width = wrapWidth(clean);
  if (pages.length === 1) writePlain(composer, clean, width);
  else {
    for (const [index, page] of pages.entries()) {
      const segment = composer.open('page', { page: index + 1 });
      writePlain(composer, page, width);
      composer.close(segment);
    }
  }
  return pages.length > 1 ? { pages: pages.length } : {};
}

const BULLET = /^\s*([-*•‣◦–—o]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\(?[ivx]{1,5}[.)])\s+(?=\S)/i;
/** A line that names a field ("Date: 14 March"), a row of columns, or a rule stays a line of its own. */
const OWN_LINE =
  /^\s*([A-Z][\w /'-]{0,30}:(\s|$)|[-=_*~#]{3,}\s*$|\d{1,2}:\d\d|\[?\d{4}-\d\d-\d\d)|\S\s{3,}\S|\t|\|/;

/** Writes blocks of plain text; `width` as `wrapWidth` gave it for the whole. Used for mail bodies, too. */
export function writePlain(composer: Composer, text: string, width: number): void {
  for (const block of text.split(/\n[^\S\n]*(?:\n[^\S\n]*)+/)) {
    if (composer.full) return;
    const lines = block.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > 0) writeBlock(composer, lines, width);
  }
}

function writeBlock(composer: Composer, lines: string[], width: number): void {
  const heading = headingOf(lines);
  if (heading) {
    composer.block('heading', heading, { label: 'h2' });
    if (lines.length > 1) writeBlock(composer, lines.slice(headingLines(lines)), width);
    return;
  }
  const joined = joinWrapped(lines, width);
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
export function joinWrapped(lines: string[], width: number): string[] {
  const joined: string[] = [];
  let previous = '';
  for (const line of lines) {
    const last = joined.at(-1);
    if (last !== undefined && width > 0 && wraps(previous, line, width) && !startsOwn(line)) {
      joined[joined.length - 1] = unbroken(last, line.trim());
    } else joined.push(line.trimEnd());
    previous = line;
  }
  return joined;
}

function startsOwn(line: string): boolean {
  return BULLET.test(line) || OWN_LINE.test(line);
}

function wraps(line: string, next: string, width: number): boolean {
  const word = /^\s*(\S+)/.exec(next)?.[1] ?? '';
  return line.trimEnd().length + 1 + word.length > width;
}

/** Joins two lines; a word divided at the line end becomes whole again, a compound keeps its hyphen. */
export function unbroken(left: string, right: string): string {
  const start = left.trimEnd();
  return /\p{L}[-\u2010]$/u.test(start) && /^\p{Ll}/u.test(right) && !COMPOUND.test(start)
    ? start.slice(0, -1) + right
    : /\S[-\u2010]$/u.test(start) && /^[\p{L}\d]/u.test(right)
      ? start + right
      : `${start} ${right}`;
}

/** First parts of English compounds that are written with a hyphen far more often than without. */
const COMPOUND =
  /(?:^|[\s(])(?:self|well|long|short|high|low|non|ex|half|cross|full|part|real|co|vice|mid|all|anti|semi|multi|one|two|three|first|second|third|year|day|month|\w+-\w+)-$/i;
