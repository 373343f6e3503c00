import { describe, expect, it } from 'vitest';
import { makeDocx, makePptx, wordParagraph } from '../../../test/support/documents.ts';
import { parseDocument } from '../parse.ts';

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const STYLES = `<w:styles ${WORD}><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`;
const CORE =
  '<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>Minutes &amp; notes</dc:title><dc:creator>Hannah</dc:creator><dcterms:modified>2026-10-08T10:20:00Z</dcterms:modified></cp:coreProperties>';
const cell = (text: string) => `<w:tc>${wordParagraph(text)}</w:tc>`;
const row = (...texts: string[]) => `<w:tr>${texts.map(cell).join('')}</w:tr>`;
const bold = (text: string) => `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>${text}</w:t></w:r></w:p>`;

describe('docx', () => {
  it('keeps headings by style and by hand, paragraphs, tables, and page heads once', async () => {
    const body = [
      wordParagraph('Minutes', 'Heading1'),
      wordParagraph('Ann &amp; Bob met on 6 October.'),
      bold('Open questions'),
      `<w:tbl>${row('No.', 'Action')}${row('1', 'Call Ann')}</w:tbl>`,
      wordParagraph('   '),
    ].join('');
    const bytes = makeDocx(body, {
      'word/styles.xml': STYLES,
      'word/_rels/document.xml.rels':
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
      'word/header1.xml': `<w:hdr ${WORD}>${wordParagraph('Harbour Trust, 3 Quay Street')}</w:hdr>`,
      'word/footer1.xml': `<w:ftr ${WORD}>${wordParagraph('Page 1 of 3')}</w:ftr>`,
      'docProps/core.xml': CORE,
    });
    const { text, segments, tables, meta } = await parseDocument({ name: 'a.docx', bytes });
    expect(
      segments.map(({ kind, label, start, end }) => `${kind} ${label ?? ''}: ${text.slice(start, end)}`),
    ).toEqual([
      'header page header: Harbour Trust, 3 Quay Street',
      'heading h1: Minutes',
      'paragraph : Ann & Bob met on 6 October.',
      'heading h4: Open questions',
      'row : No. | Action',
      'row : 1 | Call Ann',
    ]);
    expect(tables[0]?.columns.map(({ text: column }) => column)).toEqual(['No.', 'Action']);
    expect(meta).toEqual({ title: 'Minutes & notes', author: 'Hannah', date: '2026-10-08T10:20:00.000Z' });
  });

  it('says that comments were not read', async () => {
    const bytes = makeDocx(wordParagraph('Text.'), { 'word/comments.xml': `<w:comments ${WORD}/>` });
    expect((await parseDocument({ name: 'a.docx', bytes })).warnings).toEqual([
      'Comments in the margin were not read.',
    ]);
  });
});

describe('pptx', () => {
  const table = `<p:graphicFrame><a:graphic><a:graphicData><a:tbl>${[
    ['Region', 'Sales'],
    ['North', '120'],
  ]
    .map(
      (cells) =>
        `<a:tr>${cells.map((text) => `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`).join('')}</a:tr>`,
    )
    .join('')}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;

  it('reads slides in the order of the show, titles first, with tables', async () => {
    const bytes = makePptx([
      { title: 'Opening', texts: ['We begin &amp; go on.'] },
      { title: 'Figures', texts: ['One', 'Two'], more: table },
    ]);
    const { text, segments, tables, meta } = await parseDocument({ name: 'a.pptx', bytes });
    expect(text).toBe('Opening\n\nWe begin & go on.\n\nFigures\n\nOne\nTwo\n\nRegion | Sales\nNorth | 120');
    const slides = segments.filter(({ kind }) => kind === 'slide');
    expect(slides.map(({ page, start, end }) => [page, text.slice(start, end).split('\n')[0]])).toEqual([
      [1, 'Opening'],
      [2, 'Figures'],
    ]);
    expect(tables[0]?.rows[0]?.map(({ text: found }) => found)).toEqual(['North', '120']);
    expect(meta.pages).toBe(2);
  });

  it('names hidden slides and pictures', async () => {
    const bytes = makePptx([{ title: 'T', texts: [], more: '<p:pic></p:pic><!-- <p:sld show="0"> -->' }]);
    expect((await parseDocument({ name: 'a.pptx', bytes })).warnings).toEqual([
      'Slide 1 is hidden in the show; it was read.',
      '1 picture was not read.',
    ]);
  });
});
