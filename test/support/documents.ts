import { strToU8, zipSync } from 'fflate';

/** Small documents for tests, written byte by byte, so that each test shows what is in its file. */

/** A piece of text on a page: place from the left and from the bottom in points, type size, font. */
export interface Placed {
  text: string;
  x?: number;
  y: number;
  size?: number;
  bold?: boolean;
}

/** A PDF with standard fonts; characters of Latin-1 only. Several `Placed` make a page. */
export function makePdf(pages: Placed[][], info: Record<string, string> = {}): Uint8Array {
  const kids = pages.map((_, index) => `${5 + index * 2} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
  ];
  for (const [index, page] of pages.entries()) {
    const content = page.map(drawn).join('\n');
    const resources = '<< /Font << /F1 3 0 R /F2 4 0 R >> >>';
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${6 + index * 2} 0 R /Resources ${resources} >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  const entries = Object.entries(info).map(([key, value]) => `/${key} ${quoted(value)}`);
  objects.push(`<< ${entries.join(' ')} >>`);
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>`;
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}\nstartxref\n${body.length}\n%%EOF`;
  return Buffer.from(body, 'latin1');
}

/** Lines from the top of a page downward, as running text is set: 11 points, 14 apart. */
export function setLines(lines: string[], top = 780): Placed[] {
  return lines.map((text, index) => ({ text, x: 70, y: top - index * 14 }));
}

function drawn({ text, x = 70, y, size = 11, bold = false }: Placed): string {
  return `BT /${bold ? 'F2' : 'F1'} ${size} Tf ${x} ${y} Td ${quoted(text)} Tj ET`;
}

function quoted(text: string): string {
  return `(${text.replace(/[\\()]/g, (sign) => `\\${sign}`)})`;
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

/** An office archive of the given entries (text or bytes). */
export function makeZip(entries: Record<string, string | Uint8Array>): Uint8Array {
  const files = Object.entries(entries).map(([path, content]) => [
    path,
    typeof content === 'string' ? strToU8(content) : content,
  ]);
  return zipSync(Object.fromEntries(files));
}

/** A Word document whose body is the given WordprocessingML; further entries may be added. */
export function makeDocx(body: string, more: Record<string, string | Uint8Array> = {}): Uint8Array {
  return makeZip({
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/document.xml': `${XML}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    ...more,
  });
}

/** A paragraph of WordprocessingML. */
export function wordParagraph(text: string, style = ''): string {
  const properties = style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : '';
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** A presentation; each slide is a title and further paragraphs in a second shape. */
export function makePptx(slides: Array<{ title: string; texts: string[]; more?: string }>): Uint8Array {
  const shape = (type: string, texts: string[]) =>
    `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${type}"/></p:nvPr></p:nvSpPr><p:txBody>${texts.map((text) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`).join('')}</p:txBody></p:sp>`;
  const entries: Record<string, string> = {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"/>`,
    'ppt/presentation.xml': `${XML}<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst>${slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': `${XML}<Relationships>${slides.map((_, index) => `<Relationship Id="rId${index + 1}" Target="slides/slide${slides.length - index}.xml"/>`).join('')}</Relationships>`,
  };
  // Numbered backwards, so that a reader that goes by file names shows the wrong order.
  for (const [index, { title, texts, more = '' }] of slides.entries()) {
    entries[`ppt/slides/slide${slides.length - index}.xml`] =
      `${XML}<p:sld xmlns:a="a" xmlns:p="p"><p:cSld><p:spTree>${shape('body', texts)}${shape('title', [title])}${more}</p:spTree></p:cSld></p:sld>`;
  }
  return makeZip(entries);
}
