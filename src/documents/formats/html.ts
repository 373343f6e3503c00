import { type CheerioAPI, loadBuffer } from 'cheerio';
import { oneLine } from '../clean.ts';
import type { Composer } from '../composer.ts';
import type { DocumentText } from '../document.ts';
import { writeHtml } from '../html-blocks.ts';

/** A saved web page. The encoding is found as browsers find it: mark, `meta charset`, else Windows-1252. */
export function readHtml(name: string, bytes: Uint8Array, composer: Composer): DocumentText['meta'] {
  const $ = loadBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    encoding: { defaultEncoding: isUtf8(bytes) ? 'utf-8' : 'windows-1252' },
  });
  writeHtml(name, $, composer);
  return metaOf($);
}

function metaOf($: CheerioAPI): DocumentText['meta'] {
  const title = oneLine($('title').first().text()) || oneLine($('h1').first().text());
  const author = oneLine($('meta[name="author"]').attr('content') ?? '');
  const date =
    $('meta[property="article:published_time"]').attr('content') ??
    $('meta[name="date"]').attr('content') ??
    $('time[datetime]').first().attr('datetime') ??
    '';
  return {
    ...(title && { title: title.slice(0, 500) }),
    ...(author && { author: author.slice(0, 500) }),
    ...(/^\d{4}-\d\d-\d\d/.test(date) && { date }),
  };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
