import type { Operations } from '../../api/types.ts';

type Mention = Operations['files.entities']['output']['items'][number];

/** One thing that a document names, with every place where it does. */
export interface Named {
  kind: Mention['kind'];
  name: string;
  places: Mention[];
}

/** Mentions of one thing together, those named most first; the order of the text decides between equals. */
export function namedIn(mentions: readonly Mention[]): Named[] {
  const things = new Map<string, Named>();
  for (const mention of mentions) {
    const name = typeof mention.value === 'string' && mention.kind !== 'date' ? mention.value : mention.text;
    const line = name.replace(/\s+/g, ' ').trim();
    const key = `${mention.kind} ${line.toLowerCase()}`;
    const known = things.get(key);
    if (known) known.places.push(mention);
    else things.set(key, { kind: mention.kind, name: line, places: [mention] });
  }
  return [...things.values()].sort((left, right) => right.places.length - left.places.length);
}

/** Those of a kind whose name has what was typed. */
export function filterNamed(things: readonly Named[], kind: string | undefined, typed: string): Named[] {
  const wanted = typed.trim().toLowerCase();
  return things.filter(
    (thing) => (!kind || thing.kind === kind) && thing.name.toLowerCase().includes(wanted),
  );
}
