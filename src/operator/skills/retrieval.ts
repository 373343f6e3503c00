import { readingOf } from './passages.ts';
import type { Passage } from './reading.ts';
import type { Material } from './skill.ts';
import { authorOf } from './speech.ts';
import { contentRoots, sameNotion } from './vocabulary.ts';

/** A passage that may answer, with how well it fits. */
export interface Hit {
  material: Material;
  passage: Passage;
  /** Okapi BM25 with context; comparable within one question only. */
  score: number;
  /** Share of the question's meaning that the passage (or, at less, its surroundings) holds, in [0, 1]. */
  coverage: number;
  /** The part of the coverage that the passage itself holds. */
  own: number;
  /** Roots of the question that neither passage nor surroundings hold. */
  missing: string[];
}

interface Indexed {
  material: Material;
  passage: Passage;
  roots: Map<string, number>;
  length: number;
  /** Roots of the sentence before, when this one takes up its subject with "It" or "They". */
  inherited: Set<string>;
  /** Roots of heading, file name, title, author and the sentence before. */
  around: Set<string>;
}

/** Usual values of Okapi BM25 (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009). */
export const K1 = 1.2;
export const B = 0.75;
/** What a word with the same meaning, or a word in the surroundings, counts beside the word itself. */
export const NOTION = 0.75;
const AROUND = 0.6;
const INHERITED = 0.8;

export interface Index {
  entries: Indexed[];
  frequency: Map<string, number>;
  averageLength: number;
}

/** All passages of the materials, ready to be asked. */
export function indexPassages(materials: readonly Material[]): Index {
  const entries = materials.flatMap((material) => {
    const title = documentRoots(material);
    const { passages } = readingOf(material);
    return passages.map((passage, index): Indexed => {
      const own = contentRoots(passage.text);
      const before = passages[index - 1];
      const takesUp = /^(?:It|They|He|She|This|These|Its|Their|His|Her)\b/.test(passage.text);
      const near =
        before && before.kind === 'sentence' && before.heading === passage.heading
          ? contentRoots(before.text)
          : [];
      return {
        material,
        passage,
        roots: countOf(own),
        length: own.length,
        inherited: new Set(takesUp ? near : []),
        around: new Set([...contentRoots(passage.heading), ...title, ...near]),
      };
    });
  });
  const frequency = new Map<string, number>();
  for (const { roots, around } of entries)
    for (const root of new Set([...roots.keys(), ...[...around].filter((one) => one.includes('~'))]))
      frequency.set(root, (frequency.get(root) ?? 0) + 1);
  const averageLength = entries.reduce((sum, entry) => sum + entry.length, 0) / Math.max(1, entries.length);
  return { entries, frequency, averageLength };
}

/** What holds for every sentence of a document: its name, title, author, and whom and what its first lines name. */
function documentRoots({ document, analysis, ...material }: Material): string[] {
  const top = document.text.slice(0, 200).split(/\n\s*\n/)[0] ?? '';
  const named = analysis.mentions
    .filter(({ kind, start }) => start < 200 && (kind === 'person' || kind === 'organisation'))
    .map(({ text }) => text);
  const lettered = document.name
    .replace(/[._-]/g, ' ')
    .replace(/\b\p{Ll}\b/gu, (letter) => letter.toUpperCase());
  const author = authorOf({ ...material, document, analysis })?.name ?? '';
  const firstLine = top.split('\n')[0] ?? '';
  return contentRoots(
    `${lettered} . ${document.meta.title ?? ''} . ${document.meta.subject ?? ''} . ${author} . ${named.join(' . ')} . ${firstLine.length < 100 ? firstLine : ''}`,
  );
}

function countOf(roots: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const root of roots) counts.set(root, (counts.get(root) ?? 0) + 1);
  return counts;
}

/** How rare a root is: inverse document frequency; a root that never occurs is the rarest. */
export function rarity(index: Index, root: string): number {
  const count = index.frequency.get(root) ?? 0;
  return Math.log(1 + (index.entries.length - count + 0.5) / (count + 0.5));
}

/** The passages that fit the question best, best first. */
export function search(index: Index, question: readonly string[], limit = 60): Hit[] {
  const asked = [...new Set(question)];
  const weights = new Map(asked.map((root) => [root, rarity(index, root)]));
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0) || 1;
  const hits = index.entries.map((entry): Hit => {
    let score = 0;
    let covered = 0;
    let inside = 0;
    const missing: string[] = [];
    for (const root of asked) {
      const weight = weights.get(root) ?? 0;
      const own = entry.roots.get(root) ?? 0;
      const notion =
        own > 0 ? 0 : Math.max(0, ...sameNotion(root).map((other) => (entry.roots.has(other) ? NOTION : 0)));
      const inherited = own > 0 || notion > 0 || !entry.inherited.has(root) ? 0 : INHERITED;
      const around =
        own > 0 || notion > 0 ? 0 : entry.around.has(root) ? (root.includes('~') ? 1 : AROUND) : 0;
      const count = own || notion || Math.max(inherited, around);
      if (count === 0) missing.push(root);
      score +=
        (weight * count * (K1 + 1)) /
        (count + K1 * (1 - B + (B * entry.length) / (index.averageLength || 1)));
      covered += weight * Math.min(1, count);
      inside += weight * Math.min(1, own || notion || inherited);
    }
    return {
      material: entry.material,
      passage: entry.passage,
      score,
      coverage: covered / total,
      own: inside / total,
      missing,
    };
  });
  return hits
    .filter((hit) => hit.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
}
