import { getDocumentProxy } from 'unpdf';
import { fromRfc3339, toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { messageOf } from '../../platform/kernel/json.ts';
import { oneLine } from '../clean.ts';
import type { Composer } from '../composer.ts';
import type { DocumentText } from '../document.ts';
import { layPages } from '../page-layout.ts';
import { type Glyphs, linesOf, type PageLines } from '../page-lines.ts';

/** Pages beyond are left out with a warning; each page costs about 5 ms. */
const MAX_PAGES = 3_000;

/** A PDF: text by pages, its lines joined into paragraphs again (`page-layout.ts`). */
export async function readPdf(
  name: string,
  bytes: Uint8Array,
  composer: Composer,
): Promise<DocumentText['meta']> {
  const pdf = await open(name, bytes);
  const count = Math.min(pdf.numPages, MAX_PAGES);
  if (count < pdf.numPages) composer.warn(`Only the first ${count} of ${pdf.numPages} pages were read.`);
  const pages: PageLines[] = [];
  const empty: number[] = [];
  for (let number = 1; number <= count; number += 1) {
    try {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const glyphs = items.filter((item) => 'str' in item && item.str !== '') as Glyphs[]; // marked content has no text
      const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
      pages.push({ number, width: right - left, height: top - bottom, lines: linesOf(glyphs, left, bottom) });
      if (glyphs.every((glyph) => glyph.str.trim() === '')) empty.push(number);
      page.cleanup();
    } catch (cause) {
      composer.warn(`Page ${number} could not be read: ${messageOf(cause)}.`);
      pages.push({ number, width: 0, height: 0, lines: [] });
    }
  }
  layPages(pages, composer);
  warnScans(empty, count, composer);
  const meta = await metaOf(pdf);
  await pdf.loadingTask.destroy();
  return { ...meta, pages: pdf.numPages };
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

async function open(name: string, bytes: Uint8Array): Promise<Pdf> {
  try {
    // A copy, for the reader takes the memory over. Scripts in the file are never run.
    return await getDocumentProxy(new Uint8Array(bytes), {
      verbosity: 0,
      stopAtErrors: false,
    });
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'PasswordException') {
      throw new CadreError('file/encrypted', { name }, { cause });
    }
    throw new CadreError(
      'file/unreadable',
      { name, detail: `it is not a sound PDF (${messageOf(cause)})` },
      { cause },
    );
  }
}

function warnScans(empty: number[], count: number, composer: Composer): void {
  if (empty.length === 0) return;
  const which =
    empty.length === count
      ? count === 1
        ? 'The page holds'
        : 'All pages hold'
      : `${list(empty)} hold${empty.length > 1 ? '' : 's'}`;
  composer.warn(
    `${which} no text, only a picture or nothing; a scanned page must go through text recognition (OCR) first.`,
  );
}

function list(pages: number[]): string {
  const shown = pages.slice(0, 10).join(', ') + (pages.length > 10 ? ', …' : '');
  return pages.length > 1 ? `The pages ${shown}` : `Page ${shown}`;
}

async function metaOf(pdf: Pdf): Promise<DocumentText['meta']> {
  const info = await pdf.getMetadata().then(
    (found) => found.info as Record<string, unknown>, // pdf.js types it as a plain object
    () => ({}) as Record<string, unknown>,
  );
  const text = (key: string) => (typeof info[key] === 'string' ? oneLine(info[key]).slice(0, 500) : '');
  // Programs put the name of the file or of themselves there.
  const title = /^(untitled|microsoft word|.*\.(docx?|pdf|tex|indd))/i.test(text('Title'))
    ? ''
    : text('Title');
  const author = text('Author');
  const date = pdfDate(text('ModDate')) ?? pdfDate(text('CreationDate'));
  return { ...(title && { title }), ...(author && { author }), ...(date && { date }) };
}

/** `D:20260314100500+01'00'` as RFC 3339 in UTC. */
function pdfDate(text: string): string | undefined {
  const match = /^D:(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?)?/.exec(text);
  if (!match) return undefined;
  const [
    ,
    year,
    month,
    day,
    hour = '00',
    minute = '00',
    second = '00',
    sign,
    zoneHour = '00',
    zoneMinute = '00',
  ] = match;
  const offset = sign ? `${sign}${zoneHour}:${zoneMinute}` : 'Z';
  return rfc3339(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
}

function rfc3339(text: string): string | undefined {
  const ms = fromRfc3339(text);
  return ms === undefined ? undefined : toRfc3339(ms);
}
