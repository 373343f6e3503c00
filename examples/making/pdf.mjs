/**
 * A plain PDF 1.4 writer: A4 pages, Helvetica, headings, justified-left paragraphs, simple tables, page numbers.
 * No timestamps and no compression, so the same content always gives the same bytes.
 */

// Advance widths of Helvetica in 1/1000 em for the characters 32 to 126 (Adobe Font Metrics, Helvetica).
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667,
  556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556,
  556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722,
  500, 500, 500, 334, 260, 334, 584,
];

const PAGE = { width: 595, height: 842, left: 72, right: 72, top: 770, bottom: 80 };

/** Width of a text in points. Characters outside ASCII count as an average letter. */
function widthOf(text, size) {
  let units = 0;
  for (const char of text) units += WIDTHS[char.charCodeAt(0) - 32] ?? 556;
  return (units * size) / 1000;
}

/** A PDF string in WinAnsi encoding, escaped, all bytes above ASCII as octal. */
function pdfString(text) {
  const winAnsi = { '€': 0x80, '’': 0x92, '‘': 0x91, '“': 0x93, '”': 0x94, '–': 0x96, '—': 0x97, '•': 0x95 };
  let escaped = '';
  for (const char of text) {
    const code = winAnsi[char] ?? char.charCodeAt(0);
    if (code > 255) throw new Error(`The PDF writer has no glyph for ${JSON.stringify(char)}.`);
    if (char === '(' || char === ')' || char === '\\') escaped += `\\${char}`;
    else escaped += code > 126 ? `\\${code.toString(8)}` : char;
  }
  return `(${escaped})`;
}

function wrap(text, size, width) {
  const lines = [];
  let line = '';
  for (const word of text.split(' ')) {
    const candidate = line ? `${line} ${word}` : word;
    if (line && widthOf(candidate, size) > width) {
      lines.push(line);
      line = word;
    } else line = candidate;
  }
  if (line) lines.push(line);
  return lines;
}

/** Lays blocks out on pages; each page is a list of `{ x, y, font, size, text }`. */
function layOut(blocks) {
  const pages = [[]];
  let y = PAGE.top;
  const room = (height) => {
    if (y - height < PAGE.bottom) {
      pages.push([]);
      y = PAGE.top;
    }
  };
  const put = (x, text, font, size) => pages.at(-1).push({ x, y, font, size, text });
  const width = PAGE.width - PAGE.left - PAGE.right;
  for (const block of blocks) {
    if (block.pageBreak) {
      pages.push([]);
      y = PAGE.top;
    } else if (block.title || block.heading) {
      const size = block.title ? 20 : 13.5;
      room(size * 4);
      if (!block.title) y -= 8;
      for (const line of wrap(block.title ?? block.heading, size, width * 0.92)) {
        put(PAGE.left, line, 'F2', size);
        y -= size * 1.35;
      }
      y -= 2;
    } else if (block.rows) {
      for (const [index, row] of block.rows.entries()) {
        room(16);
        row.forEach((cell, column) => {
          put(PAGE.left + block.columns[column], cell, index === 0 ? 'F2' : 'F1', 9.5);
        });
        y -= 15;
      }
      y -= 8;
    } else {
      const size = block.small ? 9.5 : 10.5;
      const lines = wrap(block.text, size, width);
      room(Math.min(lines.length, 2) * size * 1.4);
      for (const line of lines) {
        room(size * 1.4);
        put(PAGE.left, line, 'F1', size);
        y -= size * 1.42;
      }
      y -= 6;
    }
  }
  return pages;
}

/**
 * Makes the PDF.
 * @param {{ title: string, author: string, date: string, footer: string, blocks: object[] }} content `date` as PDF date
 * @returns {Buffer}
 */
export function makePdf(content) {
  const pages = layOut(content.blocks);
  const objects = [];
  const add = (body) => objects.push(body);
  const pageIds = pages.map((_, index) => 6 + index * 2);
  add('<< /Type /Catalog /Pages 2 0 R /Lang (en-IE) >>');
  add(`<< /Type /Pages /Kids [${pageIds.map((id) => `${id} 0 R`).join(' ')}] /Count ${pages.length} >>`);
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>');
  add(
    `<< /Title ${pdfString(content.title)} /Author ${pdfString(content.author)} /CreationDate (${content.date}) >>`,
  );
  pages.forEach((items, index) => {
    const footer = `${content.footer} - Page ${index + 1} of ${pages.length}`;
    const drawn = [
      ...items,
      { x: (PAGE.width - widthOf(footer, 8.5)) / 2, y: 46, font: 'F1', size: 8.5, text: footer },
    ];
    const stream = drawn
      .map((item) => `BT /${item.font} ${item.size} Tf ${item.x.toFixed(2)} ${item.y.toFixed(2)} Td ${pdfString(item.text)} Tj ET`)
      .join('\n');
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${pageIds[index] + 1} 0 R` +
        ' /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>',
    );
    add(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
  });
  let file = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}
