/** A small WordprocessingML writer: titles, headings, paragraphs and tables, zipped with a fixed time. */
import { strToU8, zipSync } from 'fflate';

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

const paragraph = (text, style) =>
  `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t xml:space="preserve">${escape(text)}</w:t></w:r></w:p>`;

function table(rows) {
  const edge = (side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>`;
  const borders = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV'].map(edge).join('');
  const grid = rows[0].map(() => '<w:gridCol w:w="2200"/>').join('');
  const cell = (text, bold) =>
    `<w:tc><w:tcPr><w:tcW w:w="2200" w:type="dxa"/></w:tcPr><w:p><w:r>${bold ? '<w:rPr><w:b/></w:rPr>' : ''}<w:t xml:space="preserve">${escape(text)}</w:t></w:r></w:p></w:tc>`;
  const line = (row, index) =>
    `<w:tr>${index === 0 ? '<w:trPr><w:tblHeader/></w:trPr>' : ''}${row.map((text) => cell(text, index === 0)).join('')}</w:tr>`;
  return `<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>${borders}</w:tblBorders></w:tblPr><w:tblGrid>${grid}</w:tblGrid>${rows.map(line).join('')}</w:tbl>`;
}

const style = (id, name, size, extra) =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/>${extra}<w:rPr><w:b/><w:sz w:val="${size}"/></w:rPr></w:style>`;
const STYLES = `${HEAD}<w:styles ${W}><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:rPr><w:sz w:val="22"/></w:rPr></w:style>${style('Title', 'Title', 40, '')}${style('Heading1', 'heading 1', 30, '<w:pPr><w:keepNext/><w:outlineLvl w:val="0"/></w:pPr>')}${style('Heading2', 'heading 2', 26, '<w:pPr><w:keepNext/><w:outlineLvl w:val="1"/></w:pPr>')}</w:styles>`;

/**
 * Makes the DOCX.
 * @param {{ title: string, author: string, created: string, blocks: object[] }} content `created` as RFC 3339
 * @returns {Uint8Array}
 */
export function makeDocx(content) {
  const body = content.blocks
    .map((block) => {
      if (block.rows) return table(block.rows) + paragraph('');
      if (block.title) return paragraph(block.title, 'Title');
      if (block.heading) return paragraph(block.heading, 'Heading1');
      if (block.subheading) return paragraph(block.subheading, 'Heading2');
      return paragraph(block.text);
    })
    .join('');
  const rels = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
  const core = 'http://schemas.openxmlformats.org/package/2006/metadata/core-properties';
  const files = {
    '[Content_Types].xml': `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${word}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${word}.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`,
    '_rels/.rels': `${HEAD}<Relationships ${rels}><Relationship Id="rId1" Type="${office}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`,
    'docProps/core.xml': `${HEAD}<cp:coreProperties xmlns:cp="${core}" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escape(content.title)}</dc:title><dc:creator>${escape(content.author)}</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">${content.created}</dcterms:created></cp:coreProperties>`,
    'word/_rels/document.xml.rels': `${HEAD}<Relationships ${rels}><Relationship Id="rId1" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    'word/styles.xml': STYLES,
    'word/document.xml': `${HEAD}<w:document ${W}><w:body>${body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>`,
  };
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)]);
  return zipSync(Object.fromEntries(entries), { level: 6, mtime: '1980-01-02T00:00:00Z' });
}
