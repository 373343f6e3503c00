import { XMLParser } from 'fast-xml-parser';
import { CadreError } from '../../platform/kernel/errors.ts';
import { messageOf } from '../../platform/kernel/json.ts';
import { type Entries, entryText } from '../archive.ts';
import { oneLine } from '../clean.ts';
import type { Composer } from '../composer.ts';
import type { DocumentText } from '../document.ts';
import { isHeader } from '../grid.ts';
import { MAX_DEPTH } from '../limits.ts';
import { officeMeta, textRuns, unescapeXml } from '../office.ts';

/** One element as `preserveOrder` gives it: its tag holds the children, `:@` the attributes, `#text` its text. */
type Element = { [tag: string]: unknown };

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  processEntities: false,
  maxNestedTags: MAX_DEPTH * 2,
});

/** Slides in the order of the show: title, texts, tables, then the speaker's notes. */
export function readPptx(name: string, entries: Entries, composer: Composer): DocumentText['meta'] {
  const slides = slidePaths(name, entries);
  let pictures = 0;
  for (const [index, path] of slides.entries()) {
    if (composer.full) break;
    const segment = composer.open('slide', { page: index + 1 });
    const xml = entryText(entries, path) ?? '';
    if (/<p:sld\b[^>]*\bshow="0"/.test(xml))
      composer.warn(`Slide ${index + 1} is hidden in the show; it was read.`);
    const tree = parse(name, xml);
    pictures += (xml.match(/<p:pic[ >]/g) ?? []).length;
    for (const shape of shapesOf(tree)) writeShape(composer, shape, index + 1);
    for (const note of notesOf(entries, path))
      composer.block('paragraph', note, { label: 'notes', page: index + 1 });
    composer.close(segment);
  }
  if (pictures > 0) composer.warn(`${pictures} picture${pictures > 1 ? 's were' : ' was'} not read.`);
  return { ...officeMeta(entries), pages: slides.length };
}

function parse(name: string, xml: string): Element[] {
  try {
    return parser.parse(xml) as Element[]; // the form `preserveOrder` promises
  } catch (cause) {
    if (/nested/i.test(messageOf(cause))) {
      throw new CadreError('file/too-deep', { name, limit: MAX_DEPTH * 2 }, { cause });
    }
    throw cause;
  }
}

/** The order of slides stands in the relations of the presentation, not in their file names. */
function slidePaths(name: string, entries: Entries): string[] {
  const relations = targets(entries, 'ppt/_rels/presentation.xml.rels');
  const listed = [
    ...(entryText(entries, 'ppt/presentation.xml') ?? '').matchAll(/<p:sldId\b[^>]*\br:id="([^"]+)"/g),
  ]
    .map(([, id]) => relations.get(id ?? ''))
    .filter((path) => path !== undefined)
    .map((path) => (path.startsWith('/') ? path.slice(1) : `ppt/${path}`));
  const found = listed.filter((path) => entries.has(path));
  if (found.length === 0) throw new CadreError('file/unreadable', { name, detail: 'it holds no slides' });
  return found;
}

function targets(entries: Entries, path: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [tag] of (entryText(entries, path) ?? '').matchAll(/<Relationship\b[^>]*>/g)) {
    const id = /\bId="([^"]+)"/.exec(tag)?.[1];
    const target = /\bTarget="([^"]+)"/.exec(tag)?.[1];
    if (id && target) found.set(id, unescapeXml(target));
  }
  return found;
}

function notesOf(entries: Entries, slide: string): string[] {
  const relations = targets(entries, slide.replace('slides/', 'slides/_rels/').concat('.rels'));
  const target = [...relations.values()].find((path) => path.includes('notesSlide'));
  const xml = target && entryText(entries, target.replace(/^(\.\.)?\/?(ppt\/)?/, 'ppt/'));
  // The slide number of the notes page is a text of its own.
  return xml ? textRuns(xml, 'a').filter((text) => !/^\d+$/.test(text)) : [];
}

interface Shape {
  kind: 'title' | 'text' | 'table';
  element: Element[];
}

/** Shapes, also in groups, in the order of the file, with the title first as on the slide. */
function shapesOf(tree: Element[]): Shape[] {
  const shapes: Shape[] = [];
  const visit = (elements: Element[]) => {
    for (const element of elements) {
      for (const tag of Object.keys(element)) {
        const inner = childrenOf(element, tag);
        if (tag === 'p:sp') {
          const holder = firstOf(inner, 'p:ph')?.[':@'] as { type?: string } | undefined;
          if (holder?.type === 'sldNum' || holder?.type === 'dt' || holder?.type === 'ftr') continue;
          shapes.push({ kind: /title/i.test(holder?.type ?? '') ? 'title' : 'text', element: inner });
        } else if (tag === 'a:tbl') shapes.push({ kind: 'table', element: inner });
        else if (tag !== ':@') visit(inner);
      }
    }
  };
  visit(tree);
  return [...shapes.filter(({ kind }) => kind === 'title'), ...shapes.filter(({ kind }) => kind !== 'title')];
}

function writeShape(composer: Composer, shape: Shape, page: number): void {
  if (shape.kind === 'table') {
    const rows = allOf(shape.element, 'a:tr').map((row) => allOf(row, 'a:tc').map(textOf));
    const [first = [], ...rest] = rows;
    const named = isHeader(first, rest);
    composer.table(`slide ${page}`, named ? first : [], named ? rest : rows);
    return;
  }
  const paragraphs = allOf(shape.element, 'a:p').map(textOf).filter(Boolean);
  const kind = shape.kind === 'title' ? 'heading' : paragraphs.length > 1 ? 'item' : 'paragraph';
  for (const text of paragraphs)
    composer.block(kind, text, { page, ...(kind === 'heading' && { label: 'h2' }) });
}

function childrenOf(element: Element, tag: string): Element[] {
  const children = element[tag];
  return Array.isArray(children) ? (children as Element[]) : [];
}

/** The children of every element of that tag, at any depth but not inside one another. */
function allOf(elements: Element[], wanted: string): Element[][] {
  return elements.flatMap((element) =>
    Object.keys(element).flatMap((tag) => {
      const inner = childrenOf(element, tag);
      return tag === wanted ? [inner] : allOf(inner, wanted);
    }),
  );
}

function firstOf(elements: Element[], wanted: string): Element | undefined {
  for (const element of elements) {
    if (Object.hasOwn(element, wanted)) return element;
    for (const tag of Object.keys(element)) {
      const found = firstOf(childrenOf(element, tag), wanted);
      if (found) return found;
    }
  }
  return undefined;
}

function textOf(elements: Element[]): string {
  const parts: string[] = [];
  const visit = (inner: Element[]) => {
    for (const element of inner) {
      for (const tag of Object.keys(element)) {
        if (tag === '#text') parts.push(unescapeXml(String(element[tag])));
        else if (tag === 'a:br') parts.push(' ');
        else visit(childrenOf(element, tag));
        if (tag === 'a:p') parts.push(' ');
      }
    }
  };
  visit(elements);
  return oneLine(parts.join(''));
}
