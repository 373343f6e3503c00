/**
 * A PDF knows glyphs at places, neither words nor lines. This file puts them into lines: pieces that follow one
 * another on one baseline belong together; a wide gap between them is the border of a column.
 */

/** A piece of text as the PDF reader gives it: `transform` is the matrix of its size and place. */
export interface Glyphs {
  str: string;
  transform: number[];
  width: number;
  height: number;
  fontName: string;
  hasEOL: boolean;
}

/** A line in page units (1/72 inch); `y` grows upward. `cells` has more than one part where wide gaps divide it. */
export interface Line {
  text: string;
  cells: Cell[];
  /** The pieces that the cells were made of, for a table whose columns stand closer than a gap. */
  pieces: readonly Piece[];
  x: number;
  right: number;
  y: number;
  size: number;
  font: string;
}

export interface Cell {
  text: string;
  x: number;
  right: number;
}

export interface PageLines {
  number: number;
  width: number;
  height: number;
  lines: Line[];
}

/** Text at a place, as the PDF has it: a glyph, a word or a whole line. */
export interface Piece {
  text: string;
  x: number;
  right: number;
  y: number;
  size: number;
  font: string;
}

/** Lines in reading order: the order of the file, unless that order jumps about, then by place. */
export function linesOf(glyphs: readonly Glyphs[], left: number, bottom: number): Line[] {
  const pieces: Piece[] = [];
  for (const { str, transform, width, height, fontName } of glyphs) {
    const [a = 0, b = 0, , d = 0, x = 0, y = 0] = transform;
    const size = Math.hypot(a, b) || Math.abs(d) || height;
    // Text that runs up or down the page is a stamp or a chart label; it would tear the lines apart.
    if (Math.abs(b) > Math.abs(a)) continue;
    pieces.push({ text: str, x: x - left, right: x - left + width, y: y - bottom, size, font: fontName });
  }
  const lines = gather(pieces);
  return jumps(lines) ? splitColumns(gather(byPlace(pieces))) : splitColumns(lines);
}

function gather(pieces: readonly Piece[]): Line[] {
  const lines: Piece[][] = [];
  let current: Piece[] = [];
  let anchor: Piece | undefined;
  for (const piece of pieces) {
    const blank = piece.text.trim() === '';
    if (anchor && sameLine(anchor, current.at(-1) ?? anchor, piece)) current.push(piece);
    else if (!blank) {
      current = [piece];
      lines.push(current);
      anchor = piece;
    }
    // The line is where its largest text stands, so that an exponent does not begin a new one.
    if (!blank && anchor && current.includes(piece) && piece.size > anchor.size) anchor = piece;
  }
  return lines.map(compose).filter((line) => line.text !== '');
}

function sameLine(anchor: Piece, last: Piece, piece: Piece): boolean {
  const size = Math.max(anchor.size, piece.size);
  const smaller = Math.min(anchor.size, piece.size) < size * 0.85;
  const tolerance = size * (smaller ? 0.55 : 0.3);
  return (
    Math.abs(piece.y - anchor.y) <= tolerance &&
    piece.x >= last.x - size * 0.5 &&
    piece.x >= last.right - size * 2
  );
}

function compose(pieces: readonly Piece[]): Line {
  const first = pieces.find(({ text }) => text.trim() !== '') ?? pieces[0]!;
  const size = dominant(pieces, (piece) => piece.size);
  const font = dominant(pieces, (piece) => piece.font);
  const cells = cellsOf(pieces, size);
  const text = cells.map((cell) => cell.text).join(' ');
  const shown = pieces.filter((piece) => piece.text.trim() !== '');
  const right = Math.max(...shown.map((piece) => piece.right));
  return { text, cells, pieces, x: first.x, right, y: first.y, size, font };
}

/** Puts pieces together; a gap wider than 1.8 of the type size divides cells. */
export function cellsOf(pieces: readonly Piece[], size: number): Cell[] {
  const cells: Cell[] = [];
  let previous: Piece | undefined;
  for (const [index, piece] of pieces.entries()) {
    if (piece.text.trim() === '') continue;
    const gap = previous ? piece.x - previous.right : 0;
    const cell = cells.at(-1);
    if (!cell || gap > size * 1.8) cells.push({ text: piece.text.trim(), x: piece.x, right: piece.right });
    else {
      const space = gap > size * 0.15 || hadSpace(pieces[index - 1], previous) || /^\s/.test(piece.text);
      cell.text += (space && !/\s$/.test(cell.text) ? ' ' : '') + piece.text.trimStart();
      cell.right = piece.right;
    }
    previous = piece;
  }
  for (const cell of cells) cell.text = cell.text.replace(/\s+/g, ' ').trim();
  return cells;
}

/** The reader puts a blank piece between two words, or ends the first with a space. */
function hadSpace(before: Piece | undefined, previous: Piece | undefined): boolean {
  if (!previous) return false;
  return (
    /\s$/.test(previous.text) ||
    (before !== previous && before !== undefined && before.text !== '' && before.text.trim() === '')
  );
}

function dominant<T>(pieces: readonly Piece[], value: (piece: Piece) => T): T {
  const weights = new Map<T, number>();
  for (const piece of pieces)
    weights.set(value(piece), (weights.get(value(piece)) ?? 0) + piece.text.trim().length);
  return [...weights].sort((a, b) => b[1] - a[1])[0]![0];
}

/** True when lines go up the page again and again: more often than columns and floating boxes explain. */
function jumps(lines: readonly Line[]): boolean {
  let up = 0;
  for (let i = 1; i < lines.length; i += 1) if (lines[i]!.y > lines[i - 1]!.y + lines[i]!.size) up += 1;
  return lines.length > 6 && up > lines.length * 0.3;
}

function byPlace(pieces: readonly Piece[]): Piece[] {
  const rows = [...pieces].filter((piece) => piece.text.trim() !== '').sort((a, b) => b.y - a.y);
  const sorted: Piece[] = [];
  for (let start = 0; start < rows.length; ) {
    const top = rows[start]!;
    let end = start + 1;
    while (end < rows.length && top.y - rows[end]!.y <= top.size * 0.4) end += 1;
    sorted.push(...rows.slice(start, end).sort((a, b) => a.x - b.x));
    start = end;
  }
  return sorted;
}

/**
 * Two columns of running text whose lines came side by side: most lines have two long parts that begin at the same
 * place. They are read down the left, then down the right; a line across both ends a stretch of columns.
 */
function splitColumns(lines: Line[]): Line[] {
  const paired = lines.filter(
    ({ cells }) => cells.length === 2 && cells.every((cell) => cell.text.length > 20),
  );
  const starts = paired.map(({ cells }) => cells[1]!.x).sort((a, b) => a - b);
  const gutter = starts[Math.floor(starts.length / 2)] ?? 0;
  const steady = starts.filter((x) => Math.abs(x - gutter) < 6).length;
  if (paired.length < 6 || paired.length < lines.length * 0.4 || steady < paired.length * 0.8) return lines;
  const ordered: Line[] = [];
  let right: Line[] = [];
  for (const line of lines) {
    const [before, after] = [0, 1].map((side) =>
      line.pieces.filter(({ x }) => x >= gutter - 6 === (side === 1)),
    );
    if (after!.length > 0 && !before!.some((piece) => piece.right > gutter)) {
      if (before!.some(({ text }) => text.trim() !== '')) ordered.push(compose(before!));
      right.push(compose(after!));
    } else if (line.right > gutter) {
      ordered.push(...right, line);
      right = [];
    } else ordered.push(line);
  }
  return [...ordered, ...right].filter((line) => line.text !== '');
}
