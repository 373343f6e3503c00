import { fromRfc3339, toRfc3339 } from '../platform/kernel/clock.ts';
import { type Entries, entryText } from './archive.ts';
import { oneLine } from './clean.ts';
import type { DocumentText } from './document.ts';

/**
 * Small readings from the XML of office files that need no tree. The texts of runs are found by their tag, which
 * office programs always write in this form; whole bodies go through a real parser.
 */

/** Title, author and date of `docProps/core.xml`. */
export function officeMeta(entries: Entries): DocumentText['meta'] {
  const xml = entryText(entries, 'docProps/core.xml') ?? '';
  const field = (tag: string) => {
    const found = new RegExp(`<${tag}\\b[^>]*>([^<]*)</${tag}>`).exec(xml)?.[1];
    return found ? oneLine(unescapeXml(found)).slice(0, 500) : '';
  };
  const title = field('dc:title');
  const author = field('dc:creator');
  const dateMs = fromRfc3339(field('dcterms:modified') || field('dcterms:created'));
  return {
    ...(title && { title }),
    ...(author && { author }),
    ...(dateMs !== undefined && { date: toRfc3339(dateMs) }),
  };
}

/** The text of each paragraph (`w:p`, `a:p`) that holds any. */
export function textRuns(xml: string, prefix: 'w' | 'a'): string[] {
  return xml
    .split(`</${prefix}:p>`)
    .map((paragraph) => {
      const runs = paragraph.matchAll(
        new RegExp(`<${prefix}:(t|tab|br)\\b[^>]*?(?:/>|>([^<]*)</${prefix}:t>)`, 'g'),
      );
      return oneLine(
        [...runs].map(([, tag, text]) => (tag === 't' ? unescapeXml(text ?? '') : ' ')).join(''),
      );
    })
    .filter(Boolean);
}

/** The five named entities and numbers; office files define no others (a DTD is refused). */
export function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(amp|lt|gt|quot|apos));/gi, (all, decimal, hex, name) => {
    if (name) return NAMED[String(name).toLowerCase()] ?? all;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
