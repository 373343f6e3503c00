/** The labelled set of test/gold: a text and its labels `{quote, kind, nth}` side by side. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENTITY_KINDS, type EntityKind } from '../../src/documents/document.ts';
import type { GoldDocument } from './iob2.ts';

/** The kinds that the set labels. */
export const GOLD_KINDS: EntityKind[] = ['date', 'amount', 'email', 'url', 'phone', 'address', 'identifier'];
export const PARTS = ['development', 'heldout', 'fresh'] as const;
export type Part = (typeof PARTS)[number];

const root = fileURLToPath(new URL('../../test/gold/', import.meta.url));

interface Label {
  quote: string;
  kind: EntityKind;
  /** Which occurrence of the quote in the text, from 0. */
  nth: number;
}

/** The documents of one part with their labels as spans. Throws when a label is not in its text. */
export function readGold(part: Part): GoldDocument[] {
  const folder = join(root, part);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const name = file.replace('.json', '');
      const text = readFileSync(join(folder, `${name}.txt`), 'utf8');
      // The files are our own; a wrong shape shows as a label that is not found.
      const labels = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Label[];
      return { name, text, mentions: labels.map((label) => locate(label, text, name)) };
    });
}

function locate({ quote, kind, nth }: Label, text: string, name: string): GoldDocument['mentions'][number] {
  let start = text.indexOf(quote);
  for (let index = 0; index < nth && start >= 0; index++) start = text.indexOf(quote, start + 1);
  if (start < 0 || !ENTITY_KINDS.includes(kind))
    throw new Error(`${name}: the label "${quote}" (${kind}) is not in the text.`);
  return { kind, start, end: start + quote.length, text: quote };
}
