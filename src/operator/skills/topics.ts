import type { Reading } from './reading.ts';
import { fold, isStopWord, stem, wordsIn } from './words.ts';

/** Words that name a sort of document or matter, never the one thing it is about. */
const GENERIC = new Set(
  `report minutes meeting contract agreement invoice offer letter email note notes memo plan budget project programme
status update summary overview annual quarterly monthly weekly draft final version press release article table list
agenda protocol policy manual guide data document file page section introduction background conclusion next steps
costs cost schedule timeline results january february march april may june july august september october november
december monday tuesday wednesday thursday friday saturday sunday the re fwd fw aw`
    .split(/\s+/)
    .map(stem),
);

/**
 * What a document as a whole is about, as bags of stems: the names in its title, subject, first heading and file
 * name, alone and together. Statements without a subject of their own ("Budget: EUR 1.2 million") belong to it.
 */
export function topicsOf(reading: Reading): string[][] {
  const { document } = reading.material;
  const first = reading.passages.find(({ kind }) => kind === 'heading')?.text;
  const sources = [document.meta.title, document.meta.subject, first, fileWords(document.name)];
  const bags = new Map<string, string[]>();
  for (const source of sources) {
    for (const run of namesIn(source ?? '')) {
      for (const bag of [run, ...run.map((word) => [word])]) bags.set(bag.join(' '), [...bag].sort());
    }
  }
  return [...bags.values()].slice(0, 12);
}

/** Runs of capitalised words that are not generic, as stems. */
function namesIn(text: string): string[][] {
  const runs: string[][] = [];
  let run: string[] = [];
  for (const word of wordsIn(text)) {
    const name = /^\p{Lu}/u.test(word.text) && !isStopWord(fold(word.text)) && !GENERIC.has(stem(word.text));
    if (name) run.push(stem(word.text));
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

/** `heron-status_2026.pdf` as words with capitals, since file names rarely have them. */
function fileWords(name: string): string {
  return name
    .replace(/\.[a-z]+$/i, '')
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 3)
    .map((word) => (word[0] ?? '').toUpperCase() + word.slice(1))
    .join(' | ');
}
