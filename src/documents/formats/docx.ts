import { load } from 'cheerio/slim'; // mammoth writes sound HTML; the full parser takes a third of a second to load
import { convertToHtml, images } from 'mammoth';
import { type Entries, entryText, repack } from '../archive.ts';
import type { Composer } from '../composer.ts';
import type { DocumentText } from '../document.ts';
import { writeHtml } from '../html-blocks.ts';
import { officeMeta, textRuns } from '../office.ts';

/** A Word document: headings, paragraphs, lists, tables, footnotes at the end; page heads and feet once, first. */
export async function readDocx(
  name: string,
  entries: Entries,
  composer: Composer,
): Promise<DocumentText['meta']> {
  for (const path of [...entries.keys()].sort()) {
    const part = /^word\/(header|footer)\d*\.xml$/.exec(path)?.[1];
    if (part) writePageEdge(composer, part, entryText(entries, path) ?? '');
  }
  let pictures = 0;
  const { value } = await convertToHtml(
    { buffer: Buffer.from(repack(entries)) },
    {
      convertImage: images.imgElement(async () => {
        pictures += 1;
        return { src: '' };
      }),
    },
  );
  writeHtml(name, load(value), composer);
  if (pictures > 0) composer.warn(`${pictures} picture${pictures > 1 ? 's were' : ' was'} not read.`);
  if (entries.has('word/comments.xml')) composer.warn('Comments in the margin were not read.');
  return officeMeta(entries);
}

function writePageEdge(composer: Composer, part: string, xml: string): void {
  for (const line of textRuns(xml, 'w')) {
    // A page number alone says nothing.
    if (/\p{L}/u.test(line.replace(/^(page|seite)\b[\s\d]*(of|von)?[\s\d]*$/i, ''))) {
      composer.block('header', line, { label: `page ${part}` });
    }
  }
}
