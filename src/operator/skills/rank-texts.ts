import { B, K1, NOTION } from './retrieval.ts';
import { contentRoots, sameNotion } from './vocabulary.ts';

/**
 * How well each text fits a question, by the measure of `retrieval.ts` (Okapi BM25 over roots, words that mean the same
 * counted a little less), without what a document says around it. For texts that are no documents, such as results of
 * tools.
 */
export function rankTexts(question: string, texts: readonly string[]): number[] {
  const asked = [...new Set(contentRoots(question))];
  const counted = texts.map((text) => {
    const roots = contentRoots(text);
    const counts = new Map<string, number>();
    for (const root of roots) counts.set(root, (counts.get(root) ?? 0) + 1);
    return { counts, length: roots.length };
  });
  const average = counted.reduce((sum, { length }) => sum + length, 0) / Math.max(1, counted.length) || 1;
  const weights = asked.map((root) => {
    const holding = counted.filter(({ counts }) => counts.has(root)).length;
    return Math.log(1 + (texts.length - holding + 0.5) / (holding + 0.5));
  });
  return counted.map(({ counts, length }) =>
    asked.reduce((score, root, at) => {
      const own = counts.get(root) ?? 0;
      const times = own || (sameNotion(root).some((other) => counts.has(other)) ? NOTION : 0);
      return (
        score + ((weights[at] ?? 0) * times * (K1 + 1)) / (times + K1 * (1 - B + (B * length) / average))
      );
    }, 0),
  );
}
