import type { Line, PageLines } from './page-lines.ts';

/** Heads and feet that repeat on pages. */
export interface PageEdges {
  /** The pages without them. */
  pages: PageLines[];
  /** Each text once, for the start of the first page; page numbers are not among them. */
  kept: Array<{ text: string; label: 'page header' | 'page footer' }>;
}

/** Lines at the top and at the bottom of a page that are looked at. */
const EDGE_LINES = 3;
/** Shares of the height of a page, from below. */
const EDGE_BOTTOM = 0.15;
const EDGE_TOP = 0.8;

/**
 * Takes away what repeats at the same height at the edge of most pages (numbers may differ), and lines that are
 * only the page's number. Only where it is certain: at least three pages, or "Page 1 of 2" with the right numbers.
 */
export function takePageEdges(pages: readonly PageLines[]): PageEdges {
  const counts = new Map<string, { pages: Set<number>; texts: string[]; top: boolean }>();
  for (const page of pages) {
    for (const { line, top } of edgeLines(page)) {
      const key = keyOf(line, top, [page.number, pages.length]);
      const found = counts.get(key) ?? { pages: new Set<number>(), texts: [], top };
      found.pages.add(page.number);
      found.texts.push(line.text);
      counts.set(key, found);
    }
  }
  const withText = pages.filter((page) => page.lines.length > 0).length;
  // Heads often differ on left and right pages, so that each stands on less than half of them.
  const least = Math.max(3, Math.ceil(withText * 0.4));
  const repeated = new Map([...counts].filter(([, found]) => found.pages.size >= least));
  const running = runningHeads(pages, least);
  const kept = new Map<string, PageEdges['kept'][number]>();
  const stripped = pages.map((page) => {
    const edges = new Map(edgeLines(page).map(({ line, top }) => [line, top]));
    const lines = page.lines.filter((line) => {
      const top = edges.get(line);
      if (top === undefined) return true;
      if (isPageNumber(line, page, pages.length)) return false;
      if (running.has(line)) return false;
      const found = repeated.get(keyOf(line, top, [page.number, pages.length]));
      if (!found) return true;
      const isNumber = !/\p{L}{2}/u.test(line.text.replace(/\b(page|seite|of|von|p)\b/gi, ''));
      const plain = line.text.replace(/\d+/g, '#');
      if (!isNumber && !kept.has(plain))
        kept.set(plain, { text: line.text, label: top ? 'page header' : 'page footer' });
      return false;
    });
    return { ...page, lines };
  });
  return { pages: stripped, kept: [...kept.values()] };
}

/**
 * Heads such as "12 The Treaty of Rome", whose words change with the section: they stand at one height and begin
 * or end with a number that counts the pages, perhaps from another start.
 */
function runningHeads(pages: readonly PageLines[], least: number): Set<Line> {
  const series = new Map<string, Line[]>();
  for (const page of pages) {
    const edges = edgeLines(page);
    // Only the outermost line of each end: a numbered list at the top of pages counts up as well.
    const outermost = [edges.find(({ top }) => top), edges.findLast(({ top }) => !top)].filter(
      (edge) => edge !== undefined,
    );
    for (const { line, top } of outermost) {
      const numbers = [/^(\d{1,4})\s/.exec(line.text)?.[1], /\s(\d{1,4})$/.exec(line.text)?.[1]];
      for (const number of new Set(numbers.filter((text) => text !== undefined))) {
        const key = `${top} ${Math.round(line.y / 3)} ${Number(number) - page.number}`;
        series.set(key, [...(series.get(key) ?? []), line]);
      }
    }
  }
  return new Set([...series.values()].filter((lines) => lines.length >= least).flat());
}

function edgeLines(page: PageLines): Array<{ line: Line; top: boolean }> {
  const sorted = [...page.lines].sort((a, b) => b.y - a.y);
  const top = sorted.slice(0, EDGE_LINES).filter((line) => line.y > page.height * EDGE_TOP);
  const bottom = sorted.slice(-EDGE_LINES).filter((line) => line.y < page.height * EDGE_BOTTOM);
  return [...top.map((line) => ({ line, top: true })), ...bottom.map((line) => ({ line, top: false }))];
}

/**
 * Same words at the same height, to three units. Only the number of the page (or of all pages) may differ: rows of a list that goes
 * on over pages are alike, too, and must stay.
 */
function keyOf(line: Line, top: boolean, counted: readonly number[]): string {
  const words = line.text
    .toLowerCase()
    .replace(/\d+/g, (number) => (counted.includes(Number(number)) ? '#' : number));
  return `${top ? 't' : 'b'}${Math.round(line.y / 3)} ${words}`;
}

/** "3", "– 3 –", "Page 3 of 7": the right number, at the very edge when it stands bare on few pages. */
function isPageNumber(line: Line, page: PageLines, pages: number): boolean {
  const match = /^[-–—\s|]*(?:page|seite|p\.?)?\s*(\d+)(?:\s*(?:of|von|\/)\s*(\d+))?[-–—\s|]*$/i.exec(
    line.text,
  );
  if (!match) return false;
  const named = /[a-z]/i.test(line.text) || match[2] !== undefined;
  const right = Number(match[1]) === page.number && (match[2] === undefined || Number(match[2]) === pages);
  return right && (named || pages >= 3 || line.y < page.height * EDGE_BOTTOM);
}
